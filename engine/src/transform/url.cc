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

// Copies up to the next byte that URL decoding could touch and returns where that is, or npos at
// the end.
size_t CopyPlain(std::string_view in, size_t from, BoundedWriter& writer) {
  const size_t stop = in.find_first_of("%+", from);
  writer.Put(in.substr(from, stop == in.npos ? stop : stop - from));
  return stop;
}

// `narrow` gives the byte for the code point of a %uHHHH escape, or is nullptr.
template <typename Narrow>
bool Decode(std::string_view in, ByteBuffer& out, Narrow narrow) {
  constexpr bool kUnicode = !std::is_same_v<Narrow, std::nullptr_t>;
  size_t at = in.find_first_of("%+");
  if (at == in.npos) return false;
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
    at = CopyPlain(in, at, writer);
  }
  return writer.Finish(in);
}

constexpr bool SurvivesEncoding(char c) { return IsAlpha(c) || IsDigit(c) || c == '*'; }

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
  bool changed = false;
  out.reserve(in.size());
  for (const char c : in) {
    if (SurvivesEncoding(c)) {
      out.push_back(c);
      continue;
    }
    changed = true;
    if (c == ' ') {
      out.push_back('+');
    } else {
      const auto byte = static_cast<unsigned char>(c);
      const char escape[] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
      out.append(escape, sizeof escape);
    }
  }
  return changed;
}

}  // namespace rasp
