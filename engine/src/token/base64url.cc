// SPDX-License-Identifier: Apache-2.0
#include "token/base64url.h"

#include <cstdint>

#include "core/ascii.h"

namespace rasp {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr int ValueOf(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (IsDigit(c)) return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

}  // namespace

bool DecodeBase64Url(std::string_view text, unsigned char* out) {
  if (text.size() % 4 == 1) return false;
  uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const int value = ValueOf(c);
    if (value < 0) return false;
    bits = bits << 6 | static_cast<uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      *out++ = static_cast<unsigned char>(bits >> held);
    }
  }
  return (bits & ((1u << held) - 1)) == 0;
}

void EncodeBase64Url(std::string_view bytes, char* out) {
  uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 6) {
      held -= 6;
      *out++ = kAlphabet[bits >> held & 63];
    }
  }
  if (held > 0) *out = kAlphabet[bits << (6 - held) & 63];
}

}  // namespace rasp
