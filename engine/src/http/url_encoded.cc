// SPDX-License-Identifier: Apache-2.0
#include "core/ascii.h"
#include "http/uri.h"

namespace rasp {
namespace {

// The byte that "%XX" at `text[at]` stands for, or -1 if it is no valid escape.
int EscapedByte(std::string_view text, size_t at) {
  if (text.size() - at < 3) return -1;
  const int high = HexValue(text[at + 1]);
  const int low = HexValue(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::string_view Decode(std::string_view text, bool plus_is_space,
                        std::pmr::memory_resource& memory, bool& invalid_escape) {
  const std::string_view special = plus_is_space ? "%+" : "%";
  size_t at = text.find_first_of(special);
  if (at == text.npos) return text;

  char* const out = static_cast<char*>(memory.allocate(text.size(), 1));
  size_t used = text.copy(out, at);
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == '+' && plus_is_space) {
      c = ' ';
    } else if (c == '%') {
      const int byte = EscapedByte(text, at);
      if (byte < 0) {
        invalid_escape = true;
      } else {
        c = static_cast<char>(byte);
        at += 2;
      }
    }
    out[used++] = c;
  }
  return {out, used};
}

}  // namespace

bool ParseUrlEncoded(std::string_view text, char separator, size_t max_fields,
                     std::pmr::memory_resource& memory, FieldList& out, bool& invalid_escape) {
  size_t fields = 0;
  while (!text.empty()) {
    const size_t end = text.find(separator);
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    if (fields++ == max_fields) return false;

    const size_t equals = pair.find('=');
    const std::string_view value =
        equals == pair.npos ? std::string_view() : pair.substr(equals + 1);
    out.push_back({Decode(pair.substr(0, equals), true, memory, invalid_escape),
                   Decode(value, true, memory, invalid_escape)});
  }
  return true;
}

std::string_view PercentDecode(std::string_view text, std::pmr::memory_resource& memory) {
  bool invalid_escape = false;
  return Decode(text, false, memory, invalid_escape);
}

}  // namespace rasp
