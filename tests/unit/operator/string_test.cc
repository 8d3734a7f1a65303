// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include "operator/operator_cases.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

constexpr OperatorCase kCases[] = {
    {"Match", "beginsWith", "GET", "GET /", true, "GET"},
    {"NoMatch", "beginsWith", "GET", "XGET", false},
    {"CaseCounts", "beginsWith", "GET", "get /", false},
    {"Whole", "beginsWith", "abc", "abc", true, "abc"},
    {"ShorterValue", "beginsWith", "abc", "ab", false},
    {"EmptyValue", "beginsWith", "a", "", false},
    {"Macro", "beginsWith", "abc", "abcd", true, "abc", true},
    {"EmptyMacro", "beginsWith", "", "abcd", true, "", true},
    {"Match", "endsWith", ".php", "a.php", true, ".php"},
    {"NoMatch", "endsWith", ".php", "a.php5", false},
    {"LastOccurrenceIsTheSpan", "endsWith", "ab", "abab", true, "ab"},
    {"Macro", "endsWith", "ab", "abab", true, "ab", true},
    {"ShorterValue", "endsWith", "abc", "bc", false},
    {"Match", "contains", "b c", "ab cd", true, "b c"},
    {"NoMatch", "contains", "bc", "b c", false},
    {"CaseCounts", "contains", "abc", "xABC", false},
    {"NulIsData", "contains", "b\0c"sv, "ab\0cd"sv, true, "b\0c"sv},
    {"BehindNul", "contains", "evil", "ab\0evil"sv, true, "evil"},
    {"Macro", "contains", "b", "abc", true, "b", true},
    {"EmptyValue", "contains", "a", "", false},
    {"Match", "strmatch", "b", "abc", true, "b"},
    {"NoMatch", "strmatch", "x", "abc", false},
    {"Macro", "strmatch", "b", "abc", true, "b", true},
    {"Match", "containsWord", "cat", "a cat.", true, "cat"},
    {"WholeValue", "containsWord", "cat", "cat", true, "cat"},
    {"AtTheStart", "containsWord", "cat", "cat sat", true, "cat"},
    {"LetterBehind", "containsWord", "cat", "cats", false},
    {"LetterBefore", "containsWord", "cat", "bobcat", false},
    {"DigitIsNoLetter", "containsWord", "cat", "1cat2", true, "cat"},
    {"SecondOccurrence", "containsWord", "cat", "cats, cat", true, "cat"},
    {"HighByteIsNoLetter", "containsWord", "cat",
     "\xe9"
     "cat",
     true, "cat"},
    {"OverlappingOccurrences", "containsWord", "aa", "aaa aa", true, "aa"},
    {"Macro", "containsWord", "cat", "a cat", true, "cat", true},
    {"Match", "streq", "abc", "abc", true, "abc"},
    {"NoMatch", "streq", "abc", "abcd", false},
    {"CaseCounts", "streq", "abc", "ABC", false},
    {"BothEmpty", "streq", "", "", true},
    {"NulCounts", "streq", "abc", "abc\0"sv, false},
    {"Macro", "streq", "abc", "abc", true, "abc", true},
    {"Match", "within", "GET,POST,HEAD", "POST", true, "POST"},
    {"NoMatch", "within", "GET,POST,HEAD", "PUT", false},
    {"PartOfAWord", "within", "GET,POST", "OST", true, "OST"},
    {"EmptyValueIsWithin", "within", "GET", "", true},
    {"Macro", "within", "|.asa|.asax|", "|.asa|", true, "", true},
    {"MacroNoMatch", "within", "", "x", false, "", true},
    {"Always", "unconditionalMatch", "", "", true},
    {"AlwaysOnText", "unconditionalMatch", "", "abc", true},
    {"Never", "noMatch", "", "abc", false},
};

class StringOperatorsTest : public testing::TestWithParam<OperatorCase> {};
TEST_P(StringOperatorsTest, Decides) { CheckCase(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, StringOperatorsTest, testing::ValuesIn(kCases), CaseName);

TEST(EndsWith, SpanIsTheLastOccurrence) {
  const OperatorPtr op = MakeOperator("endsWith", "ab");
  const Evaluation run(*op, "abab");
  ASSERT_TRUE(run.matched);
  EXPECT_EQ(run.context.matched.data(), run.bytes.get() + 2);
}

// Every "a" is an occurrence with a letter on both sides.
TEST(ContainsWord, IsLinearInItsOccurrences) {
  const OperatorPtr op = MakeOperator("containsWord", "a");
  EXPECT_FALSE(Evaluation(*op, std::string(8 << 20, 'a')).matched);
}

// An argument with macros may be as long as a value, and both may repeat themselves.
TEST(ContainsOperator, TakesLinearTimeWhateverTheArgument) {
  const std::string value(512 << 10, 'a');
  const std::string wanted = std::string(256 << 10, 'a') + "b";
  const auto start = std::chrono::steady_clock::now();
  for (const std::string_view name : {"contains", "containsWord", "strmatch"}) {
    const OperatorPtr op = MakeOperator(name, "", true);
    EXPECT_FALSE(Evaluation(*op, value, wanted).matched) << name;
  }
  EXPECT_FALSE(Evaluation(*MakeOperator("within", "", true), wanted, value).matched);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

}  // namespace
}  // namespace rasp
