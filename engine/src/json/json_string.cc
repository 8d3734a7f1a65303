// SPDX-License-Identifier: Apache-2.0
#include "json/json_string.h"

#include "core/ascii.h"

namespace rasp {
namespace {

constexpr size_t kUnit = 6;  // "\uXXXX"
constexpr unsigned kReplacement = 0xFFFD;

// The code unit that an escape "\uXXXX" at the text's beginning stands for; false if there is none.
bool Unit(std::string_view text, unsigned& unit) {
  if (text.size() < kUnit || text[0] != '\\' || text[1] != 'u') return false;
  unit = 0;
  for (size_t i = 2; i < kUnit; ++i) {
    const int digit = HexValue(text[i]);
    if (digit < 0) return false;
    unit = unit << 4 | static_cast<unsigned>(digit);
  }
  return true;
}

constexpr bool IsHigh(unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool IsLow(unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

size_t PutUtf8(unsigned code, char* out) {
  const auto put = [out](size_t at, unsigned byte) { out[at] = static_cast<char>(byte); };
  if (code < 0x80) {
    put(0, code);
    return 1;
  }
  if (code < 0x800) {
    put(0, 0xC0 | code >> 6);
    put(1, 0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    put(0, 0xE0 | code >> 12);
    put(1, 0x80 | (code >> 6 & 0x3F));
    put(2, 0x80 | (code & 0x3F));
    return 3;
  }
  put(0, 0xF0 | code >> 18);
  put(1, 0x80 | (code >> 12 & 0x3F));
  put(2, 0x80 | (code >> 6 & 0x3F));
  put(3, 0x80 | (code & 0x3F));
  return 4;
}

char Short(char c) {
  switch (c) {
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
    default:
      return c;
  }
}

}  // namespace

bool DecodeJsonString(std::string_view raw, char* out, size_t& size) {
  bool whole = true;
  size = 0;
  for (size_t at = 0; at < raw.size();) {
    unsigned unit = 0;
    if (raw[at] != '\\' || at + 1 == raw.size()) {
      out[size++] = raw[at++];
    } else if (!Unit(raw.substr(at), unit)) {
      out[size++] = Short(raw[at + 1]);
      at += 2;
    } else {
      at += kUnit;
      unsigned low = 0;
      if (IsHigh(unit) && Unit(raw.substr(at), low) && IsLow(low)) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        at += kUnit;
      } else if (IsHigh(unit) || IsLow(unit)) {
        unit = kReplacement;
        whole = false;
      }
      size += PutUtf8(unit, out + size);
    }
  }
  return whole;
}

bool CountCodePoints(std::string_view text, size_t& count) {
  count = 0;
  for (size_t at = 0; at < text.size(); ++count) {
    const auto byte = [&](size_t i) -> unsigned {
      return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
    };
    const unsigned first = byte(0);
    size_t length = 1;
    if (first >= 0x80) {
      length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
      if (first < 0xC2 || first > 0xF4) return false;
      for (size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0u) != 0x80u) return false;
      }
      if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) ||
          (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) {
        return false;
      }
    }
    at += length;
  }
  return true;
}

}  // namespace rasp
