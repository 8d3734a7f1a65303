// SPDX-License-Identifier: Apache-2.0
#include "core/quoted.h"

namespace rasp {
namespace {

constexpr size_t kLongestQuote = 32;

}  // namespace

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, kLongestQuote)) {
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  }
  // A cut may fall into a UTF-8 sequence; what is left of it goes too.
  if (text.size() > kLongestQuote) {
    while (out.size() > 1 && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80)
      out.pop_back();
    if (static_cast<unsigned char>(out.back()) >= 0xC0) out.pop_back();
    out += "...";
  }
  return out + "\"";
}

}  // namespace rasp
