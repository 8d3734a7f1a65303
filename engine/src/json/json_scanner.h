// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace rasp {

enum class JsonToken : uint8_t {
  kEnd,    // nothing but white space is left
  kError,  // no JSON, from here on for ever
  kBeginObject,
  kEndObject,
  kBeginArray,
  kEndArray,
  kKey,
  kString,
  kNumber,
  kTrue,
  kFalse,
  kNull,
};

// Reads one JSON text (RFC 8259, to the letter: no comments, no trailing commas, one value) token
// by token. Allocates nothing, copies nothing, and takes time linear in the text. What is nested
// deeper than kDeepest is an error.
class JsonScanner {
 public:
  static constexpr size_t kDeepest = 128;

  explicit JsonScanner(std::string_view text) : text_(text) {}

  JsonToken Next();

  // Of the last token: a key or string as written between its quotes, a number as written.
  std::string_view raw() const { return raw_; }
  bool has_escape() const { return has_escape_; }  // raw() holds a backslash
  size_t begin() const { return begin_; }          // where it begins in the text
  size_t end() const { return at_; }               // and what follows it
  // How many containers are open behind the last token.
  size_t depth() const { return depth_; }
  bool too_deep() const { return too_deep_; }  // why there is an error

  // After kBeginObject or kBeginArray: everything to the matching end, which is the last token
  // then. False after an error.
  bool SkipContainer();

 private:
  enum class Expect : uint8_t { kValue, kFirstKey, kKey, kFirstItem, kCommaOrEnd, kNothing };

  JsonToken Fail();
  JsonToken Value();
  JsonToken Key();
  JsonToken Open(JsonToken token);
  JsonToken Close(JsonToken token);
  JsonToken Literal(std::string_view word, JsonToken token);
  bool String();
  bool Number();
  bool Escape();
  void SkipSpace();
  void AfterValue() { expect_ = depth_ == 0 ? Expect::kNothing : Expect::kCommaOrEnd; }
  bool InObject() const { return (objects_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64) & 1) != 0; }

  std::string_view text_;
  std::string_view raw_;
  size_t at_ = 0;
  size_t begin_ = 0;
  size_t depth_ = 0;
  std::array<uint64_t, kDeepest / 64> objects_{};  // a bit for each open container
  Expect expect_ = Expect::kValue;
  bool has_escape_ = false;
  bool failed_ = false;
  bool too_deep_ = false;
};

}  // namespace rasp
