// SPDX-License-Identifier: Apache-2.0
#include "primitives_causes.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "core/ascii.h"
#include "transform/best_fit.h"
#include "transform/escape.h"

namespace rasp::primitives {
namespace {

std::string Again(const Difference& d, const std::string& input) {
  return d.oracle.Transform(std::string(d.primitive), input);
}

std::string Without(std::string text, char unwanted) {
  std::erase(text, unwanted);
  return text;
}

std::string UpToNul(const std::string& text) { return text.substr(0, text.find('\0')); }

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// --- Transformations

// A strict decoder: groups of four, padding only at the end; line breaks may stand anywhere.
bool IsStrictBase64(std::string text) {
  text = Without(Replaced(text, "\r\n", "\n"), '\n');
  const size_t padding = text.size() - std::min(text.size(), text.find('='));
  const auto is_digit = [](char c) { return IsAlpha(c) || IsDigit(c) || c == '+' || c == '/'; };
  return text.size() % 4 == 0 && padding <= 2 &&
         std::all_of(text.begin(), text.end() - static_cast<std::ptrdiff_t>(padding), is_digit) &&
         std::all_of(text.end() - static_cast<std::ptrdiff_t>(padding), text.end(),
                     [](char c) { return c == '='; });
}

bool Base64Refused(const Difference& d) {
  return !IsStrictBase64(d.input) && d.ours.text.starts_with(d.theirs.text);
}

// A last digit without a partner, or padding that is not at the end, and nothing is decoded.
bool ForgivingRefused(const Difference& d) {
  size_t digits = 0;
  bool padded = false;
  bool digit_behind_padding = false;
  for (const char c : d.input) {
    const bool digit = IsAlpha(c) || IsDigit(c) || c == '+' || c == '/';
    digits += digit;
    padded |= c == '=';
    digit_behind_padding |= digit && padded;
  }
  return d.theirs.text.empty() && (digits % 4 == 1 || digit_behind_padding);
}

bool NbspIsNoSpace(const Difference& d) {
  return Again(d, Replaced(d.input, "\xa0", " ")) == d.ours.text;
}

// The lead byte of the UTF-8 no-break space goes even where it leads something else.
bool LeadByteRemoved(const Difference& d) {
  std::string kept;
  for (size_t i = 0; i < d.input.size(); ++i) {
    const bool alone = d.input[i] == '\xc2' && d.input.substr(i + 1, 1) != "\xa0";
    kept += alone ? std::string(1, '\xc2') : Again(d, d.input.substr(i, 1));
  }
  return kept == d.ours.text;
}

bool CutAtNul(const Difference& d) { return d.theirs.text == UpToNul(d.ours.text); }

// The last byte is lost, the byte behind a literal is not looked at, and a NUL ends it all.
bool SqlHexBytesSkipped(const Difference& d) {
  std::string input;
  for (size_t i = 0; i < d.input.size();) {
    const bool literal = d.input[i] == '0' && ToLower(d.input.substr(i + 1, 1)[0]) == 'x' &&
                         FixedHex(d.input, i + 2, 2);
    input += d.input[i++];
    if (!literal) continue;
    input += d.input[i++];
    for (; FixedHex(d.input, i, 2); i += 2) input += d.input.substr(i, 2);
    input += '\x01';
  }
  return Without(UpToNul(Again(d, input + "z")), '\x01') == Without(UpToNul(d.ours.text), '\x01');
}

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr Entity kEntities[] = {
    {"&Tab;", "\t"}, {"&NewLine;", "\n"}, {"&lpar;", "("}, {"&colon;", ":"}, {"&apos;", "'"}};

bool EntityUnknown(const Difference& d) {
  std::string input = d.input;
  for (const Entity& entity : kEntities) input = Replaced(input, entity.name, entity.text);
  return input != d.input && Again(d, input) == d.ours.text;
}

// A number that does not fit becomes the largest that does; here it is cut to its low byte, and the
// names that are unknown besides are resolved.
bool NumberSaturates(const Difference& d) {
  constexpr size_t kFits = 15;  // digits, in either notation
  std::string input;
  for (size_t i = 0; i < d.input.size();) {
    const bool numeric = d.input.compare(i, 2, "&#") == 0;
    const bool hex = numeric && i + 2 < d.input.size() && ToLower(d.input[i + 2]) == 'x';
    const size_t first = i + (hex ? 3 : 2);
    size_t end = first;
    uint8_t low = 0;
    while (numeric && end < d.input.size() &&
           (hex ? HexValue(d.input[end]) >= 0 : IsDigit(d.input[end]))) {
      low = static_cast<uint8_t>(low * (hex ? 16 : 10) + HexValue(d.input[end++]));
    }
    if (numeric && end > first + kFits) {
      input += "&#" + std::to_string(low);
      i = end;
    } else {
      input += d.input[i++];
    }
  }
  const bool mended = input != d.input;
  for (const Entity& entity : kEntities) input = Replaced(input, entity.name, entity.text);
  return mended && Again(d, input) == d.ours.text;
}

// RFC 3986, 5.2.4, and a relative path keeps the ".." that it starts with.
std::string NormalPath(const std::string& in) {
  const bool absolute = in.starts_with('/');
  std::vector<std::string> segments;
  for (size_t at = 0; at <= in.size();) {
    const size_t end = std::min(in.find('/', at), in.size());
    const std::string segment = in.substr(at, end - at);
    at = end + 1;
    if (segment.empty() || segment == ".") continue;
    const bool can_climb = !segments.empty() && segments.back() != "..";
    if (segment != ".." || (!can_climb && !absolute)) {
      segments.push_back(segment);
    } else if (can_climb) {
      segments.pop_back();
    }
  }
  std::string out = absolute ? "/" : "";
  for (size_t i = 0; i < segments.size(); ++i) out += (i == 0 ? "" : "/") + segments[i];
  if (in.ends_with('/') && !out.empty() && !out.ends_with('/')) out += '/';
  return out;
}

// ".." at the end of any segment ("a..", "...") climbs, "/." at the end takes the root away, and a
// relative path that has climbed to its start keeps what comes then.
bool PathDots(const Difference& d) {
  std::string in = d.input;
  if (d.primitive.ends_with("Win")) std::replace(in.begin(), in.end(), '\\', '/');
  if (d.ours.text != NormalPath(in)) return false;
  if (!in.starts_with('/') && in.find("../") != std::string::npos) return true;
  if (in.ends_with("/.") || in.ends_with("/..") || in == "." || in == "..") return true;
  for (size_t at = in.find(".."); at != std::string::npos; at = in.find("..", at + 1)) {
    const bool ends = at + 2 == in.size() || in[at + 2] == '/';
    const bool begins = at == 0 || in[at - 1] == '/';
    if (ends && !begins) return true;
  }
  return false;
}

// A backslash is not seen behind more than one slash.
bool BackslashKept(const Difference& d) {
  std::string in = d.input;
  std::replace(in.begin(), in.end(), '\\', '/');
  return d.ours.text == NormalPath(in) &&
         (d.theirs.text.find('\\') != std::string::npos || Again(d, in) == d.ours.text);
}

// A byte that says nothing behind every end of a comment, so that none of the text is there.
bool ByteBehindACommentKept(const Difference& d) {
  std::string input;
  bool commented = false;
  for (size_t i = 0; i < d.input.size();) {
    const std::string_view rest = std::string_view(d.input).substr(i);
    const size_t opens = rest.starts_with("/*") ? 2 : rest.starts_with("<!--") ? 4 : 0;
    const size_t closes = rest.starts_with("*/") ? 2 : rest.starts_with("-->") ? 3 : 0;
    const size_t length = commented ? closes : opens;
    input += rest.substr(0, std::max<size_t>(length, 1));
    if (commented && closes > 0) input += '\x01';
    if (length > 0) commented = !commented;
    i += std::max<size_t>(length, 1);
  }
  return Without(Again(d, input), '\x01') == Without(d.ours.text, '\x01');
}

// What the built-in map makes of each %uHHHH, written as %HH.
bool NoMap(const Difference& d) {
  std::string input;
  for (size_t i = 0; i < d.input.size();) {
    const bool unicode = d.input[i] == '%' && ToLower(d.input.substr(i + 1, 1)[0]) == 'u';
    const auto code = unicode ? FixedHex(d.input, i + 2, 4) : std::nullopt;
    if (!code) {
      input += d.input[i++];
      continue;
    }
    constexpr char kDigits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(BestFit(static_cast<uint16_t>(*code)));
    input += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    i += 6;
  }
  return Again(d, input) == d.ours.text;
}

// RFC 3629.
bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    const size_t length = lead < 0x80   ? 1
                          : lead < 0xc2 ? 0
                          : lead < 0xe0 ? 2
                          : lead < 0xf0 ? 3
                          : lead < 0xf5 ? 4
                                        : 0;
    if (length == 0 || length > text.size()) return false;
    for (size_t i = 1; i < length; ++i) {
      if ((byte(i) & 0xc0) != 0x80) return false;
    }
    if (lead == 0xe0 && byte(1) < 0xa0) return false;
    if (lead == 0xed && byte(1) > 0x9f) return false;
    if (lead == 0xf0 && byte(1) < 0x90) return false;
    if (lead == 0xf4 && byte(1) > 0x8f) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool InvalidUtf8Lost(const Difference& d) {
  return !IsUtf8(d.input) || d.input.find('\0') != std::string::npos;
}

// --- Operators

bool SameVerdict(const Difference& d) { return d.ours.matched == d.theirs.matched; }

bool NoCaptures(const Answer& answer) {
  return std::all_of(answer.captures.begin(), answer.captures.end(),
                     [](const std::string& capture) { return capture.empty(); });
}

bool CapturesNothing(const Difference& d) {
  return SameVerdict(d) && NoCaptures(d.theirs) &&
         d.input.find(d.ours.captures[0]) != std::string::npos;
}

std::string Lower(std::string text) {
  for (char& c : text) c = ToLower(c);
  return text;
}

// The phrase as the list has it, and where one phrase is in another sometimes more of it.
bool PhraseOfTheList(const Difference& d) {
  return SameVerdict(d) && Lower(d.theirs.captures[0]).ends_with(Lower(d.ours.captures[0]));
}

bool BarsAreText(const Difference& d) {
  return d.argument.find('|') != std::string_view::npos && (d.ours.matched || d.theirs.matched);
}

// std::stoi throws; the number then counts as 0.
bool NumberTooLarge(const Difference& d) {
  int value = 0;
  std::string_view text = Trim(d.input);
  if (text.starts_with('+')) text.remove_prefix(1);
  return std::from_chars(text.begin(), text.end(), value).ec == std::errc::result_out_of_range &&
         d.theirs.matched == (d.argument == "0");
}

bool ReadsACString(const Difference& d) {
  return d.theirs.matched && d.input.find('\0') != std::string::npos;
}

bool MappedIsV4(const Difference& d) {
  return d.ours.matched && Lower(d.input).find("::ffff:") != std::string::npos;
}

bool BlanksAreNoPart(const Difference& d) {
  return d.ours.matched && Trim(std::string_view(d.input)).size() < d.input.size();
}

bool BeyondUnicode(const Difference& d) { return d.ours.matched && !IsUtf8(d.input); }

// A group that took no part is left out when the places of the next match are counted, which so
// come over those of this one.
bool PlacesOverlap(const Difference& d) {
  const auto occurs = [&d](const std::string& capture) {
    return d.input.find(capture) != std::string::npos;
  };
  return SameVerdict(d) && d.argument.find('|') != std::string_view::npos &&
         d.ours.captures[0] == d.theirs.captures[0] &&
         std::all_of(d.theirs.captures.begin(), d.theirs.captures.end(), occurs);
}

bool LastCandidateFirst(const Difference& d) {
  return d.ours.matched && d.theirs.matched && !d.ours.captures[0].empty() &&
         !d.theirs.captures[0].empty();
}

std::vector<int> DigitsOf(std::string_view text) {
  std::vector<int> digits;
  for (const char c : text) {
    if (IsDigit(c)) digits.push_back(c - '0');
  }
  return digits;
}

// Nor are numbers from 740 on, which have been given out since 2011.
bool AreaSince2011(const Difference& d) {
  const std::vector<int> digits = DigitsOf(d.ours.captures[0]);
  return d.ours.matched && digits.size() == 9 &&
         digits[0] * 100 + digits[1] * 10 + digits[2] >= 740;
}

bool RemainderTen(const Difference& d) {
  constexpr std::array<int, 10> kWeights = {3, 7, 9, 0, 5, 8, 4, 2, 1, 6};
  const std::vector<int> digits = DigitsOf(d.theirs.captures[0]);
  if (!d.theirs.matched || digits.size() < kWeights.size()) return false;
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += digits[i] * kWeights[i];
  return sum % 11 == 10 && digits[3] == 0;
}

// Of the numbers that are no numbers the last two are not looked at.
bool RepeatedDigit(const Difference& d) {
  const std::vector<int> digits = DigitsOf(d.theirs.captures[0]);
  return d.theirs.matched && digits.size() >= 10 && digits[0] >= 8 &&
         std::all_of(digits.begin(), digits.begin() + 10,
                     [&digits](int digit) { return digit == digits[0]; });
}

constexpr Cause kCauses[] = {
    {"base64-strict", "base64Decode", Base64Refused},
    {"base64-remainder", "base64DecodeExt", ForgivingRefused},
    {"no-break-space", "compressWhitespace", NbspIsNoSpace},
    {"no-break-space-lead", "removeWhitespace", LeadByteRemoved},
    {"cut-at-nul", "cssDecode", CutAtNul},
    {"sql-hex-skipped", "sqlHexDecode", SqlHexBytesSkipped},
    {"html-names", "htmlEntityDecode", EntityUnknown},
    {"html-saturation", "htmlEntityDecode", NumberSaturates},
    {"path-dots", "normalisePath", PathDots},
    {"path-dots", "normalizePath", PathDots},
    {"path-dots", "normalisePathWin", PathDots},
    {"path-dots", "normalizePathWin", PathDots},
    {"path-backslash", "normalisePathWin", BackslashKept},
    {"path-backslash", "normalizePathWin", BackslashKept},
    {"comment-end", "removeComments", ByteBehindACommentKept},
    {"unicode-built-in", "urlDecodeUni", NoMap},
    {"utf8-invalid-lost", "utf8toUnicode", InvalidUtf8Lost},
    {"text-captures", "@beginsWith", CapturesNothing},
    {"text-captures", "@contains", CapturesNothing},
    {"text-captures", "@containsWord", CapturesNothing},
    {"text-captures", "@endsWith", CapturesNothing},
    {"text-captures", "@streq", CapturesNothing},
    {"text-captures", "@strmatch", CapturesNothing},
    {"text-captures", "@within", CapturesNothing},
    {"pm-capture", "@pm", PhraseOfTheList},
    {"pm-capture", "@pmFromFile", PhraseOfTheList},
    {"pm-hex", "@pm", BarsAreText},
    {"eq-overflow", "@eq", NumberTooLarge},
    {"ip-c-string", "@ipMatch", ReadsACString},
    {"ip-blanks", "@ipMatch", BlanksAreNoPart},
    {"ip-mapped", "@ipMatch", MappedIsV4},
    {"ip-c-string", "@ipMatchFromFile", ReadsACString},
    {"ip-blanks", "@ipMatchFromFile", BlanksAreNoPart},
    {"ip-mapped", "@ipMatchFromFile", MappedIsV4},
    {"rxglobal-places", "@rxGlobal", PlacesOverlap},
    {"utf8-beyond-unicode", "@validateUtf8Encoding", BeyondUnicode},
    {"last-candidate", "@verifyCC", LastCandidateFirst, 10'000'000},
    {"last-candidate", "@verifyCPF", LastCandidateFirst},
    {"last-candidate", "@verifySSN", LastCandidateFirst},
    {"last-candidate", "@verifySVNR", LastCandidateFirst},
    {"ssn-area", "@verifySSN", AreaSince2011},
    {"svnr-repeated", "@verifySVNR", RepeatedDigit},
    {"svnr-remainder", "@verifySVNR", RemainderTen},
};

}  // namespace

std::span<const Cause> AllCauses() { return kCauses; }

}  // namespace rasp::primitives
