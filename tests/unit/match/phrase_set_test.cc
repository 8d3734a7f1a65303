// SPDX-License-Identifier: Apache-2.0
#include "match/phrase_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/ascii.h"

namespace rasp::match {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

struct Case {
  std::string_view name;
  std::vector<std::string> phrases;
  std::string_view input;
  std::string_view want;  // data() == nullptr: nothing is found
};

const Case kCases[] = {
    {"NoPhrases", {}, "abc", {}},
    {"EmptyInput", {"a"}, "", {}},
    {"EmptyPhrasesAreIgnored", {"", "b"}, "abc", "b"},
    {"CaseOfTheInputIsKept", {"select"}, "x SeLeCt y", "SeLeCt"},
    {"CaseOfThePhraseDoesNotMatter", {"SELECT"}, "x select y", "select"},
    {"HighBytesAreNotFolded", {"\xe9"}, "\xc9", {}},
    {"EarliestEndWins", {"bcd", "abcde", "c"}, "abcde", "c"},
    {"LongestOfThoseThatEndTogether", {"d", "cd", "abcd"}, "abcd", "abcd"},
    {"FoundOnTheFallbackPath", {"abcx", "bc"}, "abcd", "bc"},
    {"FallsBackTwice", {"aaab", "aab"}, "aaaab", "aaab"},
    {"PrefixOfAnother", {"ab", "abc"}, "abc", "ab"},
    {"NulIsData", {"a\0b"s}, "xa\0b"sv, "a\0b"sv},
    {"WholeInput", {"abc"}, "abc", "abc"},
    {"OneByteShort", {"abc"}, "ab", {}},
};

class PhraseSetTest : public testing::TestWithParam<Case> {};

TEST_P(PhraseSetTest, Finds) {
  const Case& c = GetParam();
  const PhraseSet set(c.phrases);
  const std::vector<char> exact(c.input.begin(), c.input.end());
  const std::string_view found = set.Find({exact.data(), exact.size()});
  EXPECT_EQ(found, c.want);
  EXPECT_EQ(found.data() == nullptr, c.want.data() == nullptr);
}

INSTANTIATE_TEST_SUITE_P(Cases, PhraseSetTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(PhraseSet, CountsDistinctPhrases) {
  const std::vector<std::string> phrases{"a", "A", "", "b"};
  EXPECT_EQ(PhraseSet(phrases).size(), 2u);
}

// The definition, said plainly: for every end in order, the longest phrase that ends there.
std::string NaiveFind(const std::vector<std::string>& phrases, std::string_view input) {
  for (size_t end = 1; end <= input.size(); ++end) {
    std::string_view best;
    for (const std::string& phrase : phrases) {
      if (phrase.empty() || phrase.size() > end || phrase.size() <= best.size()) continue;
      const std::string_view here = input.substr(end - phrase.size(), phrase.size());
      if (EqualsIgnoreCase(here, phrase)) best = here;
    }
    if (!best.empty()) return std::string(best) + "@" + std::to_string(end);
  }
  return "nothing";
}

TEST(PhraseSet, AgreesWithNaiveSearch) {
  std::mt19937 random(20240607);
  int found_count = 0;
  for (int round = 0; round < 20000; ++round) {
    const auto text = [&random](size_t longest) {
      std::string s(random() % (longest + 1), '\0');
      for (char& c : s) c = "abAB\xe9"[random() % 5];
      return s;
    };
    std::vector<std::string> phrases(random() % 6);
    for (std::string& phrase : phrases) phrase = text(5);
    const std::string input = text(16);
    const std::string_view found = PhraseSet(phrases).Find(input);
    std::string said = "nothing";
    if (found.data() != nullptr) {
      said = std::string(found) + "@" +
             std::to_string(static_cast<size_t>(found.data() - input.data()) + found.size());
      ++found_count;
    }
    ASSERT_EQ(said, NaiveFind(phrases, input)) << "round " << round;
  }
  EXPECT_GT(found_count, 5000);
}

TEST(PhraseSet, ManyBranchesAtOneState) {
  std::vector<std::string> phrases;
  for (int byte = 0; byte < 256; ++byte)
    phrases.push_back(std::string("x") + static_cast<char>(byte) + "z");
  const PhraseSet set(phrases);
  for (int byte = 0; byte < 256; ++byte) {
    const std::string input = std::string("..x") + static_cast<char>(byte) + "z..";
    EXPECT_EQ(set.Find(input), input.substr(2, 3)) << byte;
  }
}

}  // namespace
}  // namespace rasp::match
