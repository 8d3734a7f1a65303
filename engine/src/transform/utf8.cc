// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstdint>
#include <string_view>

#include "core/byte_buffer.h"

namespace rasp {
namespace {

// One sequence of two to four bytes by its bit pattern alone: overlong forms and surrogates are
// decoded as well, since a lenient decoder behind us would do so. `bytes` is 0 where there is no
// such sequence.
struct Sequence {
  uint32_t code = 0;
  size_t bytes = 0;
};

Sequence Read(std::string_view in, size_t at) {
  constexpr uint32_t kLastCodePoint = 0x10ffff;
  const auto lead = static_cast<uint8_t>(in[at]);
  const auto length = static_cast<size_t>(std::countl_one(lead));
  if (length < 2 || length > 4 || in.size() - at < length) return {};
  uint32_t code = lead & (0x7fu >> length);
  for (const char c : in.substr(at + 1, length - 1)) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte & 0xc0) != 0x80) return {};
    code = code << 6 | (byte & 0x3fu);
  }
  if (code > kLastCodePoint) return {};
  return {code, length};
}

// %u and four digits, five or six where the code point is beyond FFFF.
void AppendEscape(uint32_t code, ByteBuffer& out) {
  constexpr char kDigits[] = "0123456789abcdef";
  int shift = 12;
  while (code >> shift > 15) shift += 4;
  out.append("%u");
  for (; shift >= 0; shift -= 4) out.push_back(kDigits[code >> shift & 15]);
}

bool IsHigh(char c) { return static_cast<uint8_t>(c) >= 0x80; }

}  // namespace

// Invalid bytes and ASCII, NUL among it, stay as they are.
bool Utf8ToUnicode(std::string_view in, ByteBuffer& out) {
  bool changed = false;
  size_t copied = 0;  // in[0, copied) is in `out`, once `changed`
  for (size_t i = 0; i < in.size();) {
    const Sequence sequence = IsHigh(in[i]) ? Read(in, i) : Sequence{};
    if (sequence.bytes == 0) {
      ++i;
      continue;
    }
    changed = true;
    out.append(in.substr(copied, i - copied));
    AppendEscape(sequence.code, out);
    i += sequence.bytes;
    copied = i;
  }
  if (changed) out.append(in.substr(copied));
  return changed;
}

}  // namespace rasp
