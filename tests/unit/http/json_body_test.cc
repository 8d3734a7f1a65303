// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "http/facts_text.h"

namespace rasp {
namespace {

using std::string_view_literals::operator""sv;

struct JsonCase {
  const char* name;
  std::string_view body;
  std::string_view arguments;
  std::string_view error = "";  // part of the error's line
};

constexpr JsonCase kCases[] = {
    {"Empty", "", ""},
    {"EmptyObject", "{}", ""},
    {"EmptyArray", " [ ] ", ""},
    {"Members", R"({"a":"b","c":"d"})", "json.a=b\njson.c=d\n"},
    {"Nested", R"({"a":{"b":[{"c":"d"},"e"]}})",
     "json.a.b.array_0.c=d\njson.a.b.array_1=e\ncontainer json.a\ncontainer json.a.b\n"},
    {"ArrayOfArrays", "[[1,2],[3]]",
     "json.array_0.array_0=1\njson.array_0.array_1=2\njson.array_1.array_0=3\n"},
    {"LiteralsAreText", "[true,false,null,-1.5e+3]",
     "json.array_0=true\njson.array_1=false\njson.array_2=null\njson.array_3=-1.5e+3\n"},
    {"BigNumberIsText", "[123456789012345678901234567890]",
     "json.array_0=123456789012345678901234567890\n"},
    {"ScalarString", R"("a")", "json=a\n"},
    {"ScalarNumber", "42", "json=42\n"},
    {"ScalarNumberAndBlank", "42\n", "json=42\n"},
    {"EmptyStringValue", R"({"a":""})", "json.a=\n"},
    {"EmptyKey", R"({"":"a"})", "json.empty-key=a\n"},
    {"KeyOfEmptyObjectIsSeen", R"({"a":{}})", "json.a=\ncontainer json.a\n"},
    {"KeyOfEmptyArrayIsSeen", R"({"a":{"b":[]}})",
     "json.a.b=\ncontainer json.a\ncontainer json.a.b\n"},
    {"DotInKeyStays", R"({"a":{"b":"1"},"a.b":"2"})", "json.a.b=1\njson.a.b=2\ncontainer json.a\n"},
    {"BackslashInKeyStays", R"({"a\\":"1"})", "json.a\\\\=1\n"},
    {"DuplicatesAreKept", R"({"a":"1","a":"2"})", "json.a=1\njson.a=2\nduplicate-keys\n"},
    {"DuplicateByEscape", R"({"a":"1","\u0061":"2"})", "json.a=1\njson.a=2\nduplicate-keys\n"},
    {"DuplicateContainers", R"({"a":{},"a":[1]})",
     "json.a=\njson.a.array_0=1\ncontainer json.a\ncontainer json.a\nduplicate-keys\n"},
    {"SameKeyInOtherObjects", R"([{"a":"1"},{"a":"2"},{"b":{"b":"3"}}])",
     "json.array_0.a=1\njson.array_1.a=2\njson.array_2.b.b=3\ncontainer json.array_2.b\n"},
    {"SimpleEscapes", R"(["\"\\\/\b\f\n\r\t"])", "json.array_0=\"\\\\/\\x08\\x0c\\x0a\\x0d\\x09\n"},
    {"UnicodeEscapes", R"(["\u003cscript\u003E"])", "json.array_0=<script>\n"},
    {"EscapedNul", R"(["a\u0000b"])", "json.array_0=a\\x00b\n"},
    {"TwoByteUtf8", R"(["\u00e9"])", "json.array_0=\\xc3\\xa9\n"},
    {"ThreeByteUtf8", R"(["\u20AC"])", "json.array_0=\\xe2\\x82\\xac\n"},
    {"SurrogatePair", R"(["\ud83d\ude00"])", "json.array_0=\\xf0\\x9f\\x98\\x80\n"},
    {"EscapeInKey", R"({"\u0061\u002e":"1"})", "json.a.=1\n"},
    {"RawUtf8IsKept", "[\"\xc3\xa9\xff\"]", "json.array_0=\\xc3\\xa9\\xff\n", "not UTF-8"},
    {"JsonInAStringIsAString", R"(["{\"a\":\"b\"}"])", "json.array_0={\"a\":\"b\"}\n"},
    // Wrong, but the structure is beyond doubt.
    {"LoneHighSurrogate", R"(["\ud83dx"])", "json.array_0=\\\\ud83dx\n", "invalid escape"},
    {"LoneLowSurrogate", R"(["\ude00"])", "json.array_0=\\\\ude00\n", "invalid escape"},
    {"TwoHighSurrogates", R"(["\ud83d\ud83d\ude00"])",
     "json.array_0=\\\\ud83d\\xf0\\x9f\\x98\\x80\n", "invalid escape"},
    {"HighSurrogateThenEscape", R"(["\ud83d\n"])", "json.array_0=\\\\ud83d\\x0a\n",
     "invalid escape"},
    {"HighSurrogateThenQuote", R"(["\ud83d","a"])", "json.array_0=\\\\ud83d\njson.array_1=a\n",
     "invalid escape"},
    {"UnknownEscape", R"(["\x41"])", "json.array_0=\\\\x41\n", "invalid escape"},
    {"ShortUnicodeEscape", R"(["\u41","a"])", "json.array_0=\\\\u41\njson.array_1=a\n",
     "invalid escape"},
    {"ControlCharacter", "[\"a\nb\"]", "json.array_0=a\\x0ab\n", "control character"},
    {"RawNul", "[\"a\0b\"]"sv, "json.array_0=a\\x00b\n", "control character"},
    {"NotUtf8", "[\"a\xff\"]", "json.array_0=a\\xff\n", "not UTF-8"},
    {"KeyThatIsNotUtf8", "{\"\xc3\":1}", "json.\\xc3=1\n", "not UTF-8"},
    {"OverlongUtf8", "[\"\xc0\xaf\"]", "json.array_0=\\xc0\\xaf\n", "not UTF-8"},
    {"SurrogateAsUtf8", "[\"\xed\xa0\x80\"]", "json.array_0=\\xed\\xa0\\x80\n", "not UTF-8"},
    {"CharacterCutByAnEscape", "[\"\xe2\\n\x82\xac\"]", "json.array_0=\\xe2\\x0a\\x82\\xac\n",
     "not UTF-8"},
    {"CharacterCutByTheEnd", "[\"\xf0\x9f\x98\"]", "json.array_0=\\xf0\\x9f\\x98\n", "not UTF-8"},
    {"AllLengthsOfUtf8", "[\"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"]",
     "json.array_0=a\\xc3\\xa9\\xe2\\x82\\xac\\xf0\\x9f\\x98\\x80\n", ""},
    {"ByteOrderMark", "\xef\xbb\xbf{\"a\":\"b\"}", "json.a=b\n", "byte order mark"},
    {"TrailingCommaInObject", R"({"a":"b",})", "json.a=b\n", "comma before"},
    {"TrailingCommaInArray", R"(["a",])", "json.array_0=a\n", "comma before"},
    {"NotANumber", "[NaN,Infinity,+1,01,1.,.5,0x1]",
     "json.array_0=NaN\njson.array_1=Infinity\njson.array_2=+1\njson.array_3=01\njson.array_4=1."
     "\njson.array_5=.5\njson.array_6=0x1\n",
     "bare word"},
    {"NewlineDelimited", "{\"a\":\"1\"}\n{\"a\":\"2\"}\n", "json.a=1\njson.a=2\n", "more follows"},
    {"TwoScalars", "1 2", "json=1\njson=2\n", "more follows"},
    // The structure is lost: what follows is salvaged.
    {"TailIsSalvaged", R"({"a":"b"}}, "c": "\u003cd")", "json.a=b\njson=c\njson=<d\n",
     "may not stand"},
    {"CommentIsSalvaged", R"({"a":1 /* " */, "b":"\u003cscript>"})",
     "json.a=1\njson=/* \njson= */, \njson=b\njson=<script>\n", "may not stand"},
    {"UnquotedKeyIsSalvaged", R"({a:'1 or 1=1'})", "json=a:'1 or 1=1'}\n", "may not stand"},
    {"MissingColon", R"({"a" "b"})", "json.a=\njson=b\n", "may not stand"},
    {"MissingValue", R"({"a":,"b":"c"})", "json.a=\njson=b\njson=c\n", "may not stand"},
    {"DoubleComma", R"(["a",,"b"])", "json.array_0=a\njson=b\n", "may not stand"},
    {"WrongBracket", R"({"a":["b"},"c"])", "json.a.array_0=b\njson=c\ncontainer json.a\n",
     "may not stand"},
    {"ColonInArray", R"(["a":"b"])", "json.array_0=a\njson=b\n", "may not stand"},
    {"FormInsteadOfJson", "id=1+or+1=1&x=y", "json=id=1+or+1=1&x=y\n", "bare word"},
    // It ends too early.
    {"EndsInString", R"({"a":"b)", "json.a=b\n", "within a string"},
    {"EndsInEscape", R"({"a":"b\u00)", "json.a=b\\\\u00\n", "within a string"},
    {"EndsInKey", R"({"a)", "json.a=\n", "within a string"},
    {"EndsAfterKey", R"({"a")", "json.a=\n", "before it is complete"},
    {"EndsAfterColon", R"({"a":)", "json.a=\n", "before it is complete"},
    {"EndsInObject", R"({"a":"b")", "json.a=b\n", "before it is complete"},
    {"EndsInBareWord", "[tru", "json.array_0=tru\n", "bare word"},
    {"EndsWithDuplicates", R"({"a":1,"a":2)", "json.a=1\njson.a=2\nduplicate-keys\n",
     "before it is complete"},
    {"OnlyBlanks", " \n", "", "before it is complete"},
    // Another encoding.
    {"Utf16LittleEndian", "{\0\"\0a\0\"\0:\0001\0}\0"sv,
     "json=\\x00\njson=\\x00a\\x00\njson=\\x00:\\x001\\x00}\\x00\n",
     "unsupported: the JSON is not UTF-8"},
    {"Utf16BigEndian", "\0{\0}"sv, "json=\\x00{\\x00}\n", "unsupported: the JSON is not UTF-8"},
    {"Utf16ByteOrderMark", "\xff\xfe{\0"sv, "json=\\xff\\xfe{\\x00\n",
     "unsupported: the JSON is not UTF-8"},
};

class JsonBodyTest : public testing::TestWithParam<JsonCase> {};

TEST_P(JsonBodyTest, IsFlattened) {
  const JsonCase& c = GetParam();
  const std::string text = ParsedText({BodyKind::kJson, "application/json"}, {c.body});
  EXPECT_EQ(text.substr(0, c.arguments.size()), c.arguments) << text;
  const std::string rest = text.substr(std::min(c.arguments.size(), text.size()));
  if (c.error.empty()) {
    EXPECT_EQ(rest, "bytes " + std::to_string(c.body.size()) + "\n");
  } else {
    EXPECT_EQ(rest.substr(0, 6), "error ") << text;
    EXPECT_NE(rest.find(c.error), rest.npos) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Bodies, JsonBodyTest, testing::ValuesIn(kCases),
                         [](const auto& each) { return each.param.name; });

std::string Repeated(std::string_view piece, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(JsonBody, StopsAtTheDepthLimit) {
  const Body body{BodyKind::kJson, "", {.depth = 3}};
  EXPECT_EQ(ParsedText(body, {R"({"a":{"b":["c"]}})"}),
            "json.a.b.array_0=c\ncontainer json.a\ncontainer json.a.b\nbytes 17\n");
  EXPECT_EQ(ParsedText(body, {R"({"a":{"b":[{"c":"d"}]}})"}),
            "container json.a\ncontainer json.a.b\nerror depth: the JSON is nested deeper than the "
            "limit allows\nbytes 23\n");
  EXPECT_EQ(ParsedText(body, {R"({"x":"y","a":{"b":{"c":{"d":"e"}}}})"}),
            "json.x=y\njson.a.b.c=\ncontainer json.a\ncontainer json.a.b\nerror depth: the JSON is "
            "nested deeper than the limit "
            "allows\nbytes 35\n");
}

TEST(JsonBody, BearsAnyDepth) {
  for (const std::string_view open : {"[", "{\"a\":", "[{\"a\":"}) {
    const std::string deep = Repeated(open, 100'000);
    const std::string limited = ParsedText({BodyKind::kJson, ""}, {deep});
    EXPECT_NE(limited.find("error depth"), limited.npos) << open;
    const Body unlimited{BodyKind::kJson, "", {.depth = 1'000'000, .memory_bytes = 16 << 20}};
    const std::string whole = ParsedText(unlimited, {deep});
    EXPECT_NE(whole.find("before it is complete"), whole.npos) << open;
  }
}

TEST(JsonBody, KeepsWhatFitsIntoTheLimitOnMemory) {
  const Body body{BodyKind::kJson, "", {.memory_bytes = 12}};
  EXPECT_EQ(ParsedText(body, {R"({"a":"123456"})"}), "json.a=123456\nbytes 14\n");
  EXPECT_EQ(
      ParsedText(body, {R"({"a":"1234567","b":"c"})"}),
      "json.a=123456\nerror memory: the body holds more data than the limit allows\nbytes 23\n");
  EXPECT_EQ(
      ParsedText(body, {R"({"abcdefghijklmnop":"c"})"}),
      "json.abcdefg=\nerror memory: the body holds more data than the limit allows\nbytes 24\n");
}

TEST(JsonBody, SaysWhenThereAreTooManyArguments) {
  EXPECT_EQ(
      ParsedText({BodyKind::kJson, "", {.arguments = 2}}, {"[1,2,3,\"x\"]"}),
      "json.array_0=1\njson.array_1=2\nerror arguments: the body has more arguments than the limit "
      "allows\nbytes 11\n");
}

TEST(JsonBody, ALimitOutranksASyntaxError) {
  EXPECT_EQ(ParsedText({BodyKind::kJson, "", {.arguments = 1}}, {"[01,2]"}),
            "json.array_0=01\nerror arguments: the body has more arguments than the limit "
            "allows\nbytes 6\n");
}

}  // namespace
}  // namespace rasp
