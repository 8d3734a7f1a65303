// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>

#include "core/ascii.h"

// Whole numbers as SecLang's rules reckon with them.
namespace rasp {

// What is no number is 0, what is too large stays at the largest; blanks around it and a '+' are
// left out.
inline int64_t LenientNumber(std::string_view text) {
  text = Trim(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  int64_t number = 0;
  const auto error = std::from_chars(text.data(), text.data() + text.size(), number).ec;
  if (error == std::errc::result_out_of_range) return text.front() == '-' ? INT64_MIN : INT64_MAX;
  return number;
}

inline int64_t SaturatedAdd(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? INT64_MIN : INT64_MAX;
  return sum;
}

inline int64_t SaturatedMultiply(int64_t a, int64_t b) {
  int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
  return product;
}

inline int64_t SaturatedNegate(int64_t a) { return a == INT64_MIN ? INT64_MAX : -a; }

// The integer that the text begins with, white space before it aside; 0 if there is none, the
// nearest bound if it does not fit.
inline int64_t LeadingInteger(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && IsSpace(text[i])) ++i;
  const bool negative = i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  int64_t value = 0;  // negative all along: there are more negative numbers than positive ones
  for (; i < text.size() && IsDigit(text[i]); ++i) {
    const int digit = text[i] - '0';
    if (value < (std::numeric_limits<int64_t>::min() + digit) / 10) {
      value = std::numeric_limits<int64_t>::min();
      break;
    }
    value = value * 10 - digit;
  }
  if (negative) return value;
  return value == std::numeric_limits<int64_t>::min() ? std::numeric_limits<int64_t>::max()
                                                      : -value;
}

}  // namespace rasp
