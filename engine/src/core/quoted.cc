// SPDX-License-Identifier: Apache-2.0
#include "core/quoted.h"

namespace rasp {
namespace {

constexpr size_t kLongestQuote = 80;

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string Quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  size_t size = text.size();
  if (size > kLongestQuote) {
    size = kLongestQuote;
    while (size > 0 && Continues(text[size])) --size;
  }
  std::string out = "\"";
  for (const char c : text.substr(0, size)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out + (size < text.size() ? "...\"" : "\"");
}

}  // namespace rasp
