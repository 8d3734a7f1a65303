// SPDX-License-Identifier: Apache-2.0
#include "operator/operator_cases.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

constexpr OperatorCase kCases[] = {
    {"Tautology", "detectSQLi", "", "1' OR '1'='1", true},
    {"Union", "detectSQLi", "", "-1' UNION SELECT name FROM users", true},
    {"Prose", "detectSQLi", "", "please select a seat in the union hall", false},
    {"Number", "detectSQLi", "", "42", false},
    {"Empty", "detectSQLi", "", "", false},
    {"NulAlone", "detectSQLi", "", "\0"sv, false},
    {"Script", "detectXSS", "", "<script>alert(1)</script>", true},
    {"Handler", "detectXSS", "", "<img src=x onerror=alert(1)>", true},
    {"Prose", "detectXSS", "", "3 < 4 and 5 > 4", false},
    {"Empty", "detectXSS", "", "", false},
};

class DetectOperatorsTest : public testing::TestWithParam<OperatorCase> {};
TEST_P(DetectOperatorsTest, Decides) { CheckCase(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, DetectOperatorsTest, testing::ValuesIn(kCases), CaseName);

TEST(DetectSqli, CapturesItsFingerprint) {
  const OperatorPtr op = MakeOperator("detectSQLi", "");
  const Evaluation run(*op, "1' OR '1'='1");
  ASSERT_EQ(run.context.capture_count, 1);
  EXPECT_EQ(run.context.captures[0], "s&sos");
}

}  // namespace
}  // namespace rasp
