// SPDX-License-Identifier: Apache-2.0
#include "audit/readable.h"

#include <algorithm>

namespace rasp::audit {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendHexEscape(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  out += "\\x";
  out.push_back(kHex[byte >> 4]);
  out.push_back(kHex[byte & 15]);
}

bool IsC1Control(std::string_view sequence) {
  return sequence.size() == 2 && sequence[0] == '\xc2' &&
         static_cast<unsigned char>(sequence[1]) < 0xa0;
}

bool StartsEscape(std::string_view bytes, size_t at) {
  return bytes[at] == '\\' && at + 1 < bytes.size() && bytes[at + 1] == 'x';
}

// Where the text is no longer plain ASCII, which is written as it is.
size_t EndOfPlain(std::string_view bytes, size_t from) {
  while (from < bytes.size() && bytes[from] != '\\' &&
         static_cast<unsigned char>(bytes[from]) < 0x80)
    ++from;
  return from;
}

}  // namespace

size_t Utf8Length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&](size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(at);
  if (at < text.size() && lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return continues(at + 1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return continues(at + 1, low, high) && continues(at + 2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return continues(at + 1, low, high) && continues(at + 2) && continues(at + 3) ? 4 : 0;
  }
  return 0;
}

std::string Readable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size();) {
    const size_t plain = EndOfPlain(bytes, i);
    out += bytes.substr(i, plain - i);
    i = plain;
    if (i == bytes.size()) break;
    const size_t length = Utf8Length(bytes, i);
    const std::string_view sequence = bytes.substr(i, std::max<size_t>(length, 1));
    if (length == 0 || StartsEscape(bytes, i) || IsC1Control(sequence)) {
      for (const char c : sequence) AppendHexEscape(c, out);
    } else {
      out += sequence;
    }
    i += sequence.size();
  }
  return out;
}

size_t CountCodePoints(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace rasp::audit
