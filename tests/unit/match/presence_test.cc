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
    {"Literal", "abc", {"abc", "xabcx", "xABC"}, {"", "ab", "xyz", "cba", "abxbc"}},
    {"IgnoreCase", "(?i)ab", {"AB", "aB"}, {"a", "b", "ba"}},
    {"OneOf", "ab|cd", {"ab", "cd"}, {"ac", "bd"}},
    {"OneOfWithAnEmptyBranch", "ab|", {"", "x"}, {}},
    {"OneOfInASequence", "(?:a|b)c", {"ac", "bc"}, {"ab", "c", "cb", "a+c"}},
    {"OptionalIsNotNeeded", "ab?c*d{0,3}e", {"ae", "abe", "addde"}, {"a", "e", "xe", "a-e"}},
    {"RepeatedIsNeeded", "a+b{2,3}", {"abb", "aabbb"}, {"a", "ba", "a b"}},
    {"RepeatedBreaksThrees", "ab+c", {"abc", "abbc"}, {"ac", "ab-c"}},
    {"LazyAndPossessive", "a*?b+?c++", {"bc", "abcc"}, {"ac", "b c"}},
    {"OptionalGroup", "x(?:ab)?c", {"xc", "xabc"}, {"ab", "c", "xa"}},
    {"RepeatedGroup", "x(?:ab|c)+d", {"xabd", "xcabd", "xabcd"}, {"xd", "x-d"}},
    {"NestedGroups", "((a|(b|c)d)e)", {"ae", "bde", "cde"}, {"be", "ad", "ed"}},
    {"FactoredWords",
     "s(?:e(?:lect|t)|leep)",
     {"select", "set", "sleep"},
     {"s elect", "eels", "tes"}},
    {"Class", "[<>]x", {"<x", ">x"}, {"x", "<>", "x<"}},
    {"ClassIgnoringCase", "(?i)[a-c]!", {"B!"}, {"B", "?x"}},
    {"NegatedClass", "[^a]", {"b"}, {""}},
    {"EscapedClass", "\\d\\s", {"1 ", "2\v"}, {"1", " "}},
    {"Dot", "a.b", {"a-b"}, {"A", "1"}},
    {"Anchors", "^a$", {"a"}, {"", "1"}},
    {"WordBoundary", "\\bor\\b", {"or"}, {"ro", "o r"}},
    {"AssertionBetween", "a\\b-", {"a-"}, {"-a", "a"}},
    {"FlagsWithin", "a(?i)b|c", {"aB", "C"}, {"1", "-"}},
    {"FlagsOfAGroup", "(?i:a)b", {"Ab"}, {"A", "bA"}},
    {"Quoted", "\\Qa|b\\E", {"a|b"}, {"ab", "|ab"}},
    {"Comment", "(?#a)b", {"b"}, {"1"}},
    {"LookAheadIsNotNeeded", "(?=a)b", {"b"}, {"1"}},
    {"NegativeLookBehindIsNotNeeded", "(?<!a)b", {"b"}, {"1"}},
    {"BackReferenceMayBeAnything", "(a)\\1b", {"ab"}, {"1"}},
    {"ConditionIsBeyondIt", "(a)(?(1)b|c)", {""}, {}},
    {"AtomicGroup", "(?>ab)c", {"abc"}, {"1", "acb"}},
    {"Octal", "\\101\\x42", {"AB"}, {"BA"}},
    {"HighBytes", "\\xe9", {"\xe9"}, {"e"}},
    {"Nothing", "", {"", "a"}, {}},
    {"ClassOfNothing", "1[^\\x00-\\xff]|b", {"b"}, {"1"}},
    {"ManyBranches",
     "aa|bb|cc|dd|ee|ff|gg|hh|ii|jj|kk|ll|(?:mx)|(?:nx)|ox|px|qx|rx|sx|tx|ux|vx",
     {"aa", "vx", "mx"},
     {"yz", "12", "av"}},
    {"SignsBetweenLetters",
     "c[\"']*(?:\\$[a-z]*)?\\\\?a[\"']*(?:\\$[a-z]*)?\\\\?t",
     {"cat", "c'a\"t", "c$xyat", "c\\at"},
     {"attic", "act", "c a t"}},
    {"ABranchThatNeedsASign", "(?:[;&|]|nohup )ls", {"; ;ls", "nohup ls"}, {"also ls", "no up ls"}},
    {"EveryBranchNeedsASign", "(?:[;&]|\\$x)ls", {";ls", "$xls"}, {"also ls", "xls"}},
    {"AnOptionalSign", "x(?:;|`y)?z", {"xz", "x;z", "x`yz"}, {"x z", "xyz"}},
    {"BesideAlternatives", "mo(?:unt|re)", {"mount", "more"}, {"mou unt", "mo re", "moure"}},
    {"RepeatTooLargeForRe2", "a(?:b{900}){900}", {"ab"}, {"1", "ba"}},
};

// What is known of a text without searching it.
bool MayMatch(const Presence& presence, std::string_view text) {
  if (!presence.MayMatch(KindsIn(text))) return false;
  GramSet grams;
  grams.Fill(text, KindsIn(text));
  const bool may = presence.MayMatch(grams);
  grams.Clear();
  for (Gram gram = 0; gram < grams::kAll; ++gram) EXPECT_FALSE(grams.Has(gram));
  return may;
}

class PresenceTest : public testing::TestWithParam<Case> {};

TEST_P(PresenceTest, DemandsWhatThePatternNeeds) {
  const Case& c = GetParam();
  const Result<Regex> regex = Regex::Compile(c.pattern);
  ASSERT_TRUE(regex.ok()) << regex.error();
  for (const std::string_view text : c.possible)
    EXPECT_TRUE(MayMatch(regex->presence(), text)) << text;
  for (const std::string_view text : c.impossible)
    EXPECT_FALSE(MayMatch(regex->presence(), text)) << text;
}

INSTANTIATE_TEST_SUITE_P(Formulas, PresenceTest, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

// Whatever matches was possible: random patterns of all constructs on random texts of few letters.
TEST(Presence, NeverRulesOutAMatch) {
  constexpr std::string_view kPieces[] = {
      "a",   "b",   "c", "ab", "bca",   "(?:ab|c)", "A",     ".",    "[ab]", "[^a]",
      "\\d", "\\W", "|", "|",  "(",     "(?:",      "(?i:",  "(?i)", "(?=",  "(?!",
      ")",   ")",   "*", "+",  "?",     "{0,2}",    "{2}",   "*?",   "++",   "^",
      "$",   "\\b", "1", ";",  "[;a]*", "(?:;a?)?", "[\\s;]"};
  std::mt19937 random(1);
  int matches = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string pattern;
    int open = 0;
    for (unsigned n = random() % 12 + 1; n > 0; --n) {
      const std::string_view piece = kPieces[random() % std::size(kPieces)];
      if (piece == ")" && open == 0) continue;
      open += piece[0] == '(' && piece.back() != ')' ? 1 : piece == ")" ? -1 : 0;
      pattern += piece;
    }
    pattern.append(static_cast<size_t>(open), ')');
    const Result<Regex> regex = Regex::Compile(pattern);
    if (!regex) continue;
    for (int j = 0; j < 8; ++j) {
      std::string text;
      for (unsigned n = random() % 6; n > 0; --n) text += "abcAB1 ;\n"[random() % 9];
      if (regex->Search(text, nullptr) != Regex::Outcome::kMatch) continue;
      ++matches;
      ASSERT_TRUE(MayMatch(regex->presence(), text)) << pattern << " on " << text;
    }
  }
  EXPECT_GT(matches, 10'000);
}

TEST(Presence, OfTextsIsThatOneOfThemOccurs) {
  const std::vector<std::string> texts = {"/etc/passwd", "select", "<?"};
  const Presence any = Presence::OfAnyText(texts);
  for (const std::string_view text : {"x/ETC/passwd", "select", "a<?php"})
    EXPECT_TRUE(MayMatch(any, text)) << text;
  for (const std::string_view text : {"", "etc", "se le ct", "12", "<"})
    EXPECT_FALSE(MayMatch(any, text)) << text;
  EXPECT_TRUE(MayMatch(Presence::OfText("a"), "xA"));
  EXPECT_FALSE(MayMatch(Presence::OfText("a-b"), "a b-"));
  EXPECT_TRUE(MayMatch(Presence::OfText(""), ""));
  std::vector<std::string> many;
  for (int i = 0; i < 500; ++i) many.push_back("word" + std::to_string(i) + "(");
  const Presence long_list = Presence::OfAnyText(many);
  EXPECT_TRUE(MayMatch(long_list, "a word7( there"));
  EXPECT_FALSE(MayMatch(long_list, "a word there"));
  EXPECT_FALSE(MayMatch(long_list, std::string(5000, 'x') + "word ("));
  EXPECT_TRUE(MayMatch(long_list, std::string(5000, 'x') + "word499("));
}

TEST(Presence, Joins) {
  const Presence a = Presence::OfText("ab-");
  const Presence b = Presence::OfOneByte(ByteMask("%&"));
  const Presence nothing;
  const Presence* const both[] = {&a, &b};
  const Presence* const unknown[] = {&a, nullptr};
  const Presence* const trivial[] = {&a, &nothing};
  EXPECT_TRUE(MayMatch(Presence::AllOf(both), "ab-%"));
  EXPECT_FALSE(MayMatch(Presence::AllOf(both), "ab-"));
  EXPECT_FALSE(MayMatch(Presence::AllOf(both), "a-b%"));
  EXPECT_TRUE(MayMatch(Presence::AnyOf(both), "&"));
  EXPECT_FALSE(MayMatch(Presence::AnyOf(both), "abc"));
  EXPECT_TRUE(MayMatch(Presence::AllOf(unknown), "ab-"));
  EXPECT_FALSE(MayMatch(Presence::AllOf(unknown), "&"));
  EXPECT_TRUE(MayMatch(Presence::AnyOf(unknown), ""));
  EXPECT_TRUE(MayMatch(Presence::AnyOf(trivial), ""));
  EXPECT_FALSE(MayMatch(Presence::AllOf(trivial), "ab"));
}

}  // namespace
}  // namespace rasp::match
