// SPDX-License-Identifier: Apache-2.0
// What hostile texts can make searches keep: never more than memory_ceiling() says, and no more
// and more of it. OWASP CRS, whose patterns are the ones to worry about, is read from the directory
// that CRS_DIR names.
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "match/regex.h"

#if defined(__SANITIZE_ADDRESS__)
#define RASP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RASP_SANITIZED 1
#endif
#endif

namespace rasp::match {
namespace {

constexpr size_t kTextBytes = 16 << 10;

int64_t ResidentBytes() {
  std::ifstream in("/proc/self/statm");
  int64_t all = 0;
  int64_t resident = 0;
  in >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

// The patterns of @rx as SecLang writes them: a quoted argument, lines continued by a backslash.
std::vector<std::string> PatternsIn(std::string text) {
  for (size_t at = text.find("\\\n"); at != std::string::npos; at = text.find("\\\n", at))
    text.erase(at, 2);
  std::vector<std::string> patterns;
  constexpr std::string_view kOperator = "@rx ";
  for (size_t at = text.find(kOperator); at != std::string::npos; at = text.find(kOperator, at)) {
    at += kOperator.size();
    std::string pattern;
    for (; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '"')
        ++at;
      else if (text[at] == '\\' && at + 1 < text.size())
        pattern += text[at++];
      pattern += text[at];
    }
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

std::vector<Regex> CompileAll(const std::vector<std::string>& patterns) {
  std::vector<Regex> all;
  for (const std::string& pattern : patterns) {
    Result<Regex> regex = Regex::Compile(pattern);
    if (regex) all.push_back(*std::move(regex));
  }
  return all;
}

int64_t CeilingOf(const std::vector<Regex>& all) {
  int64_t sum = 0;
  for (const Regex& regex : all) sum += regex.memory_ceiling();
  return sum;
}

// Pieces of the patterns themselves, or random bytes, printable or not: each text visits states
// that no text before it did.
class HostileTexts {
 public:
  explicit HostileTexts(const std::vector<std::string>& patterns, bool random_bytes = true)
      : kinds_(random_bytes ? 3 : 1) {
    for (const std::string& pattern : patterns) all_ += pattern;
  }

  std::string Next() {
    const unsigned kind = count_++ % kinds_;
    std::string text;
    while (text.size() < kTextBytes) {
      if (kind == 0) text += all_.substr(random_() % all_.size(), 1 + random_() % 12);
      if (kind == 1) text += static_cast<char>(' ' + random_() % 95);
      if (kind == 2) text += static_cast<char>(random_());
    }
    text.resize(kTextBytes);
    return text;
  }

 private:
  std::string all_;
  unsigned kinds_;
  unsigned count_ = 0;
  std::mt19937 random_{15};
};

struct Growth {
  int64_t half = 0;  // after the first half of the texts
  int64_t all = 0;
};

// Each text is searched for a yes or no, or for where the match is, in turn.
Growth Search(const std::vector<Regex>& all, HostileTexts texts, int count) {
  Growth growth;
  malloc_trim(0);  // what earlier tests have freed would hide the growth
  const int64_t before = ResidentBytes();
  for (int i = 0; i < count; ++i) {
    const std::string text = texts.Next();
    for (const Regex& regex : all) {
      Regex::Captures span;
      span.wanted = 1;
      static_cast<void>(regex.Search(text, i % 2 == 0 ? nullptr : &span));
    }
    if (i == count / 2) growth.half = ResidentBytes() - before;
  }
  growth.all = ResidentBytes() - before;
  return growth;
}

bool CountsResidentMemory() {
#ifdef RASP_SANITIZED
  return false;  // the sanitizer keeps what was freed
#else
  return true;
#endif
}

TEST(RegexMemory, StaysBelowItsCeilingAndStopsGrowing) {
  if (!CountsResidentMemory()) GTEST_SKIP() << "memory is the sanitizer's";
  // Each remembers which of the last bytes were an a, which makes 2^n states, and matches nothing.
  std::vector<std::string> patterns;
  for (int length = 12; length < 20; ++length) {
    patterns.push_back("a[^\\n]{" + std::to_string(length) + "}b");
    patterns.push_back("(?:x|a.{" + std::to_string(length) + "}[<>]y)");
  }
  const std::vector<Regex> all = CompileAll(patterns);
  ASSERT_EQ(all.size(), patterns.size());
  const Growth growth = Search(all, HostileTexts({"acaacaccacccaaacca"}, false), 60);
  const int64_t ceiling = CeilingOf(all);
  EXPECT_LE(ceiling, static_cast<int64_t>(all.size()) * Regex::kMostStates);
  EXPECT_GT(growth.all, ceiling / 8) << "the texts are not hostile";
  EXPECT_LT(growth.all, ceiling);
  EXPECT_LT(growth.all - growth.half, ceiling / 8);
  for (const Regex& regex : all) EXPECT_GT(regex.slow_searches(), 0u) << regex.pattern();
}

TEST(RegexMemory, CountsSearchesThatOutgrowIt) {
  const Result<Regex> regex = Regex::Compile("a[^\\n]{18}b$");
  ASSERT_TRUE(regex.ok());
  std::mt19937 random(3);
  std::string hostile(4 * Regex::kTimedBytes, '\0');
  for (char& c : hostile) c = "ac"[random() % 2];
  const std::string prose(4 * Regex::kTimedBytes, 'e');
  EXPECT_EQ(regex->Search(prose, nullptr), Regex::Outcome::kNoMatch);
  EXPECT_EQ(regex->Search(hostile.substr(0, Regex::kTimedBytes - 1), nullptr),
            Regex::Outcome::kNoMatch);
  EXPECT_EQ(regex->slow_searches(), 0u);
  EXPECT_EQ(regex->Search(hostile, nullptr), Regex::Outcome::kNoMatch);
  EXPECT_EQ(regex->slow_searches(), 1u);
}

TEST(RegexMemory, CeilingFollowsThePatternsSize) {
  const Result<Regex> small = Regex::Compile("abc");
  const Result<Regex> large = Regex::Compile("(?:[a-z]{3}[0-9]{1,200}|x{300})+");
  const Result<Regex> huge = Regex::Compile("(?:[a-z]{1,400}[0-9]{1,400}[.-]?){2}y");
  ASSERT_TRUE(small.ok() && large.ok() && huge.ok());
  EXPECT_EQ(small->memory_ceiling(), Regex::kLeastStates);
  EXPECT_GT(large->memory_ceiling(), small->memory_ceiling());
  EXPECT_EQ(huge->memory_ceiling(), Regex::kMostStates);
}

TEST(RegexMemory, OfOwaspCrsUnderHostileTexts) {
  const char* const crs = std::getenv("CRS_DIR");
  if (crs == nullptr) GTEST_SKIP() << "CRS_DIR names no copy of OWASP CRS";
  if (!CountsResidentMemory()) GTEST_SKIP() << "memory is the sanitizer's";
  std::vector<std::string> patterns;
  for (const auto& file :
       std::filesystem::directory_iterator(std::filesystem::path(crs) / "rules")) {
    if (file.path().extension() != ".conf") continue;
    std::ifstream in(file.path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    for (std::string& pattern : PatternsIn(std::move(text))) patterns.push_back(std::move(pattern));
  }
  ASSERT_GT(patterns.size(), 200u);
  const std::vector<Regex> all = CompileAll(patterns);
  ASSERT_GT(all.size(), patterns.size() * 9 / 10);
  constexpr int kTexts = 600;
  const Growth growth = Search(all, HostileTexts(patterns), kTexts);
  const int64_t ceiling = CeilingOf(all);
  constexpr int64_t kMebibyte = 1 << 20;
  RecordProperty("ceiling_bytes", std::to_string(ceiling));
  RecordProperty("growth_bytes", std::to_string(growth.all));
  std::cout << all.size() << " patterns: ceiling " << ceiling / kMebibyte << " MiB, grown by "
            << growth.all / kMebibyte << " MiB, in the second half of the texts by "
            << (growth.all - growth.half) / kMebibyte << " MiB\n";
  EXPECT_LT(ceiling, 200 * kMebibyte);
  EXPECT_LT(growth.all, ceiling / 2);
  EXPECT_LT(growth.all - growth.half, growth.all / 3);
}

}  // namespace
}  // namespace rasp::match
