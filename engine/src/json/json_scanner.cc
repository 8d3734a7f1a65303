// SPDX-License-Identifier: Apache-2.0
#include "json/json_scanner.h"

#include "core/ascii.h"

namespace rasp {
namespace {

constexpr bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

JsonToken JsonScanner::Fail() {
  failed_ = true;
  raw_ = {};
  return JsonToken::kError;
}

void JsonScanner::SkipSpace() {
  while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
}

JsonToken JsonScanner::Next() {
  if (failed_) return JsonToken::kError;
  raw_ = {};
  has_escape_ = false;
  SkipSpace();
  begin_ = at_;
  if (at_ == text_.size()) return expect_ == Expect::kNothing ? JsonToken::kEnd : Fail();
  if (expect_ == Expect::kCommaOrEnd) {
    if (text_[at_] == '}' || text_[at_] == ']') {
      return Close(text_[at_] == '}' ? JsonToken::kEndObject : JsonToken::kEndArray);
    }
    if (text_[at_] != ',') return Fail();
    ++at_;
    SkipSpace();
    begin_ = at_;
    expect_ = InObject() ? Expect::kKey : Expect::kValue;
  }
  switch (expect_) {
    case Expect::kFirstKey:
      if (at_ < text_.size() && text_[at_] == '}') return Close(JsonToken::kEndObject);
      return Key();
    case Expect::kKey:
      return Key();
    case Expect::kFirstItem:
      if (at_ < text_.size() && text_[at_] == ']') return Close(JsonToken::kEndArray);
      return Value();
    case Expect::kValue:
      return Value();
    case Expect::kCommaOrEnd:
    case Expect::kNothing:
      break;
  }
  return Fail();
}

JsonToken JsonScanner::Key() {
  if (at_ == text_.size() || text_[at_] != '"' || !String()) return Fail();
  SkipSpace();
  if (at_ == text_.size() || text_[at_] != ':') return Fail();
  ++at_;
  expect_ = Expect::kValue;
  return JsonToken::kKey;
}

JsonToken JsonScanner::Value() {
  if (at_ == text_.size()) return Fail();
  switch (text_[at_]) {
    case '{':
      return Open(JsonToken::kBeginObject);
    case '[':
      return Open(JsonToken::kBeginArray);
    case '"':
      if (!String()) return Fail();
      AfterValue();
      return JsonToken::kString;
    case 't':
      return Literal("true", JsonToken::kTrue);
    case 'f':
      return Literal("false", JsonToken::kFalse);
    case 'n':
      return Literal("null", JsonToken::kNull);
    default:
      if (!Number()) return Fail();
      AfterValue();
      return JsonToken::kNumber;
  }
}

JsonToken JsonScanner::Open(JsonToken token) {
  if (depth_ == kDeepest) {
    too_deep_ = true;
    return Fail();
  }
  const bool object = token == JsonToken::kBeginObject;
  const uint64_t bit = uint64_t{1} << (depth_ % 64);
  objects_[depth_ / 64] = object ? objects_[depth_ / 64] | bit : objects_[depth_ / 64] & ~bit;
  ++depth_;
  ++at_;
  expect_ = object ? Expect::kFirstKey : Expect::kFirstItem;
  return token;
}

JsonToken JsonScanner::Close(JsonToken token) {
  if (InObject() != (token == JsonToken::kEndObject)) return Fail();
  ++at_;
  --depth_;
  AfterValue();
  return token;
}

JsonToken JsonScanner::Literal(std::string_view word, JsonToken token) {
  if (text_.substr(at_, word.size()) != word) return Fail();
  at_ += word.size();
  AfterValue();
  return token;
}

bool JsonScanner::Escape() {
  ++at_;
  if (at_ == text_.size()) return false;
  const char c = text_[at_++];
  if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
  for (int i = 0; i < 4; ++i, ++at_) {
    if (at_ == text_.size() || HexValue(text_[at_]) < 0) return false;
  }
  return true;
}

bool JsonScanner::String() {
  const size_t first = ++at_;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      raw_ = text_.substr(first, at_ - first);
      ++at_;
      return true;
    }
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (c != '\\') {
      ++at_;
      continue;
    }
    has_escape_ = true;
    if (!Escape()) return false;
  }
  return false;
}

bool JsonScanner::Number() {
  const size_t first = at_;
  const auto digits = [this] {
    const size_t from = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ != from;
  };
  if (text_[at_] == '-') ++at_;
  const size_t whole = at_;
  if (!digits() || (text_[whole] == '0' && at_ - whole > 1)) return false;
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    if (!digits()) return false;
  }
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    ++at_;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    if (!digits()) return false;
  }
  raw_ = text_.substr(first, at_ - first);
  return true;
}

bool JsonScanner::SkipContainer() {
  const size_t outside = depth_ - 1;
  while (depth_ > outside) {
    if (Next() == JsonToken::kError) return false;
  }
  return true;
}

}  // namespace rasp
