// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <string_view>

#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int8_t kNone = -1;

constexpr std::array<int8_t, 256> Values() {
  std::array<int8_t, 256> values{};
  values.fill(kNone);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<uint8_t>(kAlphabet[i])] = static_cast<int8_t>(i);
  }
  return values;
}

constexpr auto kValues = Values();

// Six bits in, whole bytes out; bits that do not fill a byte are dropped.
class BitSink {
 public:
  explicit BitSink(BoundedWriter& writer) : writer_(writer) {}

  void Put(int8_t six) {
    bits_ = (bits_ << 6 | static_cast<uint32_t>(six)) & 0xffff;
    count_ += 6;
    if (count_ < 8) return;
    count_ -= 8;
    writer_.Put(static_cast<char>(bits_ >> count_ & 0xff));
  }

 private:
  BoundedWriter& writer_;
  uint32_t bits_ = 0;
  int count_ = 0;
};

}  // namespace

// Up to the first byte that is not of the alphabet, so a payload with a tail is seen; line breaks
// and the blanks before them are skipped.
bool Base64Decode(std::string_view in, ByteBuffer& out) {
  BoundedWriter writer(out, in.size());
  BitSink sink(writer);
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '\r' || in[i] == '\n') continue;
    if (in[i] == ' ') {
      const size_t end = in.find_first_not_of(' ', i);
      if (end == in.npos || (in[end] != '\r' && in[end] != '\n')) break;
      i = end;
      continue;
    }
    const int8_t value = kValues[static_cast<uint8_t>(in[i])];
    if (value == kNone) break;
    sink.Put(value);
  }
  return writer.Finish(in);
}

// As the forgiving decoders do (PHP's is one): bytes that are not of the alphabet are skipped,
// wherever they are.
bool Base64DecodeExt(std::string_view in, ByteBuffer& out) {
  BoundedWriter writer(out, in.size());
  BitSink sink(writer);
  for (const char c : in) {
    const int8_t value = kValues[static_cast<uint8_t>(c)];
    if (value != kNone) sink.Put(value);
  }
  return writer.Finish(in);
}

bool Base64Encode(std::string_view in, ByteBuffer& out) {
  BoundedWriter writer(out, (in.size() + 2) / 3 * 4);
  for (size_t i = 0; i < in.size(); i += 3) {
    const std::string_view group = in.substr(i, 3);
    uint32_t bits = 0;
    for (size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (j < group.size() ? static_cast<uint8_t>(group[j]) : 0u);
    }
    for (size_t j = 0; j < 4; ++j) {
      writer.Put(j <= group.size() ? kAlphabet[bits >> (18 - 6 * j) & 63] : '=');
    }
  }
  return writer.Finish(in);
}

}  // namespace rasp
