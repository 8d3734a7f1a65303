// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/ascii.h"

// What the decoders of escapes share. All of them read `in` at a position and never past its end.
namespace rasp {

// HexValue() as a table.
inline constexpr std::array<int8_t, 256> kHexValues = [] {
  std::array<int8_t, 256> values{};
  for (size_t byte = 0; byte < values.size(); ++byte) {
    values[byte] = static_cast<int8_t>(HexValue(static_cast<char>(byte)));
  }
  return values;
}();

// The number that the `digits` hex digits at `at` spell; nothing if they are fewer.
constexpr std::optional<uint32_t> FixedHex(std::string_view in, size_t at, size_t digits) {
  if (at > in.size() || in.size() - at < digits) return std::nullopt;
  uint32_t value = 0;
  for (const char c : in.substr(at, digits)) {
    const int digit = kHexValues[static_cast<uint8_t>(c)];
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<uint32_t>(digit);
  }
  return value;
}

// One byte for a code point: the ASCII twin of a full-width form (U+FF01 to U+FF5E), otherwise the
// low byte.
constexpr char LowByte(uint32_t code) {
  const bool full_width = code >= 0xff01 && code <= 0xff5e;
  return static_cast<char>((full_width ? code + 0x20 : code) & 0xff);
}

constexpr bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// How many of the bytes at `at` are octal digits, at most three.
constexpr size_t OctalDigits(std::string_view in, size_t at) {
  size_t count = 0;
  while (count < 3 && at + count < in.size() && IsOctal(in[at + count])) ++count;
  return count;
}

constexpr uint32_t OctalNumber(std::string_view digits) {
  uint32_t value = 0;
  for (const char c : digits) value = value << 3 | static_cast<uint32_t>(c - '0');
  return value;
}

// The byte that a letter stands for after a backslash in C and JavaScript; other letters stand for
// themselves.
constexpr char ControlOf(char letter) {
  switch (letter) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return letter;
  }
}

}  // namespace rasp
