// SPDX-License-Identifier: Apache-2.0
#include "seal/form_scanner.h"

#include <algorithm>
#include <charconv>

#include "core/ascii.h"

namespace rasp {
namespace {

constexpr size_t kLongestName = 64;  // of tags and attributes that are looked for

// The elements whose content is text up to their own end tag.
constexpr std::string_view kRawElements[] = {"iframe", "noembed", "noframes", "script",
                                             "style",  "title",   "xmp"};
constexpr std::string_view kNames[] = {"action", "method", "name", "value", "type"};
constexpr std::string_view kBoxTypes[] = {"button", "checkbox", "file",  "image",
                                          "radio",  "reset",    "submit"};

struct Reference {
  std::string_view name;
  std::string_view text;
};
constexpr Reference kReferences[] = {{"amp", "&"}, {"apos", "'"},        {"gt", ">"},
                                     {"lt", "<"},  {"nbsp", "\xC2\xA0"}, {"quot", "\""}};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

void PutUtf8(unsigned code, ByteBuffer& out) {
  const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

// "&#65;", from behind "&#"; 0: none that needs no table.
size_t Numeric(std::string_view text, ByteBuffer& out) {
  const bool hex = !text.empty() && ToLower(text[0]) == 'x';
  const char* const first = text.data() + (hex ? 1 : 0);
  const char* const end = text.data() + text.size();
  unsigned code = 0;
  const auto parsed = std::from_chars(first, end, code, hex ? 16 : 10);
  const bool plain = parsed.ec == std::errc() && parsed.ptr != end && *parsed.ptr == ';' &&
                     ((code >= 0x20 && code < 0x80) || (code >= 0xA0 && code < 0xD800) ||
                      (code >= 0xE000 && code <= 0x10FFFF) || code == '\n' || code == '\t');
  if (!plain) return 0;
  PutUtf8(code, out);
  return static_cast<size_t>(parsed.ptr - text.data()) + 1;
}

}  // namespace

FormScanner::FormScanner(std::pmr::memory_resource& memory, FormSink& sink)
    : sink_(sink),
      tag_(&memory),
      name_(&memory),
      value_(&memory),
      raw_end_(&memory),
      attributes_{ByteBuffer(&memory), ByteBuffer(&memory), ByteBuffer(&memory),
                  ByteBuffer(&memory), ByteBuffer(&memory)} {}

void FormScanner::Feed(std::string_view chunk) {
  for (size_t i = 0; i < chunk.size(); ++i) {
    if (state_ == State::kText) {
      const size_t next = std::min(chunk.find('<', i), chunk.size());
      offset_ += next - i;
      i = next;
      if (i == chunk.size()) return;
    }
    Take(chunk[i]);
    ++offset_;
  }
}

void FormScanner::Take(char c) {
  switch (state_) {
    case State::kText:
      tag_offset_ = offset_;
      state_ = State::kTagOpen;
      return;
    case State::kTagOpen:
    case State::kEndTagOpen:
      return TakeTagOpen(c);
    case State::kTagName:
    case State::kBeforeName:
    case State::kName:
    case State::kAfterName:
      return TakeName(c);
    case State::kBeforeValue:
    case State::kDoubleQuoted:
    case State::kSingleQuoted:
    case State::kUnquoted:
      return TakeValue(c);
    case State::kMarkup:
    case State::kComment:
    case State::kBogus:
      return TakeMarkup(c);
    case State::kRaw:
      return TakeRaw(c);
  }
}

void FormScanner::BeginTag(bool end) {
  is_end_tag_ = end;
  in_doubt_ = false;
  tag_.clear();
  for (size_t i = 0; i < kCount; ++i) {
    attributes_[i].clear();
    has_[i] = false;
  }
  state_ = State::kTagName;
}

void FormScanner::TakeTagOpen(char c) {
  const bool end = state_ == State::kEndTagOpen;
  if (IsAlpha(c)) {
    BeginTag(end);
    return TakeName(c);
  }
  if (end) {
    state_ = c == '>' ? State::kText : State::kBogus;
  } else if (c == '/') {
    state_ = State::kEndTagOpen;
  } else if (c == '!') {
    state_ = State::kMarkup;
    dashes_ = 0;
  } else if (c == '?') {
    state_ = State::kBogus;
  } else if (c == '<') {
    tag_offset_ = offset_;
  } else {
    state_ = State::kText;
  }
}

void FormScanner::Keep(ByteBuffer& text, char c) {
  if (text.size() < kLongest) {
    text += c;
  } else {
    in_doubt_ = true;
  }
}

// The names of tags and attributes, and what lies between them.
void FormScanner::TakeName(char c) {
  if (c == '>') {
    if (state_ == State::kTagName) NameDone();
    if (state_ == State::kName || state_ == State::kAfterName) AttributeDone();
    return TagDone();
  }
  if (state_ == State::kTagName) {
    if (IsBlank(c) || c == '/') {
      NameDone();
      state_ = State::kBeforeName;
    } else if (tag_.size() < kLongestName) {
      tag_ += ToLower(c);
    }
    return;
  }
  if (c == '=' && state_ != State::kBeforeName) {
    state_ = State::kBeforeValue;
    return;
  }
  if (IsBlank(c)) {
    if (state_ == State::kName) state_ = State::kAfterName;
    return;
  }
  if (c == '/') {
    if (state_ != State::kBeforeName) AttributeDone();
    state_ = State::kBeforeName;
    return;
  }
  if (state_ == State::kAfterName) AttributeDone();
  if (state_ != State::kName) {
    name_.clear();
    value_.clear();
    state_ = State::kName;
  }
  if (name_.size() < kLongestName) name_ += ToLower(c);
}

void FormScanner::TakeValue(char c) {
  switch (state_) {
    case State::kBeforeValue:
      if (IsBlank(c)) return;
      if (c == '"' || c == '\'') {
        state_ = c == '"' ? State::kDoubleQuoted : State::kSingleQuoted;
      } else if (c == '>') {
        AttributeDone();
        TagDone();
      } else {
        state_ = State::kUnquoted;
        Keep(value_, c);
      }
      return;
    case State::kUnquoted:
      if (IsBlank(c) || c == '>') {
        AttributeDone();
        state_ = State::kBeforeName;
        if (c == '>') TagDone();
      } else {
        Keep(value_, c);
      }
      return;
    default:
      if (c == (state_ == State::kDoubleQuoted ? '"' : '\'')) {
        AttributeDone();
        state_ = State::kBeforeName;
      } else {
        Keep(value_, c);
      }
  }
}

// "<!-- ... -->", and what is no tag to its '>'.
void FormScanner::TakeMarkup(char c) {
  if (state_ == State::kMarkup) {
    if (c == '-') {
      if (++dashes_ == 2) {
        state_ = State::kComment;
        comment_size_ = 0;
        dashes_ = 0;
      }
    } else {
      state_ = c == '>' ? State::kText : State::kBogus;
    }
    return;
  }
  if (state_ == State::kBogus) {
    if (c == '>') state_ = State::kText;
    return;
  }
  // "<!-->" and "<!--->" are whole; "--!>" ends a comment too.
  const bool at_begin = comment_size_ == dashes_ && dashes_ < 2;
  if (c == '>' && (dashes_ >= 2 || at_begin)) {
    state_ = State::kText;
  } else if (c == '-') {
    dashes_ = std::min<size_t>(dashes_ + 1, 2);
  } else if (c != '!' || dashes_ < 2) {
    dashes_ = 0;
  }
  comment_size_ = std::min<size_t>(comment_size_ + 1, 4);
}

// Up to "</script" and what ends a tag's name.
void FormScanner::TakeRaw(char c) {
  const std::string_view end = raw_end_;
  const bool complete = raw_matched_ == end.size() + 2;
  if (complete && (IsBlank(c) || c == '/' || c == '>')) {
    BeginTag(true);
    tag_ = end;
    raw_matched_ = 0;
    return TakeName(c);
  }
  const bool fits = !complete && (raw_matched_ == 0   ? c == '<'
                                  : raw_matched_ == 1 ? c == '/'
                                                      : ToLower(c) == end[raw_matched_ - 2]);
  if (fits) {
    ++raw_matched_;
  } else {
    raw_matched_ = c == '<' ? 1 : 0;
  }
}

void FormScanner::NameDone() {
  const std::string_view tag = tag_;
  element_ = Element::kOther;
  if (tag == "form") element_ = Element::kForm;
  if (tag == "input") element_ = Element::kInput;
  if (tag == "textarea") element_ = Element::kArea;
  if (tag == "select" || tag == "button") element_ = Element::kBox;
  if (std::find(std::begin(kRawElements), std::end(kRawElements), tag) != std::end(kRawElements)) {
    element_ = Element::kRaw;
  }
}

// The first of several attributes of one name counts.
void FormScanner::AttributeDone() {
  const auto name = std::find(std::begin(kNames), std::end(kNames), std::string_view(name_));
  const auto index = static_cast<size_t>(name - std::begin(kNames));
  if (index < kCount && !has_[index]) {
    has_[index] = true;
    attributes_[index] = value_;
  }
  // controls that belong to a form elsewhere
  if (name_ == "form" && in_form_) in_doubt_ = true;
  name_.clear();
  value_.clear();
}

// Character references, as far as they need no table of two thousand: of the others it is said
// that there are some.
std::string_view FormScanner::Resolved(ByteBuffer& text) {
  if (text.find('&') == text.npos) return text;
  value_.clear();
  const std::string_view all = text;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i] != '&') {
      value_ += all[i];
      continue;
    }
    const std::string_view rest = all.substr(i + 1);
    if (rest.substr(0, 1) == "#") {
      const size_t taken = Numeric(rest.substr(1), value_);
      if (taken == 0) {
        in_doubt_ = true;
        value_ += '&';
      }
      i += taken == 0 ? 0 : taken + 1;
      continue;
    }
    size_t size = 0;
    while (size < rest.size() && (IsAlpha(rest[size]) || IsDigit(rest[size]))) ++size;
    const std::string_view name = rest.substr(0, size);
    const char behind = size < rest.size() ? rest[size] : '\0';
    const auto known = std::find_if(std::begin(kReferences), std::end(kReferences),
                                    [&](const Reference& one) { return one.name == name; });
    if (behind == ';' && known != std::end(kReferences)) {
      value_ += known->text;
      i += size + 1;
    } else {
      value_ += '&';
      if (size > 0 && behind != '=') in_doubt_ = true;
    }
  }
  text = value_;
  value_.clear();
  return text;
}

void FormScanner::ControlDone() {
  const std::string_view name = Resolved(attributes_[kControlName]);
  const std::string_view value = Resolved(attributes_[kValue]);
  std::string_view type = attributes_[kType];
  bool fixed = element_ == Element::kInput;
  for (const std::string_view box : kBoxTypes) fixed = fixed && !EqualsIgnoreCase(type, box);
  if (in_doubt_) sink_.OnDoubt();
  if (!name.empty()) sink_.OnControl(name, value, fixed);
}

void FormScanner::TagDone() {
  state_ = State::kText;
  if (element_ == Element::kForm) {
    if (is_end_tag_) {
      if (in_form_) sink_.OnFormEnd(tag_offset_);
      in_form_ = false;
    } else if (!in_form_) {  // a form within a form is none
      in_form_ = true;
      const std::string_view action = Resolved(attributes_[kAction]);
      sink_.OnForm(action, attributes_[kMethod]);
      if (in_doubt_) sink_.OnDoubt();
    }
    return;
  }
  if (is_end_tag_) return;
  const bool control =
      element_ == Element::kInput || element_ == Element::kArea || element_ == Element::kBox;
  if (control && in_form_) ControlDone();
  if (element_ == Element::kRaw || element_ == Element::kArea) {
    raw_end_ = tag_;
    raw_matched_ = 0;
    state_ = State::kRaw;
  }
}

}  // namespace rasp
