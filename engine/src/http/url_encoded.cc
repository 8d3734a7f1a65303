// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "http/byte_scan.h"
#include "http/hex_table.h"
#include "http/uri.h"

namespace rasp {
namespace {

// Room for so many is made at once: in an arena, what a list outgrows is lost.
constexpr size_t kUsualFields = 16;

size_t FindEscape(std::string_view text, bool plus_is_space) {
  namespace scan = byte_scan;
  const char plus = plus_is_space ? '+' : '%';
  size_t at = 0;
  for (; text.size() - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
    const uint64_t word = scan::Load(text.data() + at);
    const uint64_t found = scan::Equal(word, '%') | scan::Equal(word, plus);
    if (found != 0) return at + scan::FirstOf(found);
  }
  while (at < text.size() && text[at] != '%' && text[at] != plus) ++at;
  return at;
}

std::string_view Decode(std::string_view text, bool plus_is_space,
                        std::pmr::memory_resource& memory, bool& invalid_escape) {
  size_t at = FindEscape(text, plus_is_space);
  if (at == text.size()) return text;

  char* const out = static_cast<char*>(memory.allocate(text.size(), 1));
  size_t used = text.copy(out, at);
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == '+' && plus_is_space) {
      c = ' ';
    } else if (c == '%') {
      const int byte = text.size() - at < 3 ? -1 : HexByte(text[at + 1], text[at + 2]);
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
  if (!text.empty()) out.reserve(out.size() + std::min<size_t>(max_fields, kUsualFields));
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
