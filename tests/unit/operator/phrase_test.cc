// SPDX-License-Identifier: Apache-2.0
#include "operator/operator_cases.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

constexpr OperatorCase kCases[] = {
    {"Match", "pm", "curl wget", "x wget y", true, "wget"},
    {"NoMatch", "pm", "curl wget", "x get y", false},
    {"CaseDoesNotCount", "pm", "CURL wget", "x Curl y", true, "Curl"},
    {"EmptyValue", "pm", "curl", "", false},
    {"HexBytes", "pm", "a|0d 0A|b", "xa\r\nby", true, "a\r\nb"},
    {"HexSpaceStaysInThePhrase", "pm", "or|20|1", "or 1", true, "or 1"},
    {"HexSpaceDoesNotSplit", "pm", "or|20|1", "or1", false},
    {"HexNul", "pm", "|00|x", "a\0x"sv, true, "\0x"sv},
    {"UnclosedBarIsItself", "pm", "a|0d", "a|0D", true, "a|0D"},
    {"OddHexIsItself", "pm", "|0d0|", "\r", false},
    {"TwoBarsAreThemselves", "pm", "|| x|", "a||b", true, "||"},
    {"NoHexDigitIsItself", "pm", "|0x|", "|0x|", true, "|0x|"},
    {"HexBar", "pm", "a|7c|b", "a|b", true, "a|b"},
    {"ManyBlanks", "pm", "  a \t b  ", "zb", true, "b"},
    {"PartOfAWord", "pm", "elec", "SELECT", true, "ELEC"},
};

class PhraseOperatorsTest : public testing::TestWithParam<OperatorCase> {};
TEST_P(PhraseOperatorsTest, Decides) { CheckCase(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, PhraseOperatorsTest, testing::ValuesIn(kCases), CaseName);

TEST(Pm, CapturesThePhraseAsItStands) {
  const OperatorPtr op = MakeOperator("pm", "wget");
  const Evaluation run(*op, "a WGET b");
  ASSERT_EQ(run.context.capture_count, 1);
  EXPECT_EQ(run.context.captures[0], "WGET");
}

TEST(Pm, SaysWhenBarsAreNoHex) {
  EXPECT_EQ(MakeOperator("pm", "a|0d 0a|b c")->note(), "");
  EXPECT_NE(MakeOperator("pm", "a || b")->note().find("bar at offset 2"), std::string_view::npos);
}

constexpr OperatorError kErrors[] = {
    {"Empty", "pm", "  ", "no phrase"},
    {"Missing", "pmFromFile", "missing.data", "cannot read \"/nonexistent/missing.data\""},
    {"Url", "pmFromFile", "https://example.com/list", "cannot fetch \"https://example.com/list\""},
    {"Empty", "pmf", "", "needs the name of a file"},
};
class PhraseErrorsTest : public testing::TestWithParam<OperatorError> {};
TEST_P(PhraseErrorsTest, AreExplained) { CheckError(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, PhraseErrorsTest, testing::ValuesIn(kErrors), ErrorName);

}  // namespace
}  // namespace rasp
