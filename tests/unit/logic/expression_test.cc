// SPDX-License-Identifier: Apache-2.0
#include "logic/expression.h"

#include <gtest/gtest.h>

#include <memory_resource>

#include "logic/session.h"
#include "logic_rules/expression_parser.h"

namespace rasp {
namespace {

// What the expression says of one request and its answer.
bool Holds(const Expression& expression) {
  static const CompiledLogic kModel;
  static const std::vector<bool> kActive;
  std::pmr::monotonic_buffer_resource memory;
  LogicSession session(kModel, kActive, true, nullptr, memory);
  RequestView request;
  request.method = "POST";
  const HeaderField headers[] = {{"X-Count", "12"}, {"X-Name", "Ann"}, {"X-Twelve", "12.0"}};
  request.headers = headers;
  session.in.request = &request;
  session.in.path = "/cart/7";
  session.in.status = 403;
  session.in.response_body = "no: 'Invalid password'";
  return expression.Holds(session);
}

struct Row {
  const char* name;
  const char* text;
  bool holds;
};
class ExpressionRow : public testing::TestWithParam<Row> {};

TEST_P(ExpressionRow, Holds) {
  const std::string_view text = GetParam().text;
  const std::vector<char> exact(text.begin(), text.end());
  const auto parsed = ExpressionParser::Parse({exact.data(), exact.size()});
  ASSERT_TRUE(parsed.ok()) << parsed.error().column << ": " << parsed.error().text;
  EXPECT_EQ(Holds(*parsed), GetParam().holds);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ExpressionRow,
    testing::Values(
        Row{"Present", "header.x-name", true}, Row{"Absent", "header.none", false},
        Row{"NotAbsent", "not header.none", true}, Row{"NotNot", "not not header.x-name", true},
        Row{"Equal", "resp.status == 403", true}, Row{"EqualText", "method == 'POST'", true},
        Row{"EqualWord", "method == POST", true},
        Row{"EqualAsNumber", "header.x-twelve == 12", true},
        Row{"TextIsNoNumber", "header.x-twelve == '12'", false},
        Row{"NotEqual", "resp.status != 200", true},
        Row{"NotEqualAbsent", "header.none != 1", true}, Row{"Less", "header.x-count < 13", true},
        Row{"LessNot", "header.x-count < 12", false},
        Row{"LessEqual", "header.x-count <= 12", true},
        Row{"Greater", "header.x-count > 11.5", true},
        Row{"GreaterEqual", "header.x-count >= 12", true},
        Row{"NoNumberHasNoOrder", "header.x-name < 5", false},
        Row{"AbsentHasNoOrder", "header.none < 5", false},
        Row{"Negative", "header.x-count > -1", true}, Row{"In", "resp.status in (401, 403)", true},
        Row{"InNot", "resp.status in (401)", false},
        Row{"NotIn", "resp.status not in (401, 404)", true},
        Row{"Matches", "resp.body ~ 'Invalid (user|password)'", true},
        Row{"MatchesNot", "resp.body !~ 'Invalid'", false},
        Row{"AbsentMatchesNot", "header.none !~ 'x'", true},
        Row{"EscapedQuote", R"(resp.body ~ '\'Inv')", true},
        Row{"EscapedClass", R"(resp.status ~ "^\d{3}$")", true},
        Row{"And", "header.x-name and header.none", false},
        Row{"Or", "header.none or header.x-name", true},
        Row{"AndBeforeOr", "header.x-name or header.none and header.none", true},
        Row{"AndBeforeOrTurned", "header.none and header.none or header.x-name", true},
        Row{"Parentheses", "(header.x-name or header.none) and header.none", false},
        Row{"NotBindsClosest", "not header.none and header.x-name", true},
        Row{"NotOfGroup", "not (header.x-name and header.x-count)", false},
        Row{"NestedGroups", "((header.none or (header.x-name)) and not (header.none))", true}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

struct Wrong {
  const char* name;
  const char* text;
  size_t column;
  const char* says;
};
class WrongExpression : public testing::TestWithParam<Wrong> {};

TEST_P(WrongExpression, SaysWhereAndWhat) {
  const auto parsed = ExpressionParser::Parse(GetParam().text);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().column, GetParam().column) << parsed.error().text;
  EXPECT_NE(parsed.error().text.find(GetParam().says), std::string::npos) << parsed.error().text;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WrongExpression,
    testing::Values(Wrong{"Empty", "", 1, "expected a place"},
                    Wrong{"Blank", "  ", 3, "expected a place"},
                    Wrong{"Half", "method and", 11, "expected a place"},
                    Wrong{"UnknownPlace", "respstatus == 1", 1, "did you mean"},
                    Wrong{"SingleEquals", "method = 'GET'", 8, "=="},
                    Wrong{"NoOperator", "method path", 8, "\"and\" or \"or\""},
                    Wrong{"OpenText", "method == 'GET", 11, "close the quote"},
                    Wrong{"OpenList", "method in (GET", 15, "\")\""},
                    Wrong{"NoList", "method in GET", 11, "\"(\""},
                    Wrong{"OpenGroup", "(method", 8, "nothing closes"},
                    Wrong{"CloseGroup", "method)", 7, "nothing opened"},
                    Wrong{"EmptyGroup", "()", 2, "expected a place"},
                    Wrong{"BadPattern", "path ~ '('", 8, "no regular expression"},
                    Wrong{"LookBehind", "path ~ '(?<=a)b'", 8, "linear"},
                    Wrong{"OrderOfText", "path < 'a'", 8, "number"},
                    Wrong{"NotWhat", "path not 5", 10, "\"in\""},
                    Wrong{"Sign", "path & 5", 6, "\"&\""},
                    Wrong{"BadNetwork", "ip/500", 1, "ip/8"}),
    [](const testing::TestParamInfo<Wrong>& row) { return row.param.name; });

TEST(ExpressionParser, BoundsNestingAndTests) {
  std::string deep(40, '(');
  deep += "path" + std::string(40, ')');
  EXPECT_FALSE(ExpressionParser::Parse(deep).ok());
  std::string nots;
  for (int i = 0; i < 100; ++i) nots += "not ";
  EXPECT_FALSE(ExpressionParser::Parse(nots + "path").ok());
  std::string many = "path";
  for (size_t i = 1; i < Expression::kMostTests; ++i) many += " or path";
  EXPECT_TRUE(ExpressionParser::Parse(many).ok());
  EXPECT_FALSE(ExpressionParser::Parse(many + " or path").ok());
}

TEST(Expression, KnowsItsStage) {
  EXPECT_EQ(ExpressionParser::Parse("path and method")->stage(), LogicStage::kRequestHeaders);
  EXPECT_EQ(ExpressionParser::Parse("body.a or path")->stage(), LogicStage::kRequestBody);
  EXPECT_EQ(ExpressionParser::Parse("resp.status > 1")->stage(), LogicStage::kResponseHeaders);
  EXPECT_EQ(ExpressionParser::Parse("resp.json:/a")->stage(), LogicStage::kResponseBody);
}

}  // namespace
}  // namespace rasp
