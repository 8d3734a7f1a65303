// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "core/ascii.h"
#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {
namespace {

struct Entity {
  std::string_view name;
  char byte;
};

// Known in any case, and without their semicolon.
constexpr Entity kLegacy[] = {
    {"amp", '&'}, {"gt", '>'}, {"lt", '<'}, {"nbsp", '\xa0'}, {"quot", '"'},
};

// HTML5's names for single ASCII characters, which browsers decode in exactly this case and with
// their semicolon. Sorted.
constexpr Entity kHtml5[] = {
    {"DiacriticalGrave", '`'},
    {"Hat", '^'},
    {"NewLine", '\n'},
    {"NonBreakingSpace", '\xa0'},
    {"Tab", '\t'},
    {"UnderBar", '_'},
    {"VerticalLine", '|'},
    {"apos", '\''},
    {"ast", '*'},
    {"bsol", '\\'},
    {"colon", ':'},
    {"comma", ','},
    {"commat", '@'},
    {"dollar", '$'},
    {"equals", '='},
    {"excl", '!'},
    {"grave", '`'},
    {"lbrace", '{'},
    {"lbrack", '['},
    {"lcub", '{'},
    {"lowbar", '_'},
    {"lpar", '('},
    {"lsqb", '['},
    {"midast", '*'},
    {"num", '#'},
    {"percnt", '%'},
    {"period", '.'},
    {"plus", '+'},
    {"quest", '?'},
    {"rbrace", '}'},
    {"rbrack", ']'},
    {"rcub", '}'},
    {"rpar", ')'},
    {"rsqb", ']'},
    {"semi", ';'},
    {"sol", '/'},
    {"verbar", '|'},
    {"vert", '|'},
};

constexpr bool ByName(const Entity& a, const Entity& b) { return a.name < b.name; }
static_assert(std::is_sorted(std::begin(kHtml5), std::end(kHtml5), ByName));

// A reference that was read: how many bytes of input it took, 0 if it is none.
struct Reference {
  char byte = 0;
  size_t bytes = 0;
};

constexpr StopBytes kAmpersand("&");

size_t RunEnd(std::string_view in, size_t at, bool (*belongs)(char)) {
  while (at < in.size() && belongs(in[at])) ++at;
  return at;
}

// One past the digits and the semicolon that may follow them.
size_t PastSemicolon(std::string_view in, size_t end) {
  return end < in.size() && in[end] == ';' ? end + 1 : end;
}

// in[at] is the '&' of "&#". Any number of digits, so leading zeros hide nothing; the result is the
// code's low byte.
Reference ReadNumeric(std::string_view in, size_t at) {
  const bool hex = at + 2 < in.size() && ToLower(in[at + 2]) == 'x';
  const size_t first = at + (hex ? 3 : 2);
  const size_t end = RunEnd(
      in, first, hex ? [](char c) { return HexValue(c) >= 0; } : [](char c) { return IsDigit(c); });
  if (end <= first) return {};
  uint8_t low = 0;
  for (const char c : in.substr(first, end - first)) {
    low = static_cast<uint8_t>(low * (hex ? 16 : 10) + HexValue(c));
  }
  return {static_cast<char>(low), PastSemicolon(in, end) - at};
}

// in[at] is the '&' before a name.
Reference ReadNamed(std::string_view in, size_t at) {
  if (at + 1 == in.size() || !IsAlpha(in[at + 1])) return {};
  const size_t end = RunEnd(in, at + 1, [](char c) { return IsAlpha(c) || IsDigit(c); });
  const std::string_view name = in.substr(at + 1, end - at - 1);
  const size_t bytes = PastSemicolon(in, end) - at;
  for (const Entity& entity : kLegacy) {
    if (EqualsIgnoreCase(entity.name, name)) return {entity.byte, bytes};
  }
  if (at + bytes == end) return {};  // the others need their semicolon
  const auto found =
      std::lower_bound(std::begin(kHtml5), std::end(kHtml5), Entity{name, 0}, ByName);
  if (found == std::end(kHtml5) || found->name != name) return {};
  return {found->byte, bytes};
}

}  // namespace

// What is no reference that we know stays as it is.
bool HtmlEntityDecode(std::string_view in, ByteBuffer& out) {
  size_t at = in.find('&');
  if (at == in.npos) return false;
  BoundedWriter writer(out, in.size());
  writer.Put(in.substr(0, at));
  while (at < in.size()) {
    const bool numeric = at + 1 < in.size() && in[at + 1] == '#';
    const Reference reference = numeric ? ReadNumeric(in, at) : ReadNamed(in, at);
    writer.Put(reference.bytes == 0 ? '&' : reference.byte);
    at = writer.PutUntil(kAmpersand, in, at + std::max<size_t>(reference.bytes, 1));
  }
  return writer.Finish(in);
}

}  // namespace rasp
