// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/ascii.h"

namespace rasp {

// A set of bytes.
class ByteMask {
 public:
  constexpr ByteMask() = default;
  constexpr explicit ByteMask(std::string_view bytes) {
    for (const char c : bytes) Add(static_cast<unsigned char>(c));
  }
  static constexpr ByteMask Range(unsigned char first, unsigned char last) {
    ByteMask mask;
    for (unsigned byte = first; byte <= last; ++byte) mask.Add(static_cast<unsigned char>(byte));
    return mask;
  }
  static constexpr ByteMask All() { return Range(0, 255); }

  constexpr void Add(unsigned char byte) { words_[byte >> 6] |= uint64_t{1} << (byte & 63); }
  constexpr bool Has(unsigned char byte) const {
    return ((words_[byte >> 6] >> (byte & 63)) & 1) != 0;
  }
  constexpr bool Meets(const ByteMask& other) const {
    return ((words_[0] & other.words_[0]) | (words_[1] & other.words_[1]) |
            (words_[2] & other.words_[2]) | (words_[3] & other.words_[3])) != 0;
  }
  constexpr ByteMask operator|(const ByteMask& other) const {
    ByteMask sum;
    for (size_t i = 0; i < words_.size(); ++i) sum.words_[i] = words_[i] | other.words_[i];
    return sum;
  }
  constexpr ByteMask operator~() const {
    ByteMask rest;
    for (size_t i = 0; i < words_.size(); ++i) rest.words_[i] = ~words_[i];
    return rest;
  }
  constexpr bool operator==(const ByteMask&) const = default;

 private:
  std::array<uint64_t, 4> words_{};
};

// A coarser set: bit k stands for every byte of kind k. Each sign of ASCII punctuation, the space
// and NUL are kinds of their own; capital letters, small letters, digits, other white space, other
// control characters, continuation bytes of UTF-8 and other bytes above ASCII are one each.
using ByteKinds = uint64_t;

namespace byte_kinds {
constexpr uint8_t kNul = 0, kSpace = 1, kWhiteSpace = 2, kControl = 3, kDigit = 4, kUpper = 5,
                  kLower = 6, kContinuation = 7, kHigh = 8, kFirstSign = 9;

constexpr std::array<ByteKinds, 256> Bits() {
  std::array<ByteKinds, 256> bits{};
  uint8_t sign = kFirstSign;
  for (unsigned byte = 0; byte < bits.size(); ++byte) {
    const char c = static_cast<char>(byte);
    const uint8_t kind = byte == 0                    ? kNul
                         : byte == ' '                ? kSpace
                         : byte < 0x80 && IsSpace(c)  ? kWhiteSpace
                         : byte < ' ' || byte == 0x7f ? kControl
                         : byte >= 0xc0               ? kHigh
                         : byte >= 0x80               ? kContinuation
                         : IsDigit(c)                 ? kDigit
                         : !IsAlpha(c)                ? sign++
                         : c >= 'a'                   ? kLower
                                                      : kUpper;
    bits[byte] = ByteKinds{1} << kind;
  }
  return bits;
}
inline constexpr std::array<ByteKinds, 256> kBits = Bits();
}  // namespace byte_kinds

constexpr ByteKinds KindOf(unsigned char byte) { return byte_kinds::kBits[byte]; }

// The kinds of the bytes that occur in a text.
constexpr ByteKinds KindsIn(std::string_view text) {
  ByteKinds a = 0, b = 0;
  size_t i = 0;
  for (; i + 1 < text.size(); i += 2) {
    a |= KindOf(static_cast<unsigned char>(text[i]));
    b |= KindOf(static_cast<unsigned char>(text[i + 1]));
  }
  if (i < text.size()) a |= KindOf(static_cast<unsigned char>(text[i]));
  return a | b;
}

// The kinds of the bytes in a set.
constexpr ByteKinds KindsOf(const ByteMask& set) {
  ByteKinds kinds = 0;
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (set.Has(static_cast<unsigned char>(byte)))
      kinds |= KindOf(static_cast<unsigned char>(byte));
  }
  return kinds;
}

}  // namespace rasp
