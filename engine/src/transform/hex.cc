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

bool StartsSqlHex(std::string_view in, size_t at) {
  return in[at] == '0' && at + 1 < in.size() && ToLower(in[at + 1]) == 'x' &&
         FixedHex(in, at + 2, 2).has_value();
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
  BoundedWriter writer(out, in.size());
  for (size_t i = 0; i < in.size();) {
    if (!StartsSqlHex(in, i)) {
      writer.Put(in[i++]);
      continue;
    }
    i += 2;
    for (auto byte = FixedHex(in, i, 2); byte; byte = FixedHex(in, i, 2)) {
      writer.Put(static_cast<char>(*byte));
      i += 2;
    }
  }
  return writer.Finish(in);
}

}  // namespace rasp
