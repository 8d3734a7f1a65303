// SPDX-License-Identifier: Apache-2.0
#include "match/byte_class.h"

#include <re2/re2.h>

#include <array>

#include "core/ascii.h"

namespace rasp::match {
namespace {

unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

template <typename Predicate>
ByteSet Where(Predicate holds) {
  ByteSet set;
  for (unsigned value = 0; value < 256; ++value) set[value] = holds(value);
  return set;
}

bool IsGraph(unsigned c) { return c > 0x20 && c < 0x7f; }
bool IsAlnumByte(unsigned c) {
  return c < 0x80 && (IsAlpha(static_cast<char>(c)) || IsDigit(static_cast<char>(c)));
}

ByteSet Digits() { return ByteRange('0', '9'); }
ByteSet Spaces() { return ByteRange('\t', '\r') | ByteRange(' ', ' '); }
ByteSet Words() { return Where(IsAlnumByte) | ByteRange('_', '_'); }
ByteSet HorizontalSpaces() {
  return ByteRange('\t', '\t') | ByteRange(' ', ' ') | ByteRange(0xa0, 0xa0);
}
ByteSet VerticalSpaces() { return ByteRange('\n', '\r') | ByteRange(0x85, 0x85); }

void AppendHex(unsigned value, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x";
  out += kDigits[value >> 4];
  out += kDigits[value & 15];
}

// `digits` digits in `base` from `text`; the number read and how many digits it had.
struct Number {
  unsigned value = 0;
  size_t length = 0;
};
Number ReadNumber(std::string_view text, unsigned base, size_t at_most) {
  Number number;
  while (number.length < text.size() && number.length < at_most) {
    const int digit = HexValue(text[number.length]);
    if (digit < 0 || static_cast<unsigned>(digit) >= base) break;
    if (number.value < 0x10000) number.value = number.value * base + static_cast<unsigned>(digit);
    ++number.length;
  }
  return number;
}

Result<EscapedByte> ReadBraced(std::string_view text, unsigned base) {
  const Number number = ReadNumber(text.substr(3), base, text.size());
  const size_t end = 3 + number.length;
  if (number.length == 0 || end >= text.size() || text[end] != '}') {
    return Result<EscapedByte>::Failure(
        "malformed escape; write \\x{41} for hexadecimal, \\o{101} for octal");
  }
  if (number.value > 0xff) {
    return Result<EscapedByte>::Failure(
        "escape of a character above 0xff; patterns match bytes, so write the bytes of its UTF-8 "
        "form");
  }
  return EscapedByte{static_cast<unsigned char>(number.value), end + 1};
}

Result<EscapedByte> ReadOctal(std::string_view text) {
  const Number number = ReadNumber(text.substr(1), 8, 3);
  if (number.value > 0xff) {
    return Result<EscapedByte>::Failure("octal escape above \\377; patterns match bytes");
  }
  return EscapedByte{static_cast<unsigned char>(number.value), 1 + number.length};
}

struct NamedByte {
  char letter;
  unsigned char value;
};
constexpr NamedByte kNamedBytes[] = {
    {'a', 0x07}, {'e', 0x1b}, {'f', 0x0c}, {'n', 0x0a}, {'r', 0x0d}, {'t', 0x09},
};

}  // namespace

ByteSet ByteRange(unsigned char first, unsigned char last) {
  ByteSet set;
  for (unsigned value = first; value <= last; ++value) set.set(value);
  return set;
}

ByteSet FoldCase(ByteSet set) {
  for (unsigned lower = 'a'; lower <= 'z'; ++lower) {
    const unsigned upper = lower - 'a' + 'A';
    const bool either = set[lower] || set[upper];
    set[lower] = set[upper] = either;
  }
  return set;
}

std::optional<ByteSet> EscapedClass(char letter) {
  switch (letter) {
    case 'd':
      return Digits();
    case 'D':
      return ~Digits();
    case 'h':
      return HorizontalSpaces();
    case 'H':
      return ~HorizontalSpaces();
    case 'N':
      return ~ByteRange('\n', '\n');
    case 's':
      return Spaces();
    case 'S':
      return ~Spaces();
    case 'v':
      return VerticalSpaces();
    case 'V':
      return ~VerticalSpaces();
    case 'w':
      return Words();
    case 'W':
      return ~Words();
    default:
      return std::nullopt;
  }
}

std::optional<ByteSet> PosixClass(std::string_view name) {
  if (name == "alnum") return Where(IsAlnumByte);
  if (name == "alpha") return Where(IsAlnumByte) & ~Digits();
  if (name == "ascii") return ByteRange(0, 0x7f);
  if (name == "blank") return ByteRange('\t', '\t') | ByteRange(' ', ' ');
  if (name == "cntrl") return ByteRange(0, 0x1f) | ByteRange(0x7f, 0x7f);
  if (name == "digit") return Digits();
  if (name == "graph") return Where(IsGraph);
  if (name == "lower") return ByteRange('a', 'z');
  if (name == "print") return Where(IsGraph) | ByteRange(' ', ' ');
  if (name == "punct") return Where(IsGraph) & ~Where(IsAlnumByte);
  if (name == "space") return Spaces();
  if (name == "upper") return ByteRange('A', 'Z');
  if (name == "word") return Words();
  if (name == "xdigit") return Digits() | ByteRange('a', 'f') | ByteRange('A', 'F');
  return std::nullopt;
}

std::optional<ByteSet> PropertyClass(std::string_view name) {
  for (const char c : name) {
    if (!IsAlpha(c) && c != '_') return std::nullopt;
  }
  RE2::Options options(RE2::Latin1);
  options.set_log_errors(false);
  const RE2 property("\\p{" + std::string(name) + "}", options);
  if (!property.ok()) return std::nullopt;
  return Where([&property](unsigned value) {
    const char byte = static_cast<char>(value);
    return RE2::FullMatch(re2::StringPiece(&byte, 1), property);
  });
}

std::string ToBrackets(const ByteSet& set) {
  if (set.none()) return "[^\\x00-\\xff]";
  std::string out = "[";
  for (unsigned first = 0; first < 256; ++first) {
    if (!set[first]) continue;
    unsigned last = first;
    while (last + 1 < 256 && set[last + 1]) ++last;
    AppendHex(first, out);
    if (last > first) {
      out += '-';
      AppendHex(last, out);
    }
    first = last;
  }
  out += ']';
  return out;
}

void AppendLiteral(unsigned char byte, std::string& out) {
  if (IsAlnumByte(byte)) {
    out += static_cast<char>(byte);
  } else if (IsGraph(byte)) {
    out += '\\';
    out += static_cast<char>(byte);
  } else {
    AppendHex(byte, out);
  }
}

Result<EscapedByte> ReadEscapedByte(std::string_view text) {
  if (text.size() < 2) return Result<EscapedByte>::Failure("backslash at the end of the pattern");
  const char c = text[1];
  for (const NamedByte& named : kNamedBytes) {
    if (named.letter == c) return EscapedByte{named.value, 2};
  }
  const bool braced = text.size() > 2 && text[2] == '{';
  if (c == 'x') {
    if (braced) return ReadBraced(text, 16);
    const Number number = ReadNumber(text.substr(2), 16, 2);
    return EscapedByte{static_cast<unsigned char>(number.value), 2 + number.length};
  }
  if (c == 'o' && braced) return ReadBraced(text, 8);
  if (c >= '0' && c <= '7') return ReadOctal(text);
  if (c == 'c' && text.size() > 2 && text[2] >= ' ' && text[2] <= '~') {
    return EscapedByte{static_cast<unsigned char>(Byte(ToUpper(text[2])) ^ 0x40), 3};
  }
  if (IsAlpha(c)) {
    return Result<EscapedByte>::Failure(std::string("unknown escape \\") + c);
  }
  return EscapedByte{Byte(c), 2};
}

}  // namespace rasp::match
