// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string_view>

#include "core/ascii.h"
#include "core/byte_buffer.h"
#include "transform/escape.h"
#include "transform/writer.h"

namespace rasp {
namespace {

// Reads the escape whose backslash is at `at`, writes what it stands for (at most as many bytes as
// it took) and returns the position after it.
using EscapeReader = size_t (*)(std::string_view in, size_t at, BoundedWriter& writer);

constexpr StopBytes kBackslash("\\");

bool DecodeBackslashes(std::string_view in, ByteBuffer& out, EscapeReader read) {
  size_t at = in.find('\\');
  if (at == in.npos) return false;
  BoundedWriter writer(out, in.size());
  writer.Put(in.substr(0, at));
  while (at < in.size()) {
    at = writer.PutUntil(kBackslash, in, read(in, at, writer));
  }
  return writer.Finish(in);
}

// Up to six hex digits and one white space that ends them; a line break is dropped; any other byte
// is itself.
size_t ReadCss(std::string_view in, size_t at, BoundedWriter& writer) {
  size_t i = at + 1;
  if (i == in.size()) return i;  // a backslash that continues into nothing
  uint32_t code = 0;
  for (; i < in.size() && i - at <= 6 && HexValue(in[i]) >= 0; ++i) {
    code = code << 4 | static_cast<uint32_t>(HexValue(in[i]));
  }
  if (i > at + 1) {
    writer.Put(LowByte(code));
    return i < in.size() && IsSpace(in[i]) ? i + 1 : i;
  }
  if (in[i] != '\n') writer.Put(in[i]);
  return i + 1;
}

// \uHHHH, \xHH, \OOO up to \377, the control letters; any other byte is itself.
size_t ReadJs(std::string_view in, size_t at, BoundedWriter& writer) {
  const size_t i = at + 1;
  if (i == in.size()) {
    writer.Put('\\');
    return i;
  }
  if (in[i] == 'u') {
    if (const auto code = FixedHex(in, i + 1, 4)) {
      writer.Put(LowByte(*code));
      return i + 5;
    }
  }
  if (in[i] == 'x') {
    if (const auto code = FixedHex(in, i + 1, 2)) {
      writer.Put(static_cast<char>(*code));
      return i + 3;
    }
  }
  if (size_t digits = OctalDigits(in, i); digits > 0) {
    if (digits == 3 && in[i] > '3') digits = 2;  // \400 is \40 and a zero
    writer.Put(static_cast<char>(OctalNumber(in.substr(i, digits))));
    return i + digits;
  }
  writer.Put(ControlOf(in[i]));
  return i + 1;
}

// As ANSI C: \xHH, \OOO of which the low byte counts, the control letters; any other byte is
// itself.
size_t ReadAnsiC(std::string_view in, size_t at, BoundedWriter& writer) {
  const size_t i = at + 1;
  if (i == in.size()) {
    writer.Put('\\');
    return i;
  }
  if (ToLower(in[i]) == 'x') {
    if (const auto code = FixedHex(in, i + 1, 2)) {
      writer.Put(static_cast<char>(*code));
      return i + 3;
    }
  }
  if (const size_t digits = OctalDigits(in, i); digits > 0) {
    writer.Put(LowByte(OctalNumber(in.substr(i, digits))));
    return i + digits;
  }
  writer.Put(ControlOf(in[i]));
  return i + 1;
}

}  // namespace

bool CssDecode(std::string_view in, ByteBuffer& out) { return DecodeBackslashes(in, out, ReadCss); }
bool JsDecode(std::string_view in, ByteBuffer& out) { return DecodeBackslashes(in, out, ReadJs); }

bool EscapeSeqDecode(std::string_view in, ByteBuffer& out) {
  return DecodeBackslashes(in, out, ReadAnsiC);
}

}  // namespace rasp
