// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "spec/rule_spec.h"

namespace rasp {
namespace {

struct GoodCase {
  const char* name;
  std::string_view text;
  std::string_view variable;
  std::string_view selector = "";
  bool is_regex = false;
  bool count = false;
  bool exclude = false;
};

class ParseTargetTest : public testing::TestWithParam<GoodCase> {};

constexpr GoodCase kGood[] = {
    {"Variable", "ARGS", "ARGS"},
    {"SurroundedBySpace", " ARGS\t", "ARGS"},
    {"CaseIsKept", "args:Id", "args", "Id"},
    {"Selector", "ARGS:id", "ARGS", "id"},
    {"SelectorWithColon", "XML:ns:a", "XML", "ns:a"},
    {"SelectorWithSlashInside", "ARGS:a/b/", "ARGS", "a/b/"},
    {"Pattern", "ARGS:/^x_/", "ARGS", "^x_", true},
    {"PatternWithBar", "ARGS:/^(a|b)$/", "ARGS", "^(a|b)$", true},
    {"PatternWithSlash", "ARGS:/a\\/b/", "ARGS", "a\\/b", true},
    {"QuotedPattern", "ARGS:'/^a,b/'", "ARGS", "^a,b", true},
    {"QuotedSelector", "ARGS:'a|b'", "ARGS", "a|b"},
    {"XPath", "XML:/*", "XML", "/*"},
    {"XPathAttribute", "XML://@*", "XML", "//@*"},
    {"XPathThatLooksLikeAPattern", "xml:/a/", "xml", "/a/"},
    {"Count", "&ARGS:id", "ARGS", "id", false, true},
    {"Exclusion", "!ARGS:/^pass/", "ARGS", "^pass", true, false, true},
    {"ExclusionOfAll", "!ARGS", "ARGS", "", false, false, true},
    {"NulInSelector", std::string_view("ARGS:a\0b", 8), "ARGS", std::string_view("a\0b", 3)},
};

TEST_P(ParseTargetTest, ReadsEachPart) {
  const GoodCase& want = GetParam();
  const std::vector<char> exact(want.text.begin(), want.text.end());
  const SourceLocation where{"file.json", 3, 7, "/rules/0/targets/0"};
  const Result<TargetSpec> got = ParseTarget({exact.data(), exact.size()}, where);
  ASSERT_TRUE(got.ok()) << got.error();
  EXPECT_EQ(got->variable, want.variable);
  EXPECT_EQ(got->selector, want.selector);
  EXPECT_EQ(got->selector_is_regex, want.is_regex);
  EXPECT_EQ(got->count, want.count);
  EXPECT_EQ(got->exclude, want.exclude);
  EXPECT_EQ(got->where.line, 3u);
  EXPECT_EQ(got->where.pointer, "/rules/0/targets/0");
}

INSTANTIATE_TEST_SUITE_P(All, ParseTargetTest, testing::ValuesIn(kGood),
                         [](const auto& row) { return row.param.name; });

struct BadCase {
  const char* name;
  std::string_view text;
  std::string_view hint;  // must stand in the failure's text
};

class ParseTargetRefusesTest : public testing::TestWithParam<BadCase> {};

constexpr BadCase kBad[] = {
    {"Empty", "", "name a variable"},
    {"OnlySpace", " \t", "name a variable"},
    {"OnlyMark", "!", "is not a target"},
    {"CountAndExclusion", "!&ARGS", "either & or !"},
    {"ExclusionWithinCount", "&!ARGS", "is not a target"},
    {"SeveralVariables", "ARGS|REQUEST_HEADERS", "one target for each"},
    {"SeveralTargets", "ARGS:a|ARGS:b", "one target for each"},
    {"NoVariable", ":id", "is not a target"},
    {"DigitFirst", "1ARGS", "is not a target"},
    {"SpaceWithin", "AR GS", "is not a target"},
    {"ControlCharacterIsNotShown", "AR\x7FGS", "\"AR\\x7fGS\""},
    {"NoSelector", "ARGS:", "no selector"},
    {"EmptyQuotes", "ARGS:''", "no selector"},
    {"PatternNotClosed", "ARGS:/^x", "/PATTERN/"},
    {"EmptyPattern", "ARGS://", "/PATTERN/"},
    {"OnlySlash", "ARGS:/", "/PATTERN/"},
    {"NulInVariable", std::string_view("AR\0GS", 5), "is not a target"},
};

TEST_P(ParseTargetRefusesTest, AndSaysWhatToDo) {
  const BadCase& row = GetParam();
  const std::vector<char> exact(row.text.begin(), row.text.end());
  const Result<TargetSpec> got = ParseTarget({exact.data(), exact.size()}, {});
  ASSERT_FALSE(got.ok());
  EXPECT_NE(got.error().find(row.hint), std::string::npos) << got.error();
}

INSTANTIATE_TEST_SUITE_P(All, ParseTargetRefusesTest, testing::ValuesIn(kBad),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace rasp
