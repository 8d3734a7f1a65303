// SPDX-License-Identifier: Apache-2.0
#include "match/literal_set.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "match/regex.h"

namespace rasp::match {
namespace {

// In a heap buffer of its very size, so that a read beyond it is seen.
bool AnyIn(const LiteralSet& set, std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  return set.AnyIn({exact.data(), exact.size()});
}

struct Row {
  std::string_view name;
  std::vector<std::string> patterns;
  std::vector<std::string> few;           // sorted; empty: none are known
  std::vector<std::string> longest = {};  // if they are others
};

const Row kRows[] = {
    {"OneText", {"evil"}, {"evil"}},
    {"WhateverItsCase", {"(?i)EviL"}, {"evil"}},
    {"RarerOfTwo", {"(?i)<\\?php.{0,80}eval\\s*\\("}, {"<?php"}},
    {"LongerOfTwo",
     {"(?i)<%.*(?:processbuilder|getruntime)"},
     {"<%"},
     {"getruntime", "processbuilder"}},
    {"EachBranch",
     {"(?:<%|<jsp:).*exec|addtype\\s+x"},
     {"<%", "<jsp:", "addtype"},
     {"addtype", "exec"}},
    {"EachPattern", {"<\\?=", "#!/bin"}, {"#!/bin", "<?="}},
    {"Anything", {".*"}, {}},
    {"OneByte", {"a[0-9]*"}, {}},
    {"BranchThatMayBeAnything", {"evil|[a-z]+"}, {}},
    {"AnotherPatternThatMay", {"evil", "\\d+"}, {}},
    {"NotAscii", {"\\xff\\xd8"}, {}},
};

class LiteralsTest : public testing::TestWithParam<Row> {};

TEST_P(LiteralsTest, AreWhatAMatchNeeds) {
  std::vector<std::vector<std::string>> found;
  for (const LiteralSet& set : LiteralSet::Of(GetParam().patterns)) found.push_back(set.texts());
  std::vector<std::vector<std::string>> wanted;
  for (const auto& texts : {GetParam().few, GetParam().longest}) {
    if (!texts.empty()) wanted.push_back(texts);
  }
  EXPECT_EQ(found, wanted);
}

INSTANTIATE_TEST_SUITE_P(LiteralSet, LiteralsTest, testing::ValuesIn(kRows),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(LiteralSet, FindsATextAtAnyPlace) {
  const LiteralSet set({"<?", "addtype", "#!", "@["});
  for (size_t size = 0; size < 70; ++size) {
    EXPECT_FALSE(AnyIn(set, std::string(size, 'a'))) << size;
    for (const std::string_view text : {"<?", "AddType", "#!", "@["}) {
      for (size_t at = 0; at + text.size() <= size; ++at) {
        std::string with(size, '<');
        with.replace(at, text.size(), text);
        EXPECT_TRUE(AnyIn(set, with)) << size << ' ' << at;
        with[at + text.size() - 1] = 'z';
        EXPECT_FALSE(AnyIn(set, with)) << size << ' ' << at << with;
      }
    }
  }
}

// "@" and "`", "[" and "{" differ in the bit that letters' case is in.
TEST(LiteralSet, TakesNoOtherByteForAnother) {
  const LiteralSet set({"@[", "<?"});
  for (const std::string_view text : {"`[", "@{", "`{", "\x1c?", "<\x1f"})
    EXPECT_FALSE(AnyIn(set, std::string(40, ' ') + std::string(text) + std::string(40, ' ')));
}

TEST(LiteralSet, IsInWhateverMatches) {
  const std::vector<std::string> patterns = {"(?i)<\\?(?:php\\b|=|\\s).{0,20}?(?:eval|exec)\\s*\\(",
                                             "(?i)abb+c|cb.a{2,}b", "(?:b+|c)ca.+"};
  std::mt19937 random(7);
  constexpr std::string_view kBytes[] = {"a", "b", "c", "A", "<?", "php", " ", "eval", "(", "="};
  for (const std::string& pattern : patterns) {
    const std::vector<LiteralSet> sets = LiteralSet::Of({&pattern, 1});
    ASSERT_FALSE(sets.empty()) << pattern;
    const Result<Regex> regex = Regex::Compile(pattern);
    ASSERT_TRUE(regex) << pattern;
    size_t matches = 0;
    for (int i = 0; i < 20'000; ++i) {
      std::string text;
      while (random() % 24 != 0) text += kBytes[random() % std::size(kBytes)];
      if (regex->Search(text, nullptr) != Regex::Outcome::kMatch) continue;
      ++matches;
      for (const LiteralSet& set : sets) EXPECT_TRUE(AnyIn(set, text)) << pattern << ' ' << text;
    }
    EXPECT_GT(matches, 50u) << pattern;
  }
}

}  // namespace
}  // namespace rasp::match
