// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "core/ascii.h"
#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {
namespace {

// Every byte through `map`. Two passes without branches in them, which compilers turn into vector
// code.
template <typename Map>
bool MapBytes(std::string_view in, ByteBuffer& out, Map map) {
  bool changed = false;
  for (const char c : in) changed |= map(c) != c;
  if (!changed) return false;
  out.assign(in);
  for (char& c : out) c = map(c);
  return true;
}

constexpr bool IsOdd(uint8_t bits) { return std::popcount(bits) % 2 != 0; }

// The seven low bits with `parity_of` all eight in the eighth, as both ModSecurity 2 and 3 have it;
// of 7-bit data, which they are for, the eighth is no bit to count.
template <typename Parity>
bool SetParity(std::string_view in, ByteBuffer& out, Parity parity_of) {
  return MapBytes(in, out, [parity_of](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return static_cast<char>(parity_of(byte) ? byte | 0x80 : byte & 0x7f);
  });
}

}  // namespace

// Says "no more defaults" in a rule; as a function it does nothing.
bool None(std::string_view, ByteBuffer&) { return false; }

// ASCII letters only, whatever the locale.
bool Lowercase(std::string_view in, ByteBuffer& out) { return MapBytes(in, out, ToLower); }
bool Uppercase(std::string_view in, ByteBuffer& out) { return MapBytes(in, out, ToUpper); }

// The number of bytes, in decimal.
bool Length(std::string_view in, ByteBuffer& out) {
  char digits[20];
  const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), in.size());
  out.assign(digits, end);
  return std::string_view(out) != in;
}

bool RemoveNulls(std::string_view in, ByteBuffer& out) {
  if (in.find('\0') == in.npos) return false;
  BoundedWriter writer(out, in.size());
  for (const char c : in) {
    if (c != '\0') writer.Put(c);
  }
  return writer.Finish(in);
}

bool ReplaceNulls(std::string_view in, ByteBuffer& out) {
  return MapBytes(in, out, [](char c) { return c == '\0' ? ' ' : c; });
}

bool ParityEven7bit(std::string_view in, ByteBuffer& out) {
  return SetParity(in, out, [](uint8_t byte) { return IsOdd(byte); });
}

bool ParityOdd7bit(std::string_view in, ByteBuffer& out) {
  return SetParity(in, out, [](uint8_t byte) { return !IsOdd(byte); });
}

bool ParityZero7bit(std::string_view in, ByteBuffer& out) {
  return SetParity(in, out, [](uint8_t) { return false; });
}

}  // namespace rasp
