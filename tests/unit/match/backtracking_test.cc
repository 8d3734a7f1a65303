// SPDX-License-Identifier: Apache-2.0
// Patterns that only PCRE2 can run, through Regex as everything else uses them.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "match/regex.h"

namespace rasp::match {
namespace {

using namespace std::string_view_literals;
using Outcome = Regex::Outcome;

struct Beyond {
  std::string_view name;
  std::string_view pattern;
  std::string_view note;  // part of it
  std::string_view matches;
  std::string_view misses;
};

constexpr Beyond kBeyond[] = {
    {"LookAhead", "ab(?=c)", "look-ahead (?= at offset 2", "xabc", "abd"},
    {"NegativeLookAhead", "^(?:5|4(?!04))", "look-ahead (?! at offset 7", "403", "404"},
    {"LookBehind", "(?<=a)b", "look-behind (?<= at offset 0", "ab", "bb"},
    {"NegativeLookBehind", "(?<!a)b", "look-behind (?<! at offset 0", "cb", "ab"},
    {"GroupInALookAhead", "(?=(a+)b)\\1b", "look-ahead (?= at offset 0", "caaab", "aaa"},
    {"BackReference", "\\b(\\w+)=\\1\\b", "back-reference \\1 at offset 8", "x or 1=1", "1=2"},
    {"BackReferenceOfTwoDigits", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10", "back-reference \\10",
     "abcdefghijj", "abcdefghij1"},
    {"NamedBackReference", "(?<n>a|b)\\k<n>", "back-reference \\k at offset 9", "abb", "aba"},
    {"PythonBackReference", "(?P<n>a|b)(?P=n)", "back-reference (?P= at offset 10", "abb", "aba"},
    {"RelativeBackReference", "(a|b)\\g{-1}", "\\g at offset 5", "abb", "aba"},
    {"AtomicGroup", "^(?>a|ab)c", "atomic group (?> at offset 1", "ac", "abc"},
    {"PossessiveStar", "^a*+[ab]$", "possessive quantifier at offset 2", "aab", "aaa"},
    {"PossessiveRepeat", "^a{1,2}+a", "possessive quantifier at offset 2", "aaa", "aa"},
    {"Recursion", "^(a(?1)?b)$", "recursion (? at offset 3", "aabb", "aab"},
    {"WholeRecursion", "^x\\((?:y|(?R))*$", "recursion (?R", "x(yy", "x)"},
    {"Condition", "^(<)?a(?(1)>)$", "condition (?( at offset 6", "<a>", "<a"},
    {"BranchReset", "(?|(a)|(b))\\1", "branch reset (?| at offset 0", "bb", "ab"},
    {"ResetsStart", "a\\Kb", "\\K at offset 1", "ab", "cb"},
    {"Verb", "a(*COMMIT)b", "verb (* at offset 1", "ab", "ac"},
    {"RepeatOfTensOfThousands", "^a{2,55555}b", "repeat too large for RE2 at offset 2", "aab",
     "ab"},
    {"RepeatOfGroupsTooLarge", "^(a){0,1001}$", "repeat too large for RE2 at offset 4", "aa", "b"},
    {"UnderRepeat", "^(?:(?=[ab])\\w)+$", "look-ahead (?= at offset 4", "abab", "abc"},
    {"RepeatedAssertion", "^(?=a)?b", "look-ahead (?= at offset 1", "b", "ab"},
    {"InsideNegatedLookAhead", "^(?!.*(?:a|b{2,3}))", "look-ahead (?! at offset 1", "cb", "cbb"},
    {"LineStart", "^a(?=b)", "look-ahead (?= at offset 2", "x\nab", "xab"},
    {"FinalNewline", "^(?=$)", "look-ahead (?= at offset 1", "a\n\n", "a\n"},
    {"Bytes", "\\xe9(?!\\xff)", "look-ahead (?! at offset 4", "\xe9\0"sv, "\xe9\xff"},
    {"VerticalTabIsSpace", "(?<!x)\\s", "look-behind (?<! at offset 0", "\x0b", "x\x0b"},
};

class RegexBeyondRe2 : public testing::TestWithParam<Beyond> {};

TEST_P(RegexBeyondRe2, RunsInPcre2AndSaysSo) {
  const auto regex = Regex::Compile(GetParam().pattern);
  ASSERT_TRUE(regex.ok()) << regex.error();
  EXPECT_FALSE(regex->linear());
  EXPECT_NE(regex->note().find(GetParam().note), std::string_view::npos) << regex->note();
  for (const bool want : {true, false}) {
    const std::string_view text = want ? GetParam().matches : GetParam().misses;
    const std::vector<char> exact(text.begin(), text.end());
    EXPECT_EQ(regex->Search({exact.data(), exact.size()}, nullptr),
              want ? Outcome::kMatch : Outcome::kNoMatch)
        << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, RegexBeyondRe2, testing::ValuesIn(kBeyond),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(RegexBeyondRe2, OthersAreLinear) {
  const auto regex = Regex::Compile("a+(b|c)");
  ASSERT_TRUE(regex.ok());
  EXPECT_TRUE(regex->linear());
  EXPECT_EQ(regex->note(), "");
}

TEST(RegexBeyondRe2, ProgramsTooLargeForRe2Run) {
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "(?:[a-z]{1,500}x)";
  pattern = "^(?:" + pattern + "|y)$";
  const auto regex = Regex::Compile(pattern);
  if (!regex.ok()) {
    EXPECT_NE(regex.error().find("too large"), std::string::npos) << regex.error();
    return;
  }
  EXPECT_NE(regex->note().find("too large for RE2"), std::string_view::npos) << regex->note();
  EXPECT_EQ(regex->Search("y", nullptr), Outcome::kMatch);
  EXPECT_EQ(regex->Search("yy", nullptr), Outcome::kNoMatch);
}

TEST(RegexBeyondRe2, FillsGroupsAsWanted) {
  const auto regex = Regex::Compile("(a)(b)?(c)(?!d)");
  ASSERT_TRUE(regex.ok());
  EXPECT_EQ(regex->group_count(), 3);
  Regex::Captures found;
  ASSERT_EQ(regex->Search("acd ac", &found), Outcome::kMatch);
  EXPECT_EQ(found.count, 4);
  EXPECT_EQ(found.group[0], "ac");
  EXPECT_EQ(found.group[1], "a");
  EXPECT_EQ(found.group[2].data(), nullptr);
  EXPECT_EQ(found.group[3], "c");
  found.wanted = 1;
  ASSERT_EQ(regex->Search("ac", &found), Outcome::kMatch);
  EXPECT_EQ(found.count, 1);
}

TEST(RegexBeyondRe2, MoreGroupsThanThereIsRoomFor) {
  const auto regex = Regex::Compile("(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(?!b)");
  ASSERT_TRUE(regex.ok());
  Regex::Captures found;
  ASSERT_EQ(regex->Search("aaaaaaaaaaa", &found), Outcome::kMatch);
  EXPECT_EQ(found.count, Regex::kMaxCaptures);
  EXPECT_EQ(found.group[9], "a");
}

TEST(RegexBeyondRe2, EmptyMatchIsTakenPart) {
  const auto regex = Regex::Compile("(?!x)(y?)");
  ASSERT_TRUE(regex.ok());
  Regex::Captures found;
  ASSERT_EQ(regex->Search(std::string_view(), &found), Outcome::kMatch);
  EXPECT_NE(found.group[0].data(), nullptr);
  EXPECT_NE(found.group[1].data(), nullptr);
}

TEST(RegexBeyondRe2, SearchFromSeesWhatStandsBefore) {
  const auto regex = Regex::Compile("(?<=x)a");
  ASSERT_TRUE(regex.ok());
  EXPECT_EQ(regex->SearchFrom("xa", 1, nullptr), Outcome::kMatch);
  EXPECT_EQ(regex->SearchFrom("xaa", 2, nullptr), Outcome::kNoMatch);
  EXPECT_EQ(regex->SearchFrom("xa", 2, nullptr), Outcome::kNoMatch);
}

TEST(RegexBeyondRe2, OptionsChangeTheFlags) {
  const auto regex =
      Regex::Compile("^a.c(?!d)$", {.multiline = false, .dot_all = false, .ignore_case = true});
  ASSERT_TRUE(regex.ok());
  EXPECT_EQ(regex->Search("ABC", nullptr), Outcome::kMatch);
  EXPECT_EQ(regex->Search("abc\n", nullptr), Outcome::kNoMatch);
  EXPECT_EQ(regex->Search("x\nabc", nullptr), Outcome::kNoMatch);
  EXPECT_EQ(regex->Search("a\nc", nullptr), Outcome::kNoMatch);
}

// Exponential or quadratic for a backtracking matcher: given up, never waited for.
TEST(RegexBeyondRe2, GivesUpWithinABudget) {
  for (const char* const pattern :
       {"(a+)+(?!a)b", "(?:a|a)*(?=b)", "(?=(a+))a*b\\1", "(a*)*\\1b", "^(?:.*,){11}(?=P)",
        "(.*)(.*)(.*)\\1\\2\\3z", "(?>a*)b", "(\\w+)x\\1", "(?<!b)a{1,60000}c"}) {
    const auto regex = Regex::Compile(pattern);
    ASSERT_TRUE(regex.ok()) << regex.error();
    for (const size_t size : {40u, 5000u, 1u << 20}) {
      const std::string text(size, 'a');
      const std::string with_end = text + "b,x,P,z";
      const auto start = std::chrono::steady_clock::now();
      EXPECT_NE(regex->Search(text, nullptr), Outcome::kMatch) << pattern;
      regex->Search(with_end, nullptr);
      EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2)) << pattern;
    }
  }
}

TEST(RegexBeyondRe2, TheBudgetIsTheOptions) {
  Regex::Options options;
  const std::string text(3000, 'a');
  const auto usual = Regex::Compile("(\\w)*(?<!a)", options);
  options.match_limit = 100;
  const auto small = Regex::Compile("(\\w)*(?<!a)", options);
  ASSERT_TRUE(usual.ok() && small.ok());
  EXPECT_EQ(usual->Search("a b", nullptr), Outcome::kMatch);
  EXPECT_EQ(small->Search("a b", nullptr), Outcome::kMatch);
  EXPECT_EQ(small->Search(text, nullptr), Outcome::kGaveUp);
  EXPECT_NE(small->note().find("after 100 steps"), std::string_view::npos) << small->note();
}

TEST(RegexBeyondRe2, ThreadsShareOne) {
  const auto regex = Regex::Compile("(\\w)\\1(?!z)");
  ASSERT_TRUE(regex.ok());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&regex] {
      for (int round = 0; round < 500; ++round) {
        Regex::Captures found;
        ASSERT_EQ(regex->Search("abccz aab", &found), Outcome::kMatch);
        ASSERT_EQ(found.group[0], "aa");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace rasp::match
