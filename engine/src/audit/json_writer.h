// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rasp::audit {

// Appends one JSON value to a string, in the order of the calls; the caller pairs Open and Close.
// Text must have gone through Readable() (audit/readable.h) if it comes from outside.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void Key(std::string_view name);
  void OpenObject() { Open('{'); }
  void CloseObject() { Close('}'); }
  void OpenArray() { Open('['); }
  void CloseArray() { Close(']'); }
  void String(std::string_view text);
  void Number(int64_t value);
  // A number as it stands, "1.1", if it is digits with at most one point among them; else 0.
  void Decimal(std::string_view digits);
  void Bool(bool value);

  void Field(std::string_view name, std::string_view text) { Key(name), String(text); }
  void Field(std::string_view name, int64_t value) { Key(name), Number(value); }
  void Flag(std::string_view name, bool value) { Key(name), Bool(value); }
  void ObjectField(std::string_view name) { Key(name), OpenObject(); }
  void ArrayField(std::string_view name) { Key(name), OpenArray(); }

 private:
  void Open(char bracket);
  void Close(char bracket);
  void Separate();

  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace rasp::audit
