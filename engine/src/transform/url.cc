// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string_view>
#include <type_traits>

#include "core/ascii.h"
#include "core/byte_buffer.h"
#include "transform/best_fit.h"
#include "transform/escape.h"
#include "transform/unicode_map.h"
#include "transform/writer.h"

namespace rasp {
namespace {

constexpr StopBytes kStops("%+");

// `narrow` gives the byte for the code point of a %uHHHH escape, or is nullptr.
template <typename Narrow>
bool Decode(std::string_view in, ByteBuffer& out, Narrow narrow) {
  constexpr bool kUnicode = !std::is_same_v<Narrow, std::nullptr_t>;
  size_t at = kStops.Find(in);
  if (at == in.size()) return false;
  BoundedWriter writer(out, in.size());
  writer.Put(in.substr(0, at));
  while (at < in.size()) {
    if (in[at] == '+') {
      writer.Put(' ');
      ++at;
    } else if (const auto byte = FixedHex(in, at + 1, 2)) {
      writer.Put(static_cast<char>(*byte));
      at += 3;
    } else if (kUnicode && at + 1 < in.size() && ToLower(in[at + 1]) == 'u') {
      const auto code = FixedHex(in, at + 2, 4);
      if (!code) {
        writer.Put(in.substr(at, 2));
      } else if constexpr (kUnicode) {
        writer.Put(narrow(static_cast<uint16_t>(*code)));
      }
      at += code ? 6 : 2;
    } else {
      writer.Put('%');
      ++at;
    }
    at = writer.PutUntil(kStops, in, at);
  }
  return writer.Finish(in);
}

constexpr StopBytes kEncoded(~(ByteMask("*") | ByteMask::Range('0', '9') |
                               ByteMask::Range('A', 'Z') | ByteMask::Range('a', 'z')));

}  // namespace

// %HH and `+`. An incomplete or invalid escape stays as it is.
bool UrlDecode(std::string_view in, ByteBuffer& out) { return Decode(in, out, nullptr); }

// UrlDecode, and the %uHHHH escapes that IIS and JavaScript's unescape() know.
bool UrlDecodeUni(std::string_view in, ByteBuffer& out) { return Decode(in, out, BestFit); }

bool UrlDecodeUniWithMap(const UnicodeMap& map, std::string_view in, ByteBuffer& out) {
  return Decode(in, out, [&map](uint16_t code) { return map.byte[code]; });
}

// As HTML forms encode, with lower-case digits.
bool UrlEncode(std::string_view in, ByteBuffer& out) {
  constexpr char kDigits[] = "0123456789abcdef";
  size_t at = kEncoded.Find(in);
  if (at == in.size()) return false;
  BoundedWriter writer(out, in.size() + 2 * kEncoded.Count(in.substr(at)));
  writer.Put(in.substr(0, at));
  while (at < in.size()) {
    const auto byte = static_cast<unsigned char>(in[at++]);
    if (byte == ' ') {
      writer.Put('+');
    } else {
      writer.Put('%');
      writer.Put(kDigits[byte >> 4]);
      writer.Put(kDigits[byte & 15]);
    }
    at = writer.PutUntil(kEncoded, in, at);
  }
  return writer.Finish(in);
}

}  // namespace rasp
