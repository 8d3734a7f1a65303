// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string_view>

#include "core/ascii.h"
#include "core/byte_buffer.h"
#include "transform/escape.h"
#include "transform/writer.h"

namespace rasp {
namespace {

// For bytes that are no digits too, by the arithmetic that rule writers' tests expect of
// ModSecurity: 'z' is 35.
constexpr int LooseHexValue(char c) {
  const int byte = static_cast<uint8_t>(c);
  return byte >= 'A' ? (byte & 0xdf) - 'A' + 10 : byte - '0';
}

// The first literal at or behind `from`; in.size() if there is none.
size_t FindSqlHex(std::string_view in, size_t from) {
  for (size_t at = in.find('0', from); at != in.npos; at = in.find('0', at + 1)) {
    if (at + 1 < in.size() && ToLower(in[at + 1]) == 'x' && FixedHex(in, at + 2, 2)) return at;
  }
  return in.size();
}

}  // namespace

// Pairs of digits; a last one without a partner is dropped.
bool HexDecode(std::string_view in, ByteBuffer& out) {
  BoundedWriter writer(out, in.size() / 2);
  for (size_t i = 0; i + 1 < in.size(); i += 2) {
    writer.Put(static_cast<char>((LooseHexValue(in[i]) * 16 + LooseHexValue(in[i + 1])) & 0xff));
  }
  return writer.Finish(in);
}

bool HexEncode(std::string_view in, ByteBuffer& out) {
  constexpr char kDigits[] = "0123456789abcdef";
  BoundedWriter writer(out, in.size() * 2);
  for (const char c : in) {
    const auto byte = static_cast<uint8_t>(c);
    writer.Put(kDigits[byte >> 4]);
    writer.Put(kDigits[byte & 15]);
  }
  return writer.Finish(in);
}

// SQL's hex literals, 0x41424344, wherever they are in the text; a digit without a partner stays.
bool SqlHexDecode(std::string_view in, ByteBuffer& out) {
  size_t at = FindSqlHex(in, 0);
  if (at == in.size()) return false;
  BoundedWriter writer(out, in.size());
  size_t from = 0;
  while (at < in.size()) {
    writer.Put(in.substr(from, at - from));
    at += 2;
    for (auto byte = FixedHex(in, at, 2); byte; byte = FixedHex(in, at, 2)) {
      writer.Put(static_cast<char>(*byte));
      at += 2;
    }
    from = at;
    at = FindSqlHex(in, from);
  }
  writer.Put(in.substr(from));
  return writer.Finish(in);
}

}  // namespace rasp
