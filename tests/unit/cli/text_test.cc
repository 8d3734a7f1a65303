// SPDX-License-Identifier: Apache-2.0
#include "cli/text.h"

#include <gtest/gtest.h>

namespace rasp {
namespace {

using namespace std::string_view_literals;

struct Case {
  const char* name;
  std::string_view bytes;
  std::string_view printable;
  std::string_view utf8;
};

class EscapeTest : public testing::TestWithParam<Case> {};

constexpr Case kCases[] = {
    {"Plain", "a b~", "a b~", "a b~"},
    {"Empty", "", "", ""},
    {"Backslash", "\\n", "\\\\n", "\\n"},
    {"LineEnds", "\r\n\t", "\\r\\n\\t", "\r\n\t"},
    {"Escape", "\x1B[2J\x7F", "\\x1b[2J\\x7f", "\x1B[2J\x7F"},
    {"Nul", "\0"sv, "\\x00", "\0"sv},
    {"TwoBytes", "\xC3\xA9", "\\xc3\\xa9", "\xC3\xA9"},
    {"FourBytes", "\xF0\x9F\x98\x80", "\\xf0\\x9f\\x98\\x80", "\xF0\x9F\x98\x80"},
    {"LoneContinuation", "\x80", "\\x80", "\\x80"},
    {"CutSequence", "\xE2\x82", "\\xe2\\x82", "\\xe2\\x82"},
    {"Overlong", "\xC0\xAF", "\\xc0\\xaf", "\\xc0\\xaf"},
    {"OverlongThree", "\xE0\x80\xAF", "\\xe0\\x80\\xaf", "\\xe0\\x80\\xaf"},
    {"Surrogate", "\xED\xA0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"},
    {"BeyondUnicode", "\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80"},
};

TEST_P(EscapeTest, LeavesOnlyWhatMayBeWritten) {
  const Case& row = GetParam();
  const std::vector<char> exact(row.bytes.begin(), row.bytes.end());
  EXPECT_EQ(Printable({exact.data(), exact.size()}), row.printable);
  EXPECT_EQ(Utf8({exact.data(), exact.size()}), row.utf8);
}

INSTANTIATE_TEST_SUITE_P(All, EscapeTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

TEST(TextTable, SetsColumnsSideBySide) {
  TextTable table({"ID", "Name"});
  table.AddRow({"400001", "a"});
  table.AddRow({"1", "long | name"});
  EXPECT_EQ(table.AsText(), "ID      Name\n400001  a\n1       long | name\n");
  EXPECT_EQ(table.AsMarkdown(),
            "| ID | Name |\n|---|---|\n| 400001 | a |\n| 1 | long \\| name |\n");
}

}  // namespace
}  // namespace rasp
