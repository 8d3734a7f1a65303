// SPDX-License-Identifier: Apache-2.0
#include "match/presence.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "match/regex.h"

namespace rasp::match {
namespace {

struct Case {
  std::string_view name;
  std::string_view pattern;
  std::vector<std::string_view> possible;  // by their bytes, in whatever order
  std::vector<std::string_view> impossible;
};

const Case kCases[] = {
    {"Literal", "abc", {"cba", "xabcx"}, {"", "ab", "xyz"}},
    {"IgnoreCase", "(?i)ab", {"AB", "aB", "ba"}, {"a", "b"}},
    {"OneOf", "ab|cd", {"ba", "dc"}, {"ac", "bd"}},
    {"OneOfWithAnEmptyBranch", "ab|", {"", "x"}, {}},
    {"OneOfInASequence", "(?:a|b)c", {"ca", "bc"}, {"ab", "c"}},
    {"OptionalIsNotNeeded", "ab?c*d{0,3}e", {"ae"}, {"a", "bcd"}},
    {"RepeatedIsNeeded", "a+b{2,3}", {"ba"}, {"a"}},
    {"LazyAndPossessive", "a*?b+?c++", {"bc"}, {"ac"}},
    {"OptionalGroup", "(?:ab)?c", {"c"}, {"ab"}},
    {"NestedGroups", "((a|(b|c)d)e)", {"ea", "bde"}, {"be", "ad"}},
    {"Class", "[<>]x", {"<x", "x>"}, {"x", "<>"}},
    {"ClassIgnoringCase", "(?i)[a-c]!", {"B!"}, {"D!", "B"}},
    {"NegatedClass", "[^a]", {"b"}, {"", "aaa"}},
    {"EscapedClass", "\\d\\s", {"1 ", "\v2"}, {"1", " "}},
    {"Dot", "a.b", {"ab"}, {"a"}},
    {"Anchors", "^a$", {"a"}, {""}},
    {"WordBoundary", "\\bor\\b", {"ro"}, {"o"}},
    {"FlagsWithin", "a(?i)b|c", {"aB", "C"}, {"A", "B"}},
    {"FlagsOfAGroup", "(?i:a)b", {"Ab"}, {"AB"}},
    {"Quoted", "\\Qa|b\\E", {"|ab"}, {"ab"}},
    {"Comment", "(?#a)b", {"b"}, {"a"}},
    {"LookAheadIsNotNeeded", "(?=a)b", {"b"}, {"a"}},
    {"NegativeLookBehindIsNotNeeded", "(?<!a)b", {"b"}, {"a"}},
    {"BackReferenceMayBeAnything", "(a)\\1b", {"ab"}, {"a"}},
    {"ConditionIsBeyondIt", "(a)(?(1)b|c)", {""}, {}},
    {"AtomicGroup", "(?>ab)c", {"cab"}, {"ab"}},
    {"Octal", "\\101\\x42", {"AB"}, {"A"}},
    {"HighBytes", "\\xe9", {"\xe9"}, {"\xc9"}},
    {"Nothing", "", {"", "a"}, {}},
    {"ClassOfNothing", "a[^\\x00-\\xff]|b", {"b"}, {"a"}},
    {"ManyBranches",
     "aa|bb|cc|dd|ee|ff|gg|hh|ii|jj|kk|ll|(?:mx)|(?:nx)|ox|px|qx|rx|sx|tx|ux|vx",
     {"a", "v", "mx"},
     {"yz", "12"}},
    {"RepeatTooLargeForRe2", "a(?:b{900}){900}", {"ab"}, {"a"}},
};

class PresenceTest : public testing::TestWithParam<Case> {};

TEST_P(PresenceTest, DemandsWhatThePatternNeeds) {
  const Case& c = GetParam();
  const Result<Regex> regex = Regex::Compile(c.pattern);
  ASSERT_TRUE(regex.ok()) << regex.error();
  for (const std::string_view text : c.possible)
    EXPECT_TRUE(regex->presence().MayMatch(ByteMask(text))) << text;
  for (const std::string_view text : c.impossible)
    EXPECT_FALSE(regex->presence().MayMatch(ByteMask(text))) << text;
}

INSTANTIATE_TEST_SUITE_P(Formulas, PresenceTest, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

// Whatever matches was possible: random patterns of all constructs on random texts of few letters.
TEST(Presence, NeverRulesOutAMatch) {
  constexpr std::string_view kPieces[] = {
      "a", "b", "c",     "A",    ".",    "[ab]", "[^a]", "\\d", "\\W", "|",
      "|", "(", "(?:",   "(?i:", "(?i)", "(?=",  "(?!",  ")",   ")",   "*",
      "+", "?", "{0,2}", "{2}",  "*?",   "++",   "^",    "$",   "\\b", "1"};
  std::mt19937 random(1);
  int matches = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string pattern;
    int open = 0;
    for (unsigned n = random() % 12 + 1; n > 0; --n) {
      const std::string_view piece = kPieces[random() % std::size(kPieces)];
      if (piece == ")" && open == 0) continue;
      open += piece[0] == '(' && piece != "(?i)" ? 1 : piece == ")" ? -1 : 0;
      pattern += piece;
    }
    pattern.append(static_cast<size_t>(open), ')');
    const Result<Regex> regex = Regex::Compile(pattern);
    if (!regex) continue;
    for (int j = 0; j < 8; ++j) {
      std::string text;
      for (unsigned n = random() % 6; n > 0; --n) text += "abcAB1 "[random() % 7];
      if (regex->Search(text, nullptr) != Regex::Outcome::kMatch) continue;
      ++matches;
      ASSERT_TRUE(regex->presence().MayMatch(ByteMask(text))) << pattern << " on " << text;
    }
  }
  EXPECT_GT(matches, 10'000);
}

}  // namespace
}  // namespace rasp::match
