// SPDX-License-Identifier: Apache-2.0
#include "operator/operator_cases.h"

namespace rasp {
namespace {

// Numbers that issuers publish for tests.
constexpr std::string_view kCard = "\\b\\d{13,16}\\b";
constexpr std::string_view kSpacedCard = "\\d{4}[ -]?\\d{4}[ -]?\\d{4}[ -]?\\d{4}";

constexpr OperatorCase kCases[] = {
    {"Visa", "verifyCC", kCard, "card=4111111111111111;", true, "4111111111111111"},
    {"WrongCheckDigit", "verifyCC", kCard, "card=4111111111111112;", false},
    {"Spaced", "verifyCC", kSpacedCard, "5555 5555-5555 4444", true, "5555 5555-5555 4444"},
    {"InALongerRunOfDigits", "verifyCC", "\\d{16}", "994111111111111111", true, "4111111111111111"},
    {"BehindACandidateThatFails", "verifyCC", kCard, "1234567890123456 378282246310005", true,
     "378282246310005"},
    {"LengthIsThePatterns", "verifyCC", "\\d+", "18", true, "18"},
    {"LongerThanAnyCard", "verifyCC", "^\\d{40}$", "0000000000000000000000004111111111111111",
     true},
    {"NoDigits", "verifyCC", "[a-z]+", "abc", false},
    {"NulAndHighBytesAreNoDigits", "verifyCC", "4[^x]*1", "4111\xff\x31\x31\x31\x31-11111111",
     true},
    {"NoCandidate", "verifyCC", kCard, "no card here", false},
    {"Empty", "verifyCC", kCard, "", false},
    {"EmptyMatches", "verifyCC", "x*", "abc", false},
    {"Good", "verifyCPF", "\\d{3}\\.?\\d{3}\\.?\\d{3}-?\\d{2}", "cpf 529.982.247-25", true,
     "529.982.247-25"},
    {"WrongFirstCheck", "verifyCPF", "\\d{11}", "52998224735", false},
    {"WrongSecondCheck", "verifyCPF", "\\d{11}", "52998224726", false},
    {"ZeroCheckDigits", "verifyCPF", "\\d{11}", "11144477735", true, "11144477735"},
    {"OneDigitRepeated", "verifyCPF", "\\d{11}", "11111111111", false},
    {"Counting", "verifyCPF", "\\d{11}", "01234567890", false},
    {"TenDigits", "verifyCPF", "\\d{10}", "5299822472", false},
    {"DigitsBehindIt", "verifyCPF", "\\d{13}", "5299822472599", true},
    {"Good", "verifySSN", "\\d{3}-?\\d{2}-?\\d{4}", "ssn 536-90-4399", true, "536-90-4399"},
    {"AreaZero", "verifySSN", "\\d{9}", "000904399", false},
    {"Area666", "verifySSN", "\\d{9}", "666904399", false},
    {"Area900", "verifySSN", "\\d{9}", "900904399", false},
    {"GroupZero", "verifySSN", "\\d{9}", "536004399", false},
    {"SerialZero", "verifySSN", "\\d{9}", "536900000", false},
    {"Counting", "verifySSN", "\\d{9}", "123456789", false},
    {"CountingBeyondNine", "verifySSN", "\\d{9}", "234567890", true},
    {"TenDigits", "verifySSN", "\\d{10}", "5369043991", false},
    {"OneDigitRepeated", "verifySSN", "\\d{9}", "111111111", false},
    {"Good", "verifySVNR", "\\d{4} ?\\d{6}", "svnr 1237 010180", true, "1237 010180"},
    {"WrongCheckDigit", "verifySVNR", "\\d{10}", "1234010180", false},
    {"Counting", "verifySVNR", "\\d{10}", "1234567890", false},
    {"DigitsBehindIt", "verifySVNR", "\\d{12}", "123701018099", true},
    {"NineDigits", "verifySVNR", "\\d{9}", "123701018", false},
    {"RemainderTenIsNotGivenOut", "verifySVNR", "\\d{10}", "1000010104", false},
    {"LookBehind", "verifyCC", "(?<!id=)\\b\\d{16}\\b", "id=4111111111111111", false},
    {"LookBehindElsewhere", "verifyCC", "(?<!id=)\\b\\d{16}\\b", "no=4111111111111111", true},
};

class IdentityOperatorsTest : public testing::TestWithParam<OperatorCase> {};
TEST_P(IdentityOperatorsTest, Decides) { CheckCase(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, IdentityOperatorsTest, testing::ValuesIn(kCases), CaseName);

constexpr OperatorError kErrors[] = {
    {"BadPattern", "verifyCC", "(\\d", "( without ) at offset 0"},
    {"BadPattern", "verifyCPF", "(\\d", "( without ) at offset 0"},
};
class IdentityErrorsTest : public testing::TestWithParam<OperatorError> {};
TEST_P(IdentityErrorsTest, AreExplained) { CheckError(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, IdentityErrorsTest, testing::ValuesIn(kErrors), ErrorName);

TEST(VerifyCc, FindsANumberAtAnyOffsetOfALongText) {
  const OperatorPtr op = MakeOperator("verifyCC", kSpacedCard);
  for (size_t offset = 0; offset < 600; ++offset) {
    const Evaluation run(*op,
                         std::string(offset, '.') + "4111 1111 1111 1111" + std::string(300, '.'));
    ASSERT_TRUE(run.matched) << offset;
  }
}

// Each digit begins a candidate, and the pattern looks for a # that never comes.
TEST(VerifyCc, IsLinearWhateverThePattern) {
  const OperatorPtr op = MakeOperator("verifyCC", "\\d(?:.*#)?");
  EXPECT_FALSE(Evaluation(*op, std::string(1 << 18, '1')).matched);
}

}  // namespace
}  // namespace rasp
