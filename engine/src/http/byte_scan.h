// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Eight bytes of a text at a time, in one word. Masks have the high bit of each byte they mean.
namespace rasp::byte_scan {

constexpr uint64_t kLow = 0x0101010101010101u;
constexpr uint64_t kHigh = 0x8080808080808080u;

inline uint64_t Load(const char* text) {
  uint64_t word;
  std::memcpy(&word, text, sizeof word);
  return word;
}

// A copy of a text that is short as a rule, for which a call would cost more than the copying.
inline void CopyShort(std::string_view text, char* to) {
  const size_t size = text.size();
  if (size > 16) {
    text.copy(to, size);
  } else if (size >= 8) {
    uint64_t words[2];
    std::memcpy(&words[0], text.data(), 8);
    std::memcpy(&words[1], text.data() + size - 8, 8);
    std::memcpy(to, &words[0], 8);
    std::memcpy(to + size - 8, &words[1], 8);
  } else {
    for (size_t i = 0; i < size; ++i) to[i] = text[i];
  }
}

inline void Store(char* text, uint64_t word) { std::memcpy(text, &word, sizeof word); }

// The bytes that are zero, exactly: no carry from one byte says anything of another.
constexpr uint64_t Zeros(uint64_t word) { return ~(((word & ~kHigh) + ~kHigh) | word | ~kHigh); }
constexpr uint64_t Equal(uint64_t word, char c) {
  return Zeros(word ^ (kLow * static_cast<unsigned char>(c)));
}
// REQUIRES: no byte of the word is above 0x7f, and 0 < limit <= 0x80.
constexpr uint64_t Below(uint64_t word, unsigned char limit) {
  return ~(word + kLow * (0x80u - limit)) & kHigh;
}

// How many bytes lie before the first one in the mask. REQUIRES: mask != 0.
constexpr size_t FirstOf(uint64_t mask) {
  const int bits =
      std::endian::native == std::endian::little ? std::countr_zero(mask) : std::countl_zero(mask);
  return static_cast<size_t>(bits) / 8;
}

}  // namespace rasp::byte_scan
