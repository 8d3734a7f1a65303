// SPDX-License-Identifier: Apache-2.0
#include "match/regex.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace rasp::match {
namespace {

using namespace std::string_view_literals;

struct Refused {
  std::string_view name;
  std::string_view pattern;
  std::string_view says;  // part of the error
};

constexpr Refused kRefused[] = {
    {"Verb", "(*UTF8)a", "verb (* at offset 0"},
    {"ReferenceToNoGroup", "(a)(?=b)\\3", "PCRE2 refuses the pattern at offset 9: reference"},
    {"LookBehindWithoutEnd", "(?<=a*)b", "look-behind (?<= at offset 0"},
    {"ErrorBehindALookAhead", "(?=a)[b", "[ without ] at offset 5"},
    {"UnclosedGroup", "a(b", "( without ) at offset 1"},
    {"UnopenedGroup", "a)b", ") without ( at offset 1"},
    {"UnclosedClass", "a[bc", "[ without ] at offset 1"},
    {"RangeBackwards", "[z-a]", "range at offset 2"},
    {"RepeatBackwards", "a{3,2}", "repeat at offset 1"},
    {"NothingToRepeat", "a|*b", "quantifier * at offset 2"},
    {"AssertionIsNotRepeated", "^*a", "quantifier * at offset 1"},
    {"RepeatOfARepeat", "a{2}{3}", "quantifier { at offset 4"},
    {"RepeatOfAStar", "a**", "quantifier * at offset 2"},
    {"TrailingBackslash", "ab\\", "escape at offset 2: backslash at the end"},
    {"UnknownEscape", "a\\yb", "escape at offset 1: unknown escape \\y"},
    {"WideCharacter", "\\x{100}", "escape at offset 0"},
    {"UnknownPosixClass", "[[:letters:]]", "POSIX class at offset 1"},
    {"PosixClassOutsideOfAClass", "a[:alpha:]", "POSIX class at offset 1: stands outside"},
    {"CollatingElement", "[[.a.]]", "collating element at offset 1"},
    {"UnknownProperty", "\\p{Nonsense}", "PCRE2 refuses the pattern at offset 12"},
    {"UnknownOption", "(?q)a", "unknown group option at offset 2"},
    {"TooLarge", "(?:(?:a{1,1000}b){1,1000}c){1,1000}", "regular expression is too large"},
    {"CountAbovePcre2s", "a{65536}", "counts end at 65535"},
};

class RegexRefuses : public testing::TestWithParam<Refused> {};

TEST_P(RegexRefuses, NamesConstructAndOffset) {
  const auto regex = Regex::Compile(GetParam().pattern);
  ASSERT_FALSE(regex.ok());
  EXPECT_NE(regex.error().find(GetParam().says), std::string::npos) << regex.error();
  EXPECT_EQ(regex.error().find('\n'), std::string::npos) << regex.error();
}

INSTANTIATE_TEST_SUITE_P(Cases, RegexRefuses, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Regex, DeepNestingIsRefusedNotRecursed) {
  const std::string deep = std::string(100000, '(') + std::string(100000, ')');
  const auto regex = Regex::Compile(deep);
  ASSERT_FALSE(regex.ok());
  EXPECT_NE(regex.error().find("offset 250"), std::string::npos) << regex.error();
}

TEST(Regex, SearchFromSeesWhatStandsBefore) {
  const auto regex = Regex::Compile("\\bfoo|^bar");
  ASSERT_TRUE(regex.ok());
  Regex::Captures found;
  const std::string text = "xfoo foo\nbar bar";
  EXPECT_EQ(regex->SearchFrom(text, 1, &found), Regex::Outcome::kMatch);
  EXPECT_EQ(found.group[0].data() - text.data(), 5);
  EXPECT_EQ(regex->SearchFrom(text, 8, &found), Regex::Outcome::kMatch);
  EXPECT_EQ(found.group[0].data() - text.data(), 9);
  EXPECT_EQ(regex->SearchFrom(text, 10, &found), Regex::Outcome::kNoMatch);
  EXPECT_EQ(regex->SearchFrom(text, text.size(), &found), Regex::Outcome::kNoMatch);
}

TEST(Regex, SearchBetweenSeesWhatFollows) {
  const auto regex = Regex::Compile("fo+\\b");
  ASSERT_TRUE(regex.ok());
  EXPECT_EQ(regex->SearchBetween("fooo", 0, 3, nullptr), Regex::Outcome::kNoMatch);
  EXPECT_EQ(regex->SearchBetween("foo.", 0, 3, nullptr), Regex::Outcome::kMatch);
}

TEST(Regex, FillsAsManyGroupsAsWanted) {
  const auto regex = Regex::Compile("(a)(b)?(c)");
  ASSERT_TRUE(regex.ok());
  EXPECT_EQ(regex->group_count(), 3);
  Regex::Captures found;
  ASSERT_EQ(regex->Search("xac", &found), Regex::Outcome::kMatch);
  EXPECT_EQ(found.count, 4);
  EXPECT_EQ(found.group[1], "a");
  EXPECT_EQ(found.group[2].data(), nullptr);
  EXPECT_EQ(found.group[3], "c");
  found.wanted = 1;
  ASSERT_EQ(regex->Search("xac", &found), Regex::Outcome::kMatch);
  EXPECT_EQ(found.count, 1);
  EXPECT_EQ(found.group[0], "ac");
}

TEST(Regex, EmptyMatchIsTakenPart) {
  const auto regex = Regex::Compile("(x?)");
  ASSERT_TRUE(regex.ok());
  Regex::Captures found;
  ASSERT_EQ(regex->Search(std::string_view(), &found), Regex::Outcome::kMatch);
  EXPECT_NE(found.group[0].data(), nullptr);
  EXPECT_NE(found.group[1].data(), nullptr);
}

TEST(Regex, OptionsChangeTheFlags) {
  const auto plain =
      Regex::Compile("^a.c$", {.multiline = false, .dot_all = false, .ignore_case = true});
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->Search("ABC", nullptr), Regex::Outcome::kMatch);
  EXPECT_EQ(plain->Search("abc\n", nullptr), Regex::Outcome::kNoMatch);
  EXPECT_EQ(plain->Search("x\nabc", nullptr), Regex::Outcome::kNoMatch);
  EXPECT_EQ(plain->Search("a\nc", nullptr), Regex::Outcome::kNoMatch);
}

// Backtracking engines take hours for these; ten times the text may take ten times the time and
// some.
TEST(Regex, TimeIsLinearInTheInput) {
  for (const char* const pattern :
       {"(a+)+$b", "(?:a|a)*b", "^(?:.*,){11}P", "(x+x+)+y", "(.*)(.*)(.*)(.*)z"}) {
    const auto regex = Regex::Compile(pattern);
    ASSERT_TRUE(regex.ok()) << regex.error();
    const std::string text(1 << 20, 'a');
    const auto start = std::chrono::steady_clock::now();
    Regex::Captures found;
    EXPECT_EQ(regex->Search(text, &found), Regex::Outcome::kNoMatch) << pattern;
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << pattern;
  }
}

TEST(Regex, ManyFinalNewlinesCostNothing) {
  const auto regex = Regex::Compile("^x$");
  ASSERT_TRUE(regex.ok());
  const std::string text(4 << 20, '\n');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(regex->Search(text, nullptr), Regex::Outcome::kNoMatch);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Regex, SaysWhatItIs) {
  const auto regex = Regex::Compile("a\\sb");
  ASSERT_TRUE(regex.ok());
  EXPECT_EQ(regex->pattern(), "a\\sb");
  EXPECT_GT(regex->memory_bytes(), 0);
}

}  // namespace
}  // namespace rasp::match
