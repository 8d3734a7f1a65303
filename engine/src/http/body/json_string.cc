// SPDX-License-Identifier: Apache-2.0
#include "http/body/json_string.h"

#include <algorithm>

#include "core/ascii.h"

namespace rasp {
namespace {

constexpr bool IsHighSurrogate(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool IsLowSurrogate(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

}  // namespace

void JsonEscape::Begin() {
  bytes_[0] = '\\';
  size_ = 1;
}

std::string_view JsonEscape::Decoded() {
  const std::string_view decoded(out_, out_size_);
  out_size_ = 0;
  return decoded;
}

void JsonEscape::Close() { PutVerbatim(size_); }

bool JsonEscape::Take(char c) {
  if (size_ == 1) return TakeFirst(c);
  if (size_ == kUnit || size_ == kUnit + 1) {  // a high surrogate waits for "\u"
    if (c == (size_ == kUnit ? '\\' : 'u')) {
      bytes_[size_++] = c;
      return true;
    }
    PutVerbatim(kUnit);  // a backslash after it may begin another sequence
    return false;
  }
  return TakeDigit(c);
}

bool JsonEscape::TakeFirst(char c) {
  bytes_[size_++] = c;
  if (c == 'u') return true;
  constexpr std::string_view kFrom = "\"\\/bfnrt";
  constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  const size_t which = kFrom.find(c);
  if (which == kFrom.npos) {
    PutVerbatim(size_);
  } else {
    Put(kTo[which]);
    size_ = 0;
  }
  return true;
}

bool JsonEscape::TakeDigit(char c) {
  if (HexValue(c) < 0) {
    PutVerbatim(size_);
    return false;
  }
  bytes_[size_++] = c;
  if (size_ == kUnit) UnitComplete();
  if (size_ == kPair) PairComplete();
  return true;
}

void JsonEscape::UnitComplete() {
  const unsigned unit = Unit(2);
  if (IsHighSurrogate(unit)) return;
  if (IsLowSurrogate(unit)) return PutVerbatim(kUnit);
  PutUtf8(unit);
  size_ = 0;
}

void JsonEscape::PairComplete() {
  const unsigned low = Unit(kUnit + 2);
  if (!IsLowSurrogate(low)) {
    PutVerbatim(kUnit);
    return UnitComplete();
  }
  PutUtf8(0x10000 + ((Unit(2) - 0xD800) << 10) + (low - 0xDC00));
  size_ = 0;
}

unsigned JsonEscape::Unit(size_t at) const {
  unsigned unit = 0;
  for (size_t i = at; i < at + 4; ++i)
    unit = unit * 16 + static_cast<unsigned>(HexValue(bytes_[i]));
  return unit;
}

void JsonEscape::PutUtf8(unsigned code_point) {
  const auto tail = [&](unsigned shift) {
    Put(static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)));
  };
  if (code_point < 0x80) {
    Put(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    Put(static_cast<char>(0xC0 | (code_point >> 6)));
    tail(0);
  } else if (code_point < 0x10000) {
    Put(static_cast<char>(0xE0 | (code_point >> 12)));
    tail(6);
    tail(0);
  } else {
    Put(static_cast<char>(0xF0 | (code_point >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

void JsonEscape::PutVerbatim(size_t count) {
  if (count == 0) return;
  saw_invalid_ = true;
  for (size_t i = 0; i < count; ++i) Put(bytes_[i]);
  std::copy(bytes_ + count, bytes_ + size_, bytes_);
  size_ -= count;
}

}  // namespace rasp
