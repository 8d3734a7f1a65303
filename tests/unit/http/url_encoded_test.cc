// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory_resource>
#include <string>
#include <vector>

#include "http/facts_text.h"
#include "http/uri.h"

namespace rasp {
namespace {

using std::string_view_literals::operator""sv;

struct FormCase {
  const char* name;
  std::string_view text;
  std::string_view want;
  bool invalid_escape = false;
};

constexpr FormCase kForms[] = {
    {"Empty", "", ""},
    {"OnePair", "a=1", "a=1\n"},
    {"RepeatedNamesAreKept", "a=1&a=2&a[]=3", "a=1\na=2\na[]=3\n"},
    {"NoEquals", "a&b", "a=\nb=\n"},
    {"EmptyName", "=v", "=v\n"},
    {"EqualsAlone", "=", "=\n"},
    {"EqualsInValue", "a=b=c", "a=b=c\n"},
    {"EmptyPairsAreNone", "&&a=1&&", "a=1\n"},
    {"PlusIsSpace", "a+b=c+d", "a b=c d\n"},
    {"EscapesInNameAndValue", "%61=%3C%3c", "a=<<\n"},
    {"EscapedMarksSplitNothing", "a%26b%3Dc=d%26e", "a&b=c=d&e\n"},
    {"DecodedOnce", "a=%2541", "a=%41\n"},
    {"InvalidEscapeStays", "a=%zz%4", "a=%zz%4\n", true},
    {"PercentAtTheEnd", "a=%", "a=%\n", true},
    {"EscapeDoesNotCrossPairs", "a=%4&1=b", "a=%4\n1=b\n", true},
    {"EscapeDoesNotCrossEquals", "a%=41", "a%=41\n", true},
    {"PercentBeforeEscape", "a=%%41", "a=%A\n", true},
    {"WideEscapeStays", "a=%u0041", "a=%u0041\n", true},
    {"NulIsData", "a=%00b\0c"sv, "a=\\x00b\\x00c\n"},
    {"LineEndsAreData", "a=b\r\nc", "a=b\\x0d\\x0ac\n"},
    {"SemicolonIsData", "a=1;b=2", "a=1;b=2\n"},
    {"OverlongUtf8IsBytes", "a=%c0%ae", "a=\\xc0\\xae\n"},
};

class ParseUrlEncodedTest : public testing::TestWithParam<FormCase> {};

TEST_P(ParseUrlEncodedTest, Decodes) {
  const FormCase& c = GetParam();
  const std::vector<char> exact(c.text.begin(), c.text.end());
  std::pmr::monotonic_buffer_resource memory;
  FieldList fields(&memory);
  bool invalid_escape = false;
  EXPECT_TRUE(
      ParseUrlEncoded({exact.data(), exact.size()}, '&', 100, memory, fields, invalid_escape));
  EXPECT_EQ(FieldsText(fields), c.want);
  EXPECT_EQ(invalid_escape, c.invalid_escape);
}

// A body and a query of the same bytes have the same arguments.
TEST_P(ParseUrlEncodedTest, AgreesWithTheBodyParser) {
  const FormCase& c = GetParam();
  const std::string want = std::string(c.want) + (c.invalid_escape ? "invalid-escape\n" : "") +
                           "bytes " + std::to_string(c.text.size()) + "\n";
  EXPECT_EQ(ParsedText({BodyKind::kUrlEncoded, ""}, {c.text}), want);
}

INSTANTIATE_TEST_SUITE_P(Forms, ParseUrlEncodedTest, testing::ValuesIn(kForms),
                         [](const auto& each) { return each.param.name; });

TEST(ParseUrlEncoded, SaysWhenThereAreMoreThanTheLimit) {
  std::pmr::monotonic_buffer_resource memory;
  FieldList fields(&memory);
  bool invalid_escape = false;
  EXPECT_TRUE(ParseUrlEncoded("a=1&b=2&", '&', 2, memory, fields, invalid_escape));
  EXPECT_FALSE(ParseUrlEncoded("c=1&d=2&e=3", '&', 2, memory, fields, invalid_escape));
  EXPECT_EQ(FieldsText(fields), "a=1\nb=2\nc=1\nd=2\n");
  EXPECT_FALSE(ParseUrlEncoded("a", '&', 0, memory, fields, invalid_escape));
}

TEST(ParseUrlEncoded, SplitsAtTheSeparatorItIsGiven) {
  std::pmr::monotonic_buffer_resource memory;
  FieldList fields(&memory);
  bool invalid_escape = false;
  EXPECT_TRUE(ParseUrlEncoded("a=1;b=2&c", ';', 10, memory, fields, invalid_escape));
  EXPECT_EQ(FieldsText(fields), "a=1\nb=2&c\n");
}

TEST(ParseUrlEncoded, PointsIntoTheTextWhereNothingIsDecoded) {
  FieldList fields(std::pmr::new_delete_resource());
  bool invalid_escape = true;
  const std::string_view text = "name=value";
  EXPECT_TRUE(
      ParseUrlEncoded(text, '&', 10, *std::pmr::null_memory_resource(), fields, invalid_escape));
  EXPECT_EQ(fields[0].name.data(), text.data());
  EXPECT_EQ(fields[0].value.data(), text.data() + 5);
  EXPECT_TRUE(invalid_escape) << "the flag is never cleared";
}

TEST(PercentDecode, LeavesPlusAndInvalidEscapes) {
  std::pmr::monotonic_buffer_resource memory;
  EXPECT_EQ(PercentDecode("/a+b%20c%2", memory), "/a+b c%2");
  EXPECT_EQ(PercentDecode("/%2e%2e%2f%3f", memory), "/../?");
  EXPECT_EQ(PercentDecode("/%00"sv, memory), "/\0"sv);
  const std::string_view plain = "/plain";
  EXPECT_EQ(PercentDecode(plain, *std::pmr::null_memory_resource()).data(), plain.data());
}

}  // namespace
}  // namespace rasp
