// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {
namespace {

using ByteTable = std::array<char, 256>;

template <typename Map>
constexpr ByteTable TableOf(Map map) {
  ByteTable table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    table[byte] = static_cast<char>(map(static_cast<uint8_t>(byte)));
  }
  return table;
}

constexpr StopBytes ChangedBy(const ByteTable& table) {
  ByteMask mask;
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    if (static_cast<uint8_t>(table[byte]) != byte) mask.Add(static_cast<uint8_t>(byte));
  }
  return StopBytes(mask);
}

// Every byte through a table.
bool MapBytes(std::string_view in, ByteBuffer& out, const ByteTable& table,
              const StopBytes& changed) {
  const size_t first = changed.Find(in);
  if (first == in.size()) return false;
  out.assign(in);
  for (size_t i = first; i < out.size(); ++i) out[i] = table[static_cast<uint8_t>(out[i])];
  return true;
}

constexpr uint64_t kEach = 0x0101010101010101;

// Bit 5 of each of the eight bytes that lies in [first, last], which are ASCII.
constexpr uint64_t CaseBits(uint64_t word, uint8_t first, uint8_t last) {
  const uint64_t low = word & kEach * 0x7f;
  const uint64_t from_first = low + kEach * (0x80u - first);
  const uint64_t behind_last = low + kEach * (0x7fu - last);
  return ((from_first ^ behind_last) & ~word & kEach * 0x80) >> 2;
}

uint64_t LoadWord(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Turns the case of the ASCII letters in [first, last], eight bytes at a time.
bool TurnCase(std::string_view in, ByteBuffer& out, char first, char last) {
  const auto from = static_cast<uint8_t>(first);
  const auto to = static_cast<uint8_t>(last);
  const auto belongs = [first, last](char c) { return c >= first && c <= last; };
  constexpr size_t kWord = sizeof(uint64_t);
  size_t at = 0;
  while (in.size() - at >= kWord && CaseBits(LoadWord(in.data() + at), from, to) == 0) at += kWord;
  if (in.size() - at < kWord) {
    while (at < in.size() && !belongs(in[at])) ++at;
    if (at == in.size()) return false;
  }
  out.assign(in);
  char* const bytes = out.data();
  for (; in.size() - at >= kWord; at += kWord) {
    const uint64_t word = LoadWord(bytes + at);
    const uint64_t turned = word ^ CaseBits(word, from, to);
    std::memcpy(bytes + at, &turned, kWord);
  }
  for (; at < in.size(); ++at) {
    if (belongs(bytes[at])) bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
  }
  return true;
}

constexpr bool IsOdd(uint8_t bits) { return std::popcount(bits) % 2 != 0; }

// The seven low bits with the parity of all eight in the eighth, as both ModSecurity 2 and 3 have
// it; of 7-bit data, which they are for, the eighth is no bit to count.
constexpr int WithParity(uint8_t byte, bool set) { return set ? byte | 0x80 : byte & 0x7f; }

constexpr ByteTable kEvenParity = TableOf([](uint8_t b) { return WithParity(b, IsOdd(b)); });
constexpr ByteTable kOddParity = TableOf([](uint8_t b) { return WithParity(b, !IsOdd(b)); });
constexpr ByteTable kZeroParity = TableOf([](uint8_t b) { return WithParity(b, false); });
constexpr ByteTable kNullsReplaced = TableOf([](uint8_t b) { return b == 0 ? ' ' : b; });
constexpr StopBytes kEvenParityChanges = ChangedBy(kEvenParity);
constexpr StopBytes kOddParityChanges = ChangedBy(kOddParity);
constexpr StopBytes kZeroParityChanges = ChangedBy(kZeroParity);
constexpr StopBytes kNulls(ByteMask::Range(0, 0));

}  // namespace

// Says "no more defaults" in a rule; as a function it does nothing.
bool None(std::string_view, ByteBuffer&) { return false; }

// ASCII letters only, whatever the locale.
bool Lowercase(std::string_view in, ByteBuffer& out) { return TurnCase(in, out, 'A', 'Z'); }
bool Uppercase(std::string_view in, ByteBuffer& out) { return TurnCase(in, out, 'a', 'z'); }

// The number of bytes, in decimal.
bool Length(std::string_view in, ByteBuffer& out) {
  char digits[20];
  const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), in.size());
  out.assign(digits, end);
  return std::string_view(out) != in;
}

bool RemoveNulls(std::string_view in, ByteBuffer& out) {
  size_t at = in.find('\0');
  if (at == in.npos) return false;
  BoundedWriter writer(out, in.size());
  writer.Put(in.substr(0, at));
  while (at < in.size()) at = writer.PutUntil(kNulls, in, at + 1);
  return writer.Finish(in);
}

bool ReplaceNulls(std::string_view in, ByteBuffer& out) {
  return MapBytes(in, out, kNullsReplaced, kNulls);
}

bool ParityEven7bit(std::string_view in, ByteBuffer& out) {
  return MapBytes(in, out, kEvenParity, kEvenParityChanges);
}

bool ParityOdd7bit(std::string_view in, ByteBuffer& out) {
  return MapBytes(in, out, kOddParity, kOddParityChanges);
}

bool ParityZero7bit(std::string_view in, ByteBuffer& out) {
  return MapBytes(in, out, kZeroParity, kZeroParityChanges);
}

}  // namespace rasp
