// SPDX-License-Identifier: Apache-2.0
#include "audit/readable.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "audit/json_writer.h"
#include "core/ascii.h"

namespace rasp::audit {
namespace {

using namespace std::string_view_literals;

// What the contract says undoes Readable().
std::string Undo(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x') {
      out.push_back(static_cast<char>(HexValue(text[i + 2]) * 16 + HexValue(text[i + 3])));
      i += 4;
    } else {
      out.push_back(text[i++]);
    }
  }
  return out;
}

struct Case {
  std::string_view name, in, want;
};

constexpr Case kCases[] = {
    {"Empty", "", ""},
    {"Ascii", "a b\tc", "a b\tc"},
    {"NulIsData", "a\0b"sv, "a\0b"sv},
    {"Utf8Stays", "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
     "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
    {"LoneByte",
     "a\xff"
     "b",
     "a\\xffb"},
    {"LoneContinuation", "\x80", "\\x80"},
    {"Overlong", "\xc0\xae", "\\xc0\\xae"},
    {"OverlongOfThree", "\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
    {"Surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"AboveUnicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
    {"CutSequence", "\xe2\x82", "\\xe2\\x82"},
    {"BackslashStays", "a\\b", "a\\b"},
    {"BackslashBeforeX", "\\xff", "\\x5cxff"},
    {"C1Control",
     "\xc2\x9b"
     "31m",
     "\\xc2\\x9b31m"},
};

TEST(Readable, MakesValidTextOfAnyBytes) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    const std::vector<char> exact(c.in.begin(), c.in.end());
    const std::string got = Readable({exact.data(), exact.size()});
    EXPECT_EQ(got, c.want);
    EXPECT_EQ(Undo(got), c.in);
  }
}

TEST(Readable, CanBeUndoneForRandomBytes) {
  std::mt19937 random(7);
  constexpr std::string_view kAlphabet = "\\x5cff\xc2\x9b\xe2\x82\xac\xf0\x9f\x98\x80\xff\0a"sv;
  for (int round = 0; round < 2000; ++round) {
    std::string in;
    for (size_t i = random() % 40; i > 0; --i) in.push_back(kAlphabet[random() % kAlphabet.size()]);
    const std::string text = Readable(in);
    EXPECT_EQ(Undo(text), in);
    std::string json;
    JsonWriter(json).String(text);
    ASSERT_TRUE(nlohmann::json::accept(json)) << json;
    EXPECT_EQ(nlohmann::json::parse(json).get<std::string>(), text);
    EXPECT_EQ(json.find('\n'), std::string::npos);
  }
}

TEST(Readable, CountsCodePoints) {
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("a\xe2\x82\xac\xf0\x9f\x98\x80z"), 4u);
}

}  // namespace
}  // namespace rasp::audit
