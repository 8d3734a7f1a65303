// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstdint>
#include <string_view>

#include "core/byte_buffer.h"
#include "transform/writer.h"

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
void PutEscape(uint32_t code, BoundedWriter& writer) {
  constexpr char kDigits[] = "0123456789abcdef";
  int shift = 12;
  while (code >> shift > 15) shift += 4;
  writer.Put('%');
  writer.Put('u');
  for (; shift >= 0; shift -= 4) writer.Put(kDigits[code >> shift & 15]);
}

constexpr StopBytes kLeads(ByteMask::Range(0xc0, 0xf4));
constexpr size_t kGrowth = 4;  // two bytes become six, four become eight

}  // namespace

// Invalid bytes and ASCII, NUL among it, stay as they are.
bool Utf8ToUnicode(std::string_view in, ByteBuffer& out) {
  size_t at = kLeads.Find(in);
  if (at == in.size()) return false;
  BoundedWriter writer(out, in.size() + kGrowth * kLeads.Count(in.substr(at)));
  writer.Put(in.substr(0, at));
  while (at < in.size()) {
    const Sequence sequence = Read(in, at);
    if (sequence.bytes == 0) {
      writer.Put(in[at++]);
    } else {
      PutEscape(sequence.code, writer);
      at += sequence.bytes;
    }
    at = writer.PutUntil(kLeads, in, at);
  }
  return writer.Finish(in);
}

}  // namespace rasp
