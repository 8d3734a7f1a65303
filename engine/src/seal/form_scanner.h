// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "core/byte_buffer.h"

namespace rasp {

// What a page's forms are made of, as a browser's parser sees them. Views hold during the call.
class FormSink {
 public:
  virtual ~FormSink() = default;
  // `action` and `method` as written, character references resolved.
  virtual void OnForm(std::string_view action, std::string_view method) = 0;
  // A control of the open form. `fixed`: an <input> with a value that its user does not choose by
  // its kind alone (hidden, text, ...); else a box, button, list or area, whose value is not known.
  virtual void OnControl(std::string_view name, std::string_view value, bool fixed) = 0;
  // Something in the open form that is not understood for sure: a reference that is not known, a
  // name or value beyond kLongest.
  virtual void OnDoubt() = 0;
  // `offset`: of "</form" in the page.
  virtual void OnFormEnd(uint64_t offset) = 0;
};

// Scans HTML in chunks cut anywhere, in time linear in its bytes, holding no more than one
// attribute's value.
class FormScanner {
 public:
  static constexpr size_t kLongest = 4096;

  FormScanner(std::pmr::memory_resource& memory, FormSink& sink);
  void Feed(std::string_view chunk);

 private:
  enum class State : uint8_t {
    kText,
    kTagOpen,     // '<'
    kEndTagOpen,  // "</"
    kTagName,
    kBeforeName,  // of an attribute
    kName,
    kAfterName,
    kBeforeValue,
    kDoubleQuoted,
    kSingleQuoted,
    kUnquoted,
    kMarkup,  // "<!"
    kComment,
    kBogus,  // to '>'
    kRaw,    // the text of <script> and the like
  };
  enum class Element : uint8_t { kOther, kForm, kInput, kArea, kBox /* select, button */, kRaw };
  enum Attribute : uint8_t { kAction, kMethod, kControlName, kValue, kType, kCount };

  void Take(char c);
  void TakeTagOpen(char c);
  void TakeName(char c);
  void TakeValue(char c);
  void TakeMarkup(char c);
  void TakeRaw(char c);
  void BeginTag(bool end);
  void NameDone();
  void AttributeDone();
  void TagDone();
  void ControlDone();
  void Keep(ByteBuffer& text, char c);
  std::string_view Resolved(ByteBuffer& text);

  FormSink& sink_;
  State state_ = State::kText;
  uint64_t offset_ = 0;  // of the byte that is being taken
  uint64_t tag_offset_ = 0;
  bool is_end_tag_ = false;
  bool in_form_ = false;
  bool in_doubt_ = false;  // of this tag
  Element element_ = Element::kOther;
  ByteBuffer tag_;   // its name, lower case, cut
  ByteBuffer name_;  // the attribute's
  ByteBuffer value_;
  ByteBuffer raw_end_;  // the name of the element whose text is raw
  size_t raw_matched_ = 0;
  size_t dashes_ = 0;  // of a comment
  size_t comment_size_ = 0;
  ByteBuffer attributes_[kCount];
  bool has_[kCount] = {};
};

}  // namespace rasp
