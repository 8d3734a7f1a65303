// SPDX-License-Identifier: Apache-2.0
#include "json/json_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/json_string.h"

namespace rasp {
namespace {

// The tokens as text: "{ k:a n:1 }", "!" for an error, "." for the end.
std::string Tokens(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  JsonScanner scanner({exact.data(), exact.size()});
  std::string out;
  while (true) {
    const JsonToken token = scanner.Next();
    static constexpr std::string_view kMarks = ".!{}[]ksntf0";
    out += kMarks[static_cast<size_t>(token)];
    if (!scanner.raw().empty()) out += ':' + std::string(scanner.raw());
    if (token == JsonToken::kEnd || token == JsonToken::kError) return out;
    out += ' ';
  }
}

struct Case {
  const char* name;
  std::string text;
  std::string tokens;
};

class JsonScannerTokens : public testing::TestWithParam<Case> {};

TEST_P(JsonScannerTokens, AreThoseOfTheGrammar) {
  EXPECT_EQ(Tokens(GetParam().text), GetParam().tokens);
}

std::string Nested(size_t depth) { return std::string(depth, '['); }

INSTANTIATE_TEST_SUITE_P(
    Rows, JsonScannerTokens,
    testing::Values(Case{"Scalar", " 12 ", "n:12 ."},
                    Case{"Literals", "[true,false,null]", "[ t f 0 ] ."},
                    Case{"Object", R"({"a":1,"b":{"c":[]}})", "{ k:a n:1 k:b { k:c [ ] } } ."},
                    Case{"EmptyContainers", "[{},[]]", "[ { } [ ] ] ."},
                    Case{"Numbers", "[-0,1.5,2e9,-3.25E-2]", "[ n:-0 n:1.5 n:2e9 n:-3.25E-2 ] ."},
                    Case{"EscapesStay", R"(["a\"b\u0041"])", R"([ s:a\"b\u0041 ] .)"},
                    Case{"Nothing", "", "!"}, Case{"Blank", " \t", "!"},
                    Case{"TwoValues", "1 2", "n:1 !"}, Case{"TrailingComma", "[1,]", "[ n:1 !"},
                    Case{"TrailingMemberComma", R"({"a":1,})", "{ k:a n:1 !"},
                    Case{"LeadingZero", "01", "!"}, Case{"Plus", "+1", "!"},
                    Case{"BarePoint", "1.", "!"}, Case{"Hex", "0x1", "n:0 !"},
                    Case{"NotANumber", "NaN", "!"}, Case{"SingleQuotes", "['a']", "[ !"},
                    Case{"Comment", "[/*x*/1]", "[ !"}, Case{"WrongEnd", "[1}", "[ n:1 !"},
                    Case{"Unclosed", R"({"a")", "{ !"}, Case{"NoColon", R"({"a" 1})", "{ !"},
                    Case{"BadEscape", R"(["\x"])", "[ !"}, Case{"CutEscape", R"(["\u00)", "[ !"},
                    Case{"ControlInString", "[\"a\nb\"]", "[ !"},
                    Case{"NulInString", std::string("[\"a\0\"]", 6), "[ !"},
                    Case{"VerticalTab", "\v1", "!"}, Case{"CutLiteral", "tru", "!"}),
    [](const auto& row) { return row.param.name; });

TEST(JsonScanner, RefusesWhatIsNestedBeyondItsReach) {
  const std::string fits = Nested(JsonScanner::kDeepest);
  JsonScanner inside(fits);
  for (size_t i = 0; i < fits.size(); ++i) ASSERT_EQ(inside.Next(), JsonToken::kBeginArray);
  EXPECT_FALSE(inside.too_deep());

  const std::string deep = Nested(1'000'000);
  JsonScanner beyond(deep);
  size_t opened = 0;
  while (beyond.Next() == JsonToken::kBeginArray) ++opened;
  EXPECT_EQ(opened, JsonScanner::kDeepest);
  EXPECT_TRUE(beyond.too_deep());
  EXPECT_EQ(beyond.Next(), JsonToken::kError);
}

TEST(JsonScanner, SkipsAContainerWhole) {
  JsonScanner scanner(R"({"a":{"b":[1,{"c":2}]},"d":3})");
  ASSERT_EQ(scanner.Next(), JsonToken::kBeginObject);
  ASSERT_EQ(scanner.Next(), JsonToken::kKey);
  ASSERT_EQ(scanner.Next(), JsonToken::kBeginObject);
  ASSERT_TRUE(scanner.SkipContainer());
  ASSERT_EQ(scanner.Next(), JsonToken::kKey);
  EXPECT_EQ(scanner.raw(), "d");
}

TEST(JsonScanner, SaysThatWhatItSkipsIsBroken) {
  JsonScanner scanner(R"([[1,2)");
  scanner.Next();
  scanner.Next();
  EXPECT_FALSE(scanner.SkipContainer());
}

std::string Decoded(std::string_view raw, bool* whole = nullptr) {
  std::vector<char> out(raw.size());
  size_t size = 0;
  const bool ok = DecodeJsonString(raw, out.data(), size);
  if (whole != nullptr) *whole = ok;
  return {out.data(), size};
}

TEST(JsonString, IsDecodedInPlaceOfItsEscapes) {
  EXPECT_EQ(Decoded("plain"), "plain");
  EXPECT_EQ(Decoded(R"(a\"\\\/\b\f\n\r\t)"), "a\"\\/\b\f\n\r\t");
  EXPECT_EQ(Decoded(R"(\u0041\u00e9\u20AC)"), "A\xC3\xA9\xE2\x82\xAC");
  EXPECT_EQ(Decoded(R"(\ud83d\ude00)"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(Decoded(R"(\u005f\u005fproto__)"), "__proto__");
  EXPECT_EQ(Decoded(R"(\u0000)"), std::string(1, '\0'));
}

TEST(JsonString, TellsOfHalvesOfSurrogates) {
  for (const char* raw : {R"(\ud83d)", R"(\ude00)", R"(\ud83dx)", R"(\ud83d\u0041)"}) {
    bool whole = true;
    EXPECT_EQ(Decoded(raw, &whole).substr(0, 3), "\xEF\xBF\xBD") << raw;
    EXPECT_FALSE(whole) << raw;
  }
}

TEST(CodePoints, AreCountedInUtf8Alone) {
  size_t count = 0;
  EXPECT_TRUE(CountCodePoints("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", count));
  EXPECT_EQ(count, 4u);
  for (const char* text : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80",
                           "\xC3", "\xF0\x9F\x98", "\xFF"}) {
    EXPECT_FALSE(CountCodePoints(text, count)) << text;
  }
}

}  // namespace
}  // namespace rasp
