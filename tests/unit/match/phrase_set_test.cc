// SPDX-License-Identifier: Apache-2.0
#include "match/phrase_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
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
    // Few bytes, among them some that differ in nothing but the bit that tells the case of letters.
    const auto text = [&random](size_t least, size_t longest) {
      std::string s(least + random() % (longest - least + 1), '\0');
      for (char& c : s) c = "abAB\xe9@`"[random() % 7];
      return s;
    };
    const size_t least = random() % 7;  // the filter looks at as much as all phrases have
    std::vector<std::string> phrases(random() % 12);
    for (std::string& phrase : phrases) phrase = text(least, least + 3);
    std::string input = text(0, 24);
    if (!phrases.empty() && random() % 2 == 0) {  // what nearly is a phrase, and may be one
      input += phrases.front().substr(0, phrases.front().size() - random() % 2) + text(0, 5);
    }
    const std::vector<char> exact(input.begin(), input.end());
    const std::string_view found = PhraseSet(phrases).Find({exact.data(), exact.size()});
    std::string said = "nothing";
    if (found.data() != nullptr) {
      said = std::string(found) + "@" +
             std::to_string(static_cast<size_t>(found.data() - exact.data()) + found.size());
      ++found_count;
    }
    ASSERT_EQ(said, NaiveFind(phrases, input)) << "round " << round;
  }
  EXPECT_GT(found_count, 5000);
}

// Prefixes of phrases without their ends, which keep the search busy: four times the text, at most
// about four times the time.
TEST(PhraseSet, IsLinearOnTextThatAlmostMatches) {
  std::vector<std::string> phrases;
  for (int i = 0; i < 500; ++i)
    phrases.push_back("aaaa" + std::string(static_cast<size_t>(i % 97), 'a') + std::to_string(i));
  phrases.push_back(std::string(4000, 'a') + "b");
  const PhraseSet set(phrases);
  const auto seconds = [&set](size_t size) {
    const std::string text(size, 'a');
    double best = 1e9;
    for (int i = 0; i < 3; ++i) {
      const auto start = std::chrono::steady_clock::now();
      EXPECT_EQ(set.Find(text).data(), nullptr);
      best = std::min(
          best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
  };
  EXPECT_LT(seconds(1 << 20), 10 * seconds(1 << 18) + 0.02);
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
