// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rasp {

// Whether text that comes in pieces is UTF-8 (RFC 3629: no overlong form, no surrogate, nothing
// above U+10FFFF).
class Utf8Check {
 public:
  void Begin() { *this = Utf8Check(); }

  // A character is not yet complete: the next byte counts, even if it is ASCII.
  bool open() const { return left_ != 0; }

  void Take(uint8_t byte) {
    if (left_ > 0) {
      broken_ |= byte < low_ || byte > high_;
      low_ = 0x80;
      high_ = 0xbf;
      --left_;
    } else if (byte >= 0x80) {
      TakeLead(byte);
    }
  }

  // All of it was UTF-8, and no character is left open.
  bool Holds() const { return !broken_ && left_ == 0; }

 private:
  void TakeLead(uint8_t byte) {
    broken_ |= byte < 0xc2 || byte > 0xf4;
    left_ = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    if (byte == 0xe0) low_ = 0xa0;
    if (byte == 0xed) high_ = 0x9f;
    if (byte == 0xf0) low_ = 0x90;
    if (byte == 0xf4) high_ = 0x8f;
  }

  uint8_t left_ = 0;  // bytes of the character that are to come
  uint8_t low_ = 0x80;
  uint8_t high_ = 0xbf;  // bounds of the next one
  bool broken_ = false;
};

}  // namespace rasp
