// SPDX-License-Identifier: Apache-2.0
// Lines, words, quotes and escapes, and where each piece stands.
#include "seclang/loaded.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

struct Case {
  const char* name;
  std::string_view text;
  std::string_view argument;  // of the operator of the one rule
};

class ReadsWords : public testing::TestWithParam<Case> {};

TEST_P(ReadsWords, AsApacheDoes) {
  const Case& row = GetParam();
  const RuleSpec rule = OneRule(row.text);
  ASSERT_FALSE(rule.links.empty());
  EXPECT_EQ(rule.links[0].condition.argument, row.argument);
}

constexpr Case kCases[] = {
    {"DoubleQuotes", R"(SecRule ARGS "@rx a b" "id:1")", "a b"},
    {"SingleQuotes", R"(SecRule ARGS '@rx a "b"' 'id:1')", "a \"b\""},
    {"NoQuotes", "SecRule ARGS abc id:1", "abc"},
    {"EscapedQuote", R"(SecRule ARGS "@rx a\"b" "id:1")", "a\"b"},
    {"EscapedSingleQuote", R"(SecRule ARGS '@rx a\'b' "id:1")", "a'b"},
    {"OtherQuoteKeepsItsBackslash", R"(SecRule ARGS "@rx a\'b" "id:1")", "a\\'b"},
    {"OtherEscapesStay", R"(SecRule ARGS "@rx \d\x5c\." "id:1")", "\\d\\x5c\\."},
    {"DoubledBackslashStays", R"(SecRule ARGS "@rx a\\b" "id:1")", "a\\\\b"},
    {"DoubledBackslashBeforeTheEnd", R"(SecRule ARGS "@rx a\\" "id:1")", "a\\\\"},
    {"BackslashThenEscapedQuote", R"(SecRule ARGS "@rx a\\\"b" "id:1")", "a\\\\\"b"},
    {"EmptyWord", R"(SecRule ARGS "" "id:1")", ""},
    {"HashInWord", R"(SecRule ARGS "@rx #a" "id:1")", "#a"},
    {"Tabs", "\tSecRule\tARGS\t\"@rx\ta\"\t\"id:1\"\t", "a"},
    {"NameWithoutCase", "sEcRuLe ARGS a id:1", "a"},
    {"NulIsData", "SecRule ARGS \"@rx a\0b\" \"id:1\""sv, "a\0b"sv},
    {"HighBytesAreData", "SecRule ARGS \"@rx \xFF\xC3\" \"id:1\"", "\xFF\xC3"},
    {"ByteOrderMark", "\xEF\xBB\xBFSecRule ARGS a id:1", "a"},
    {"NoLineEnd", "SecRule ARGS a id:1", "a"},
    {"CarriageReturns", "SecRule ARGS a id:1\r\n\r\n", "a"},
    {"Continued", "SecRule ARGS \\\n a \\\n id:1\n", "a"},
    {"ContinuedWithCarriageReturn", "SecRule ARGS \\\r\n a \\\r\n id:1\r\n", "a"},
    {"ContinuedInAWord", "SecRule AR\\\nGS a\\\nb id:1", "ab"},
    {"ContinuedInQuotes", "SecRule ARGS \"@rx a\\\n  b\" \"id:1\"", "a  b"},
    {"BackslashThenContinued", "SecRule ARGS \"@rx a\\\\\nb\" \"id:1\"", "a\\b"},
    {"ContinuedAtTheEnd", "SecRule ARGS a id:1\\", "a"},
    {"ContinuedByAnEmptyLine", "SecRule ARGS a id:1\\\n\n", "a"},
    {"Comments", "# SecRule\n  # x\nSecRule ARGS a id:1\n#", "a"},
    {"CommentBehindArguments", "SecRule ARGS a id:1 # \"x\n", "a"},
    {"ContinuedCommentBehindArguments", "SecTmpDir /x # y \\\nSecRule ARGS a id:1", "a"},
    {"HashAsFirstArgument", "SecArgumentSeparator #\nSecRule ARGS a id:1", "a"},
    {"HashInBareWord", "SecRule ARGS a#b id:1", "a#b"},
    {"CommentedDirectiveGoesOn", "#SecRule ARGS b \\\n  \"id:2\"\nSecRule ARGS a id:1", "a"},
    {"CommentsWithBackslashes", "# b \\\n# c \\\n# d\nSecRule ARGS a id:1", "a"},
};

INSTANTIATE_TEST_SUITE_P(Lexer, ReadsWords, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

TEST(Lexer, ARuleBehindAContinuedCommentCounts) {
  const Loaded loaded = LoadText("# see below \\\nSecRule ARGS a id:1\n");
  EXPECT_EQ(loaded.spec.rules.size(), 1u);
  EXPECT_EQ(loaded.Said(),
            "a.conf:1:13: warning: comment-continues: a backslash ends this comment: Apache takes "
            "the next line as a part of it, here that line counts; remove the backslash, or put # "
            "before the next line\n");
}

TEST(Lexer, ARuleInACommentedDirectiveDoesNotCountAndIsPointedOut) {
  const Loaded loaded = LoadText("#SecRule ARGS b \\\nSecRule ARGS a id:1\n");
  EXPECT_TRUE(loaded.spec.rules.empty());
  EXPECT_EQ(loaded.Said(),
            "a.conf:2:1: warning: comment-continues: this line does not count, the comment above "
            "ends with a backslash and goes on here: remove that backslash, or put # before this "
            "line too\n");
}

TEST(Lexer, PiecesOfAContinuedRuleKnowTheirPlaces) {
  const RuleSpec rule = OneRule(
      "\n"
      "  SecRule \"ARGS|!ARGS:a|\\\r\n"
      "    &FILES\"   \"@rx \\\"x\" \\\n"
      "    \"id:1,\\\n"
      "    t:none,t:lowercase,\\\n"
      "    setvar:'tx.a=it\\'s',ctl:ruleEngine=Off,\\\n"
      "    chain\"\n"
      "\tSecRule TX:a\\\n"
      "b \"!@eq 1\" t:length\n");
  EXPECT_EQ(Place(rule.where), "a.conf:2:3");
  ASSERT_EQ(rule.links.size(), 2u);
  const LinkSpec& first = rule.links[0];
  ASSERT_EQ(first.targets.size(), 3u);
  EXPECT_EQ(Place(first.targets[0].where), "a.conf:2:12");
  EXPECT_EQ(Place(first.targets[1].where), "a.conf:2:17");
  EXPECT_EQ(Place(first.targets[2].where), "a.conf:3:5");
  EXPECT_EQ(Place(first.condition.where), "a.conf:3:16");
  ASSERT_EQ(first.transforms.size(), 1u);
  EXPECT_EQ(Place(first.transforms[0].where), "a.conf:5:12");
  ASSERT_EQ(first.actions.size(), 2u);
  EXPECT_EQ(Place(first.actions[0].where), "a.conf:6:5");
  EXPECT_EQ(Place(first.actions[1].where), "a.conf:6:25");
  EXPECT_EQ(Place(rule.links[1].where), "a.conf:8:2");
  EXPECT_EQ(rule.links[1].targets[0].selector, "ab");
  EXPECT_EQ(Place(rule.links[1].condition.where), "a.conf:9:4");
  EXPECT_EQ(Place(rule.links[1].transforms[0].where), "a.conf:9:12");
}

}  // namespace
}  // namespace rasp
