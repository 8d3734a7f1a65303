// SPDX-License-Identifier: Apache-2.0
#include "transform/unicode_map.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "core/ascii.h"
#include "core/quoted.h"
#include "transform/escape.h"

namespace rasp {
namespace {

// The characters that RFC 3490 (section 3.1) has taken for a full stop.
constexpr std::array<uint16_t, 3> kFullStops = {0x3002, 0xff0e, 0xff61};

std::string_view TakeWord(std::string_view& line) {
  line = Trim(line);
  size_t end = 0;
  while (end < line.size() && !IsSpace(line[end])) ++end;
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

std::optional<uint32_t> Number(std::string_view text, int base) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value, base);
  if (text.empty() || error != std::errc() || end != text.end()) return std::nullopt;
  return value;
}

bool ReadPair(std::string_view word, UnicodeMap& map) {
  const size_t colon = word.find(':');
  const auto code = Number(word.substr(0, colon), 16);
  const auto byte = Number(word.substr(colon + 1), 16);
  if (!code || !byte || *code >= map.byte.size() || *byte > 0xff) return false;
  map.byte[*code] = static_cast<char>(*byte);
  return true;
}

}  // namespace

Result<UnicodeMap> LoadUnicodeMap(std::string_view text, uint32_t code_page) {
  UnicodeMap map;
  for (uint32_t code = 0; code < map.byte.size(); ++code) map.byte[code] = LowByte(code);
  for (const uint16_t code : kFullStops) map.byte[code] = '.';
  bool found = false;
  bool wanted = false;
  for (size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = Trim(line);
    if (line.empty() || line.front() == '#') continue;
    const bool heading = line.substr(0, line.find(' ')).find(':') == std::string_view::npos;
    if (heading) {
      wanted = Number(TakeWord(line), 10) == code_page;
      found |= wanted;
      continue;
    }
    while (wanted && !Trim(line).empty()) {
      const std::string_view word = TakeWord(line);
      if (ReadPair(word, map)) continue;
      return Result<UnicodeMap>::Failure("line " + std::to_string(number) + ": " + Quoted(word) +
                                         " is not a code point and a byte in hex, as in 00a0:20");
    }
  }
  if (!found) {
    return Result<UnicodeMap>::Failure("has no code page " + std::to_string(code_page) +
                                       "; ModSecurity's own unicode.mapping has 20127 (US-ASCII)");
  }
  return map;
}

}  // namespace rasp
