// SPDX-License-Identifier: Apache-2.0
// The pattern language is defined by PCRE2, so PCRE2 is asked: same verdict, same groups.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <gtest/gtest.h>
#include <pcre2.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "match/backtracking.h"
#include "match/pattern_maker.h"
#include "match/regex.h"

namespace rasp::match {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
using Code = std::unique_ptr<pcre2_code, FreeCode>;

Code CompilePcre2(std::string_view pattern) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  return Code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                            PCRE2_DOTALL | PCRE2_MULTILINE, &error, &offset, nullptr));
}

std::string Span(size_t begin, size_t end) {
  return "[" + std::to_string(begin) + "," + std::to_string(end) + ")";
}

// "no match", or the spans of the groups; "error N" if PCRE2 ran into its own limits.
std::string AskPcre2(const pcre2_code* code, std::string_view subject) {
  pcre2_match_data* const data = pcre2_match_data_create_from_pattern(code, nullptr);
  const int rc = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), 0,
                             0, data, nullptr);
  std::string said;
  if (rc == PCRE2_ERROR_NOMATCH) {
    said = "no match";
  } else if (rc < 0) {
    said = "error " + std::to_string(rc);
  } else {
    const PCRE2_SIZE* const spans = pcre2_get_ovector_pointer(data);
    for (uint32_t i = 0; i < pcre2_get_ovector_count(data) && i < Regex::kMaxCaptures; ++i) {
      const bool took_part = i < static_cast<uint32_t>(rc) && spans[2 * i] != PCRE2_UNSET;
      said += took_part ? Span(spans[2 * i], spans[2 * i + 1]) : "-";
    }
  }
  pcre2_match_data_free(data);
  return said;
}

std::string Describe(Regex::Outcome outcome, const Regex::Captures& found,
                     std::string_view subject) {
  if (outcome == Regex::Outcome::kNoMatch) return "no match";
  if (outcome == Regex::Outcome::kGaveUp) return "gave up";
  std::string said;
  for (int i = 0; i < found.count; ++i) {
    const std::string_view group = found.group[static_cast<size_t>(i)];
    const size_t begin =
        group.data() == nullptr ? 0 : static_cast<size_t>(group.data() - subject.data());
    said += group.data() == nullptr ? "-" : Span(begin, begin + group.size());
  }
  return said;
}

std::string AskRegex(const Regex& regex, std::string_view subject) {
  Regex::Captures found;
  const Regex::Outcome outcome = regex.Search(subject, &found);
  EXPECT_EQ(regex.Search(subject, nullptr), outcome);
  return Describe(outcome, found, subject);
}

std::string Printable(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    char hex[5];
    std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned char>(c));
    out += c > ' ' && c <= '~' ? std::string(1, c) : std::string(hex);
  }
  return out;
}

const std::string_view kPatterns[] = {
    "abc",
    "a.c",
    "^a",
    "a$",
    "^$",
    "^",
    "$",
    "^0?$",
    "^[a-c]*$",
    "\\Aa",
    "a\\z",

    "\\s",
    "\\S",
    "[\\s]",
    "[^\\s]",
    "[\\S]",
    "[^\\S]",
    "a\\s+b",
    "[\\s\\x0b]",
    "[[:space:]]",
    "\\v",
    "\\V",
    "[\\v]",
    "[^\\v]",
    "\\h",
    "\\H",
    "[\\h.]",
    "\\N",
    "\\N+",
    "\\e",
    "\\cA",
    "\\c[",
    "\\x9",
    "\\x",
    "\\x41",
    "\\x{41}",
    "\\x{e9}",
    "\\o{101}",
    "\\101",
    "\\0",
    "\\07",
    "[\\1]",
    "[\\101]",
    "\\R",
    "a\\Rb",
    "(\\R)b",
    "[\\b]",
    "\\ba",
    "a\\b",
    "\\B",
    "\\Ba",
    "(?:^x|\\z)",
    "(?:^x|(\\z))|y",
    "(?<name>a)(b)",
    "(?'n'a)",
    "(?P<n>a)",
    "(?#comment)a",
    "a(?#comment)+",
    "(?x) a b # c\n c",
    "(?x)[a b]",
    "(?xx)[a b]+",
    "(?x)a +",
    "(?x: a ) b",
    "(?-x)a b",
    "(?i)ABC",
    "(?i:a)b",
    "a(?i)b|c",
    "(a(?i)b)c",
    "(?i)[a-b]+",
    "(?i)[^a-b]",
    "(?i)[[:upper:]]",
    "(?i)[[:^upper:]]",
    "(?i)\xe9",
    "\xe9",
    "(?i)[\xe0-\xef]",
    "[\xe0-\xef]",
    "\\\xe9",
    "(?i)\\xe9|k",
    "(?i)k",
    "(?i)s",
    "\\w+",
    "\\W",
    "\\d",
    "\\D",
    "[\\w-]+",
    "[a-]",
    "[-a]",
    "[]a]",
    "[^]a]",
    "[a\\]b]",
    "[[]",
    "[[:alpha:]]+",
    "[[:^alpha:]]",
    "[[:punct:]]",
    "[[:graph:]]",
    "[[:print:]]",
    "[[:cntrl:]]",
    "[[:word:]]",
    "[[:xdigit:]]",
    "[[:blank:]]",
    "[[:ascii:]]",
    "[\\Qa-b\\E]",
    "\\Qa.b\\E+",
    "\\Q",
    "a\\Eb",
    "[\\w.]",
    "[a\\d]",
    "[^\\d\\s]",
    "a{2}",
    "a{2,}",
    "a{2,3}",
    "a{,3}",
    "a{",
    "a{b",
    "a{1",
    "a{2}?",
    "a{0}b",
    "(a){0}b",
    "a+?",
    "a*?b",
    "a??",
    "(?U)a+",
    "(?U)a+?",

    "(a|b)*c",
    "(?:(a)|b)*",
    "(?:(a)|(b)|c)+",
    "(a|ab)(c|bcd)(d*)",
    "(a+)(b+)?",
    "()",
    "(|a)",
    "(a|)",
    "a||b",
    "(?s-s:.)",
    "(?-s).",
    "(?-s:a.)b",
    "(?-m)^a",
    "(?-m:^)b",
    "(?n)(a)(b)",
    "(?n:(a))(b)",
    "(?^)a.",
    "(?^i:A)",
    "]",
    "}",
    "a]",
    "\\.",
    "\\/",
    "\\-",
    "\\@",
    "\\a|\\f|\\t|\\n|\\r",
    "x*",
    "\\x00",
    "\0"sv,
    "a\0b"sv,
    "(?i)(select|union)\\s",
    "^[\\w]+\\[[\\w\\-]+\\]$",
    "(?:a{2}){3}",

    "(?:ab){2,}b?",
    "a{1001}",
    "(?:a{500}){3}",
    "(?:a{20}){1,60}b",
    "\\C",
    "[^a]",
    "[^\\n]",
    "\\n^a",
    "a\n^b",
    "(?m)^b$",
    "b$\\n",
    "\\p{Lu}",
    "\\P{L}",
    "[\\p{Nd}]",
    "\\p{^L}",
    "\\pL",
    "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)",
    "\\11",
    "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\12",
    "^(?:a|b$)",
    "(^a|b)\\n",
    "(?:$)+?a|b",
};

const std::string_view kSubjects[] = {
    "",
    "a",
    "b",
    "ab",
    "abc",
    "abcd",
    "abcbcd",
    "A",
    "ABC",
    "aB",
    "aBC",
    "aaa",
    "aab",
    "aabb",
    "a b",
    "a\n",
    "a\nb",
    "b\na",
    "a\r\nb",
    "\n",
    "\n\n",
    "x\n",
    "x\n\n",
    "0\n",
    "a\n\n",
    "b\n",
    "abc\n",
    "a\x0b"
    "b",
    "\x0b",
    "\x0c",
    "\x85",
    "\xa0",
    " ",
    "\t",
    "\r",
    "\r\n",
    "\x1b",
    "\x01",
    "\x07",
    "\x08",
    "\t9",
    "\xe9",
    "\xc9",
    "\xef",
    "\xcf",
    "\xc3\xa9",
    "K",
    "k",
    "S",
    "s",
    "\0"sv,
    "a\0b"sv,
    "a.b",
    "a.bb",
    "a-b",
    "a{",
    "a{,3}",
    "a{b",
    "a{1",
    "]",
    "}",
    "a]",
    "[",
    "-",
    "^",
    "@",
    "_",
    "0",
    "9",
    "~",
    "\x7f",
    "select ",
    "UNION\t",
    "a[b]",
    "foo[bar-]",
    "aaaaaa",
    "aaaaaaaa",
    "abababb",
    "cab",
    "cc",
    "bc",
    "ac",
    "\\",
    "/",
    "AB",
    "aAbB",
    "a c",
    "ab # c",
    "abcdefghijk",
    "abcdefghij\n",
    "x y z",
    "c",
    "\xff",
    "ba\n",
    "b\nb\n",
};

TEST(RegexAgainstPcre2, TableOfPatternsAndSubjects) {
  std::vector<std::string> subjects(std::begin(kSubjects), std::end(kSubjects));
  for (const size_t length : {999u, 1000u, 1001u, 1500u, 2100u})
    subjects.push_back(std::string(length, 'a') + "b");
  int matches = 0;
  for (const std::string_view pattern : kPatterns) {
    const Code code = CompilePcre2(pattern);
    ASSERT_TRUE(code) << Printable(pattern);
    const auto regex = Regex::Compile(pattern);
    ASSERT_TRUE(regex.ok()) << Printable(pattern) << ": " << regex.error();
    for (const std::string& subject : subjects) {
      const std::unique_ptr<char[]> exact(new char[subject.size()]);
      std::copy(subject.begin(), subject.end(), exact.get());
      const std::string_view bytes(exact.get(), subject.size());
      const std::string want = AskPcre2(code.get(), bytes);
      EXPECT_EQ(AskRegex(*regex, bytes), want)
          << Printable(pattern) << " on " << Printable(subject) << " as " << regex->rewritten();
      matches += want != "no match";
    }
  }
  EXPECT_GT(matches, 3000);
}

// The pattern run by PCRE2 whatever RE2 thinks of it.
std::string AskBacktracking(const Backtracking& regex, std::string_view subject) {
  Regex::Captures found;
  const Regex::Outcome outcome = regex.Search(subject, 0, subject.size(), &found);
  EXPECT_EQ(regex.Search(subject, 0, subject.size(), nullptr), outcome);
  return Describe(outcome, found, subject);
}

TEST(BacktrackingAgainstRe2, TableOfPatternsAndSubjects) {
  int matches = 0;
  for (const std::string_view pattern : kPatterns) {
    const auto regex = Regex::Compile(pattern);
    const auto backtracking = Backtracking::Compile(pattern, {});
    ASSERT_TRUE(regex.ok() && regex->linear() && backtracking.ok()) << Printable(pattern);
    EXPECT_EQ(backtracking->group_count(), regex->group_count()) << Printable(pattern);
    for (const std::string_view subject : kSubjects) {
      const std::string want = AskRegex(*regex, subject);
      EXPECT_EQ(AskBacktracking(*backtracking, subject), want)
          << Printable(pattern) << " on " << Printable(subject);
      matches += want != "no match";
    }
  }
  EXPECT_GT(matches, 3000);
}

TEST(RegexAgainstPcre2, RandomPatternsAndSubjects) {
  PatternMaker make(20240607);
  int pairs = 0;
  int matches = 0;
  for (int round = 0; round < 5000; ++round) {
    const std::string pattern = make.Pattern();
    const Code code = CompilePcre2(pattern);
    ASSERT_TRUE(code) << Printable(pattern);
    const auto regex = Regex::Compile(pattern);
    ASSERT_TRUE(regex.ok()) << Printable(pattern) << ": " << regex.error();
    for (int i = 0; i < 12; ++i) {
      const std::string subject = make.Subject();
      const std::string want = AskPcre2(code.get(), subject);
      ASSERT_EQ(AskRegex(*regex, subject), want)
          << Printable(pattern) << " on " << Printable(subject) << " as " << regex->rewritten();
      ++pairs;
      matches += want != "no match";
    }
  }
  EXPECT_EQ(pairs, 60000);
  EXPECT_GT(matches, 10000);
}

// RE2 looks for a wider pattern first: it must never hide a match, nor move one.
TEST(RegexAgainstPcre2, RandomPatternsBeyondRe2) {
  PatternMaker make(20240608);
  int matches = 0;
  int misses = 0;
  for (int round = 0; round < 5000; ++round) {
    const std::string pattern = make.BeyondRe2();
    const Code code = CompilePcre2(pattern);
    ASSERT_TRUE(code) << Printable(pattern);
    const auto regex = Regex::Compile(pattern);
    ASSERT_TRUE(regex.ok()) << Printable(pattern) << ": " << regex.error();
    EXPECT_FALSE(regex->linear()) << Printable(pattern);
    for (int i = 0; i < 12; ++i) {
      const std::string subject = make.Subject() + make.Subject();
      const std::string want = AskPcre2(code.get(), subject);
      ASSERT_EQ(AskRegex(*regex, subject), want)
          << Printable(pattern) << " on " << Printable(subject) << " as " << regex->rewritten();
      ++(want == "no match" ? misses : matches);
    }
  }
  EXPECT_GT(matches, 8000);
  EXPECT_GT(misses, 8000);
}

struct Difference {
  std::string_view name;
  std::string_view pattern;
  std::string_view subject;
  std::string_view pcre2;
  std::string_view ours;
};

// All that regex.h owns up to; each row proves that it is so, in both engines.
constexpr Difference kDifferences[] = {
    {"EndBeforeFinalNewlineTakesTheNewline", "b\\Z", "ab\n", "[1,2)", "[1,3)"},
    {"EndOutsideOfMultilineTakesTheNewline", "(?-m)b$", "ab\n", "[1,2)", "[1,3)"},
    {"NewlineSequenceIsNotAtomic", "a\\R\\n", "a\r\n", "no match", "[0,3)"},
    {"LineStartBehindConsumedFinalNewline", "b\\n^", "ab\n", "no match", "[1,3)"},
    {"LoopOfEmptyKeepsTheLastNonEmptyGroup", "(a*)*", "aa", "[0,2)[2,2)", "[0,2)[0,2)"},
    {"LoopOfEmptyKeepsTheLastNonEmptyGroupPlus", "(a*)+", "aa", "[0,2)[2,2)", "[0,2)[0,2)"},
};

class RegexDiffers : public testing::TestWithParam<Difference> {};

TEST_P(RegexDiffers, AsDocumented) {
  const Code code = CompilePcre2(GetParam().pattern);
  const auto regex = Regex::Compile(GetParam().pattern);
  ASSERT_TRUE(code && regex.ok());
  EXPECT_EQ(AskPcre2(code.get(), GetParam().subject), GetParam().pcre2);
  EXPECT_EQ(AskRegex(*regex, GetParam().subject), GetParam().ours);
}

INSTANTIATE_TEST_SUITE_P(Cases, RegexDiffers, testing::ValuesIn(kDifferences),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace rasp::match
