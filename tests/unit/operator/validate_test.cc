// SPDX-License-Identifier: Apache-2.0
#include "operator/operator_cases.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

constexpr OperatorCase kCases[] = {
    {"AllAllowed", "validateByteRange", "1-255", "abc\xff", false},
    {"NulIsOutside", "validateByteRange", "1-255", "ab\0c"sv, true, "\0"sv},
    {"ListAndRanges", "validateByteRange", "9,10,13,32-126", "a\tb\r\n~", false},
    {"FirstOffenderIsTheMatch", "validateByteRange", "32-126", "ab\x7f\x80", true, "\x7f"},
    {"BlanksInTheList", "validateByteRange", " 38, 44-46 ", "&,-.", false},
    {"SingleByte", "validateByteRange", "97", "aab", true, "b"},
    {"EmptyValue", "validateByteRange", "1-255", "", false},
    {"Zero", "validateByteRange", "0-255", "\0"sv, false},
    {"Good", "validateUrlEncoding", "", "a%20b%fF", false},
    {"NoEscape", "validateUrlEncoding", "", "abc", false},
    {"NotHex", "validateUrlEncoding", "", "a%2gb", true, "%2g"},
    {"CutShort", "validateUrlEncoding", "", "a%2", true, "%2"},
    {"PercentAtTheEnd", "validateUrlEncoding", "", "100%", true, "%"},
    {"PercentTwice", "validateUrlEncoding", "", "%%20", true, "%%2"},
    {"Empty", "validateUrlEncoding", "", "", false},
    {"Ascii", "validateUtf8Encoding", "", "abc\0"sv, false},
    {"TwoBytes", "validateUtf8Encoding", "", "\xc3\xa9", false},
    {"ThreeBytes", "validateUtf8Encoding", "", "\xe2\x82\xac", false},
    {"FourBytes", "validateUtf8Encoding", "", "\xf0\x9f\x98\x80", false},
    {"Largest", "validateUtf8Encoding", "", "\xf4\x8f\xbf\xbf", false},
    {"BeyondTheLargest", "validateUtf8Encoding", "", "\xf4\x90\x80\x80", true, "\xf4"},
    {"OverlongSlash", "validateUtf8Encoding", "", "a\xc0\xaf", true, "\xc0"},
    {"OverlongThree", "validateUtf8Encoding", "", "\xe0\x80\xaf", true, "\xe0"},
    {"OverlongFour", "validateUtf8Encoding", "", "\xf0\x80\x80\xaf", true, "\xf0"},
    {"Surrogate", "validateUtf8Encoding", "", "\xed\xa0\x80", true, "\xed"},
    {"LoneContinuation", "validateUtf8Encoding", "", "\x80", true, "\x80"},
    {"CutShort", "validateUtf8Encoding", "", "\xe2\x82", true, "\xe2"},
    {"BadSecond", "validateUtf8Encoding", "", "\xc3(", true, "\xc3"},
    {"BadThird", "validateUtf8Encoding", "", "\xe2\x82(", true, "\xe2"},
    {"Latin1", "validateUtf8Encoding", "", "caf\xe9", true, "\xe9"},
    {"FiveBytes", "validateUtf8Encoding", "", "\xf8\x88\x80\x80\x80", true, "\xf8"},
    {"Empty", "validateUtf8Encoding", "", "", false},
};

class ValidateOperatorsTest : public testing::TestWithParam<OperatorCase> {};
TEST_P(ValidateOperatorsTest, Decides) { CheckCase(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, ValidateOperatorsTest, testing::ValuesIn(kCases), CaseName);

constexpr OperatorError kErrors[] = {
    {"TooLarge", "validateByteRange", "1-256", "\"1-256\" is not a range of bytes"},
    {"Backwards", "validateByteRange", "9,20-10", "\"20-10\" is not a range of bytes"},
    {"Word", "validateByteRange", "a-z", "\"a-z\" is not a range of bytes"},
    {"HalfARange", "validateByteRange", "5-", "\"5-\" is not a range of bytes"},
    {"EmptyItem", "validateByteRange", "1,,2", "\"\" is not a range of bytes"},
    {"Empty", "validateByteRange", "", "allows no byte"},
};
class ValidateErrorsTest : public testing::TestWithParam<OperatorError> {};
TEST_P(ValidateErrorsTest, AreExplained) { CheckError(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, ValidateErrorsTest, testing::ValuesIn(kErrors), ErrorName);

}  // namespace
}  // namespace rasp
