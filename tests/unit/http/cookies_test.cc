// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory_resource>
#include <vector>

#include "http/facts_text.h"
#include "http/uri.h"

namespace rasp {
namespace {

using std::string_view_literals::operator""sv;

struct CookieCase {
  const char* name;
  std::string_view header;
  std::string_view want;
};

constexpr CookieCase kCookies[] = {
    {"Empty", "", ""},
    {"Pairs", "a=1; b=2", "a=1\nb=2\n"},
    {"NoSpace", "a=1;b=2;", "a=1\nb=2\n"},
    {"RepeatedNamesAreKept", "a=1; a=2", "a=1\na=2\n"},
    {"NameAndValueAreTrimmed", " \ta = 1 ;", "a=1\n"},
    {"NoEquals", "a; b=1", "a=\nb=1\n"},
    {"EmptyName", "=v", "=v\n"},
    {"EqualsInValue", "a=b=c", "a=b=c\n"},
    {"QuotesAreKept", "a=\"b c\"", "a=\"b c\"\n"},
    {"SemicolonInQuotesSplits", "a=\"x;y\"", "a=\"x\ny\"=\n"},
    {"VersionIsAPair", "$Version=1; a=1; $Path=/", "$Version=1\na=1\n$Path=/\n"},
    {"QuotedVersionIsAPair", "\"$Version\"=1; a=1", "\"$Version\"=1\na=1\n"},
    {"PrefixWithBlanks", " __Host-a=1", "__Host-a=1\n"},
    {"NothingIsDecoded", "a=%41+b", "a=%41+b\n"},
    {"CommaIsData", "a=1,b=2", "a=1,b=2\n"},
    {"NulAndEightBitAreData", "a\0b=\xff"sv, "a\\x00b=\\xff\n"},
};

class ParseCookiesTest : public testing::TestWithParam<CookieCase> {};

TEST_P(ParseCookiesTest, TakesPairsApart) {
  const std::vector<char> exact(GetParam().header.begin(), GetParam().header.end());
  FieldList fields(std::pmr::new_delete_resource());
  EXPECT_TRUE(ParseCookies({exact.data(), exact.size()}, 100, fields));
  EXPECT_EQ(FieldsText(fields), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Cookies, ParseCookiesTest, testing::ValuesIn(kCookies),
                         [](const auto& each) { return each.param.name; });

TEST(ParseCookies, SaysWhenThereAreMoreThanTheLimit) {
  FieldList fields(std::pmr::new_delete_resource());
  EXPECT_TRUE(ParseCookies("a=1; b=2; ;", 2, fields));
  EXPECT_FALSE(ParseCookies("c=1; d=2; e=3", 2, fields));
  EXPECT_EQ(FieldsText(fields), "a=1\nb=2\nc=1\nd=2\n");
}

}  // namespace
}  // namespace rasp
