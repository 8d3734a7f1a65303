// SPDX-License-Identifier: Apache-2.0
#include "operator/operator_cases.h"

namespace rasp {
namespace {

constexpr OperatorCase kCases[] = {
    {"Match", "eq", "5", "5", true},
    {"NoMatch", "eq", "5", "6", false},
    {"LeadingZeros", "eq", "5", "005", true},
    {"TextBehind", "eq", "5", "5abc", true},
    {"SpaceBefore", "eq", "5", " \t5", true},
    {"NotANumberIsZero", "eq", "0", "abc", true},
    {"EmptyIsZero", "eq", "0", "", true},
    {"Plus", "eq", "5", "+5", true},
    {"Minus", "eq", "-5", "-5", true},
    {"SignAloneIsZero", "eq", "0", "-", true},
    {"TwoSignsAreZero", "eq", "0", "--5", true},
    {"NoHex", "eq", "0", "0x10", true},
    {"NoFraction", "eq", "1", "1.9", true},
    {"Macro", "eq", "7", "7", true, "", true},
    {"MacroNotANumberIsZero", "eq", "x", "0", true, "", true},
    {"MacroEmptyIsZero", "eq", "", "1", false, "", true},
    {"Above", "gt", "5", "6", true},
    {"Equal", "gt", "5", "5", false},
    {"Macro", "gt", "5", "6", true, "", true},
    {"Equal", "ge", "5", "5", true},
    {"Below", "ge", "5", "4", false},
    {"Macro", "ge", "5", "4", false, "", true},
    {"Below", "lt", "5", "4", true},
    {"Equal", "lt", "5", "5", false},
    {"NegativeIsBelow", "lt", "0", "-1", true},
    {"Macro", "lt", "5", "4", true, "", true},
    {"Equal", "le", "5", "5", true},
    {"Above", "le", "5", "6", false},
    {"Macro", "le", "5", "5", true, "", true},
    {"BeyondIntegersStaysLarge", "gt", "2147483647", "99999999999999999999999", true},
    {"BeyondIntegersStaysSmall", "lt", "0", "-99999999999999999999999", true},
    {"LargestFits", "eq", "9223372036854775807", "9223372036854775807", true},
    {"SmallestFits", "eq", "-9223372036854775808", "-9223372036854775808", true},
    {"BelowLargest", "lt", "9223372036854775807", "9223372036854775806", true},
};

class NumberOperatorsTest : public testing::TestWithParam<OperatorCase> {};
TEST_P(NumberOperatorsTest, Decides) { CheckCase(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, NumberOperatorsTest, testing::ValuesIn(kCases), CaseName);

constexpr OperatorError kErrors[] = {
    {"Word", "eq", "five", "\"five\" is not an integer"},
    {"Empty", "ge", "", "is not an integer"},
    {"TextBehind", "lt", "5x", "\"5x\" is not an integer"},
    {"SignAlone", "gt", "-", "is not an integer"},
};
class NumberErrorsTest : public testing::TestWithParam<OperatorError> {};
TEST_P(NumberErrorsTest, AreExplained) { CheckError(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, NumberErrorsTest, testing::ValuesIn(kErrors), ErrorName);

}  // namespace
}  // namespace rasp
