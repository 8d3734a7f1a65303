// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "json_rules/ruleset_text.h"

namespace rasp {
namespace {

// (rx "a"), !(any (rx "a") (pm "b c")): a condition written down for comparison.
std::string Written(const ConditionSpec& condition) {
  std::string out = condition.negated ? "!(" : "(";
  switch (condition.kind) {
    case ConditionSpec::Kind::kOperator:
      return out + condition.operator_name + " \"" + condition.argument + "\")";
    case ConditionSpec::Kind::kAll:
      out += "all";
      break;
    case ConditionSpec::Kind::kAny:
      out += "any";
      break;
  }
  for (const ConditionSpec& child : condition.children) out += " " + Written(child);
  return out + ")";
}

struct Case {
  const char* name;
  std::string_view members;
  std::string_view want;
};

class ConditionTest : public testing::TestWithParam<Case> {};

constexpr Case kCases[] = {
    {"Text", R"("operator": {"rx": "a"})", R"((rx "a"))"},
    {"EmptyText", R"("operator": {"detectSQLi": ""})", R"((detectSQLi ""))"},
    {"True", R"("operator": {"detectSQLi": true})", R"((detectSQLi ""))"},
    {"Integer", R"("operator": {"gt": -3})", R"((gt "-3"))"},
    {"IntegerWithExponent", R"("operator": {"gt": 1e3})", R"((gt "1000"))"},
    {"Phrases", R"("operator": {"pm": ["a", "b"]})", R"((pm "a b"))"},
    {"PhraseWithSpace", R"("operator": {"pm": ["union select", "x"]})",
     R"((pm "union|20|select x"))"},
    {"PhraseWithBarAndControl", R"("operator": {"PM": ["a|b\n", "\u007f"]})",
     R"((PM "a|7c|b|0a| |7f|"))"},
    {"ListBySpaces", R"("operator": {"within": ["GET", "POST"]})", R"((within "GET POST"))"},
    {"ListByCommas", R"("operator": {"ipMatch": ["10.0.0.0/8", "::1"]})",
     R"((ipMatch "10.0.0.0/8,::1"))"},
    {"NegatedWithin", R"("operator": {"rx": "a", "not": true})", R"(!(rx "a"))"},
    {"NegatedAround", R"("operator": {"not": {"rx": "a"}})", R"(!(rx "a"))"},
    {"NegatedOnTheRule", R"("operator": {"rx": "a"}, "not": true)", R"(!(rx "a"))"},
    {"NotNegated", R"("operator": {"rx": "a"}, "not": false)", R"((rx "a"))"},
    {"NegatedTwice", R"("operator": {"not": {"rx": "a"}}, "not": true)", R"((rx "a"))"},
    {"NotInsteadOfOperator", R"("not": {"rx": "a"})", R"(!(rx "a"))"},
    {"Any", R"("any": [{"rx": "a"}, {"pm": "b c"}])", R"((any (rx "a") (pm "b c")))"},
    {"AllNegated", R"("all": [{"rx": "a"}], "not": true)", R"(!(all (rx "a")))"},
    {"Nested", R"("operator": {"any": [{"all": [{"rx": "a"}, {"not": {"rx": "b"}}]}, {"lt": 2}]})",
     R"((any (all (rx "a") !(rx "b")) (lt "2")))"},
};

TEST_P(ConditionTest, IsRead) {
  const Loaded loaded = Load(RuleText(GetParam().members));
  ASSERT_TRUE(loaded.diagnostics.empty()) << loaded.Listing();
  EXPECT_EQ(Written(loaded.spec.rules.at(0).links.at(0).condition), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(All, ConditionTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

TEST(Condition, KnowsWhereItStands) {
  const Loaded loaded = Load(RuleText(R"("any": [{"rx": "a"},
  {"rx": "b"}])"));
  const ConditionSpec& condition = loaded.spec.rules.at(0).links.at(0).condition;
  EXPECT_EQ(condition.where.pointer, "/rules/0/any");
  EXPECT_EQ(condition.children.at(1).where.pointer, "/rules/0/any/1/rx");
  EXPECT_EQ(condition.children.at(1).where.line, 4u);
  EXPECT_EQ(condition.children.at(1).where.column, 10u);
}

}  // namespace
}  // namespace rasp
