// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "core/ascii.h"

namespace rasp {

constexpr std::array<int8_t, 256> HexValues() {
  std::array<int8_t, 256> values{};
  for (size_t byte = 0; byte < values.size(); ++byte)
    values[byte] = static_cast<int8_t>(HexValue(static_cast<char>(byte)));
  return values;
}
inline constexpr std::array<int8_t, 256> kHexValues = HexValues();

// The byte that two hexadecimal digits stand for, negative if one of them is none.
constexpr int HexByte(char high, char low) {
  const int h = kHexValues[static_cast<unsigned char>(high)];
  const int l = kHexValues[static_cast<unsigned char>(low)];
  return (h | l) < 0 ? -1 : h * 16 + l;
}

}  // namespace rasp
