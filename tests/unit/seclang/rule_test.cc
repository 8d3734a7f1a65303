// SPDX-License-Identifier: Apache-2.0
// SecRule, SecAction, SecMarker, chains and operators.
#include "seclang/loaded.h"

namespace rasp {
namespace {

struct OperatorCase {
  const char* name;
  std::string_view text;
  std::string_view operator_name;
  std::string_view argument;
  bool negated;
};

class ReadsOperators : public testing::TestWithParam<OperatorCase> {};

TEST_P(ReadsOperators, WithOrWithoutAName) {
  const OperatorCase& row = GetParam();
  const RuleSpec rule = OneRule("SecRule ARGS \"" + std::string(row.text) + "\" \"id:1\"");
  ASSERT_FALSE(rule.links.empty());
  const ConditionSpec& condition = rule.links[0].condition;
  EXPECT_EQ(condition.kind, ConditionSpec::Kind::kOperator);
  EXPECT_EQ(condition.operator_name, row.operator_name);
  EXPECT_EQ(condition.argument, row.argument);
  EXPECT_EQ(condition.negated, row.negated);
}

constexpr OperatorCase kOperators[] = {
    {"Named", "@streq a b", "streq", "a b", false},
    {"NameIsKept", "@StrEq a", "StrEq", "a", false},
    {"Negated", "!@within a", "within", "a", true},
    {"NegatedWithBlanks", " ! @within a", "within", "a", true},
    {"Implicit", "^a$", "rx", "^a$", false},
    {"ImplicitNegated", "!^a$", "rx", "^a$", true},
    {"ImplicitWithAtInside", "a@rx", "rx", "a@rx", false},
    {"EscapedQuotes", R"(@rx \"a\"|\d)", "rx", R"("a"|\d)", false},
    {"WithoutArgument", "@detectSQLi", "detectSQLi", "", false},
    {"BlanksBeforeTheArgument", "@eq   1", "eq", "1", false},
    {"BlanksAfterTheArgumentStay", "@streq a ", "streq", "a ", false},
    {"Macro", "@ge %{tx.a}", "ge", "%{tx.a}", false},
    {"Negation", "@rx !a", "rx", "!a", false},
};

INSTANTIATE_TEST_SUITE_P(Rules, ReadsOperators, testing::ValuesIn(kOperators),
                         [](const auto& row) { return row.param.name; });

TEST(Rules, SayNothingOfWhatTheirAuthorsDoNot) {
  const RuleSpec rule = OneRule(RuleWith(""));
  EXPECT_EQ(rule.id, 1u);
  EXPECT_EQ(rule.phase, Phase::kRequestBody);
  EXPECT_EQ(rule.disposition, DispositionSpec::kPass);
  EXPECT_EQ(rule.score, 0);
  EXPECT_EQ(rule.status, 403);
  EXPECT_FALSE(rule.has_severity);
  EXPECT_TRUE(rule.logged);
  EXPECT_TRUE(rule.audited);
  EXPECT_EQ(rule.message, "");
  EXPECT_EQ(rule.name, "a.conf:1");
}

TEST(Rules, AreNamedByMessageTagOrPlace) {
  EXPECT_EQ(OneRule(RuleWith("msg:'x %{y}',tag:t")).name, "x %{y}");
  EXPECT_EQ(OneRule(RuleWith("tag:t,tag:u")).name, "t, a.conf:1");
}

TEST(Rules, SecActionMatchesAlways) {
  const RuleSpec rule = OneRule("SecAction \"id:7,phase:1,pass,nolog,setvar:tx.a=1\"");
  EXPECT_EQ(rule.id, 7u);
  ASSERT_EQ(rule.links.size(), 1u);
  EXPECT_TRUE(rule.links[0].targets.empty());
  EXPECT_EQ(rule.links[0].condition.operator_name, "unconditionalMatch");
  EXPECT_EQ(rule.links[0].actions.size(), 1u);
}

TEST(Rules, ChainsAreOneRule) {
  const Loaded loaded = LoadText(
      "SecRule ARGS a \"id:1,phase:1,deny,t:lowercase,chain,setvar:tx.a=1\"\n"
      "  SecRule TX:a b \"t:none,capture,chain\"\n"
      "# between\n"
      "  SecAction \"setvar:tx.b=1\"\n"
      "SecRule ARGS c id:2\n");
  EXPECT_EQ(loaded.Said(), "");
  ASSERT_EQ(loaded.spec.rules.size(), 2u);
  const RuleSpec& rule = loaded.spec.rules[0];
  EXPECT_EQ(rule.disposition, DispositionSpec::kBlock);
  ASSERT_EQ(rule.links.size(), 3u);
  EXPECT_EQ(rule.links[0].transforms.size(), 1u);
  EXPECT_FALSE(rule.links[0].capture);
  EXPECT_TRUE(rule.links[1].capture);
  EXPECT_EQ(rule.links[1].targets[0].variable, "TX");
  EXPECT_EQ(rule.links[2].actions[0].argument, "tx.b=1");
  EXPECT_EQ(loaded.spec.rules[1].links.size(), 1u);
}

TEST(Rules, AChainsLinkMayBeBare) {
  const RuleSpec rule = OneRule("SecRule ARGS a \"id:1,chain\"\nSecRule FILES b\n");
  EXPECT_EQ(rule.links.size(), 2u);
}

TEST(Rules, LogActionsInAChainMeanNothing) {
  const RuleSpec rule =
      OneRule("SecRule ARGS a \"id:1,log,chain\"\nSecRule FILES b \"nolog,noauditlog\"\n");
  EXPECT_TRUE(rule.logged);
  EXPECT_TRUE(rule.audited);
}

TEST(Rules, MarkersStandBetweenRules) {
  const Loaded loaded = LoadText(
      "SecMarker BEGIN\nSecRule ARGS a id:1\nSecMarker \"MIDDLE\"\nSecAction id:2\nSecMarker "
      "'END'\n");
  EXPECT_EQ(loaded.Said(), "");
  ASSERT_EQ(loaded.spec.markers.size(), 3u);
  EXPECT_EQ(loaded.spec.markers[0].name, "BEGIN");
  EXPECT_EQ(loaded.spec.markers[0].before, 0u);
  EXPECT_EQ(loaded.spec.markers[1].name, "MIDDLE");
  EXPECT_EQ(loaded.spec.markers[1].before, 1u);
  EXPECT_EQ(Place(loaded.spec.markers[1].where), "a.conf:3:12");
  EXPECT_EQ(loaded.spec.markers[2].before, 2u);
}

TEST(Rules, ARulesetIsNamedByItsFile) {
  const Loaded loaded = LoadText("", {}, false, "/etc/x/crs-setup.conf");
  EXPECT_EQ(loaded.spec.format, RulesetFormat::kSecLang);
  EXPECT_EQ(loaded.spec.name, "crs-setup");
  EXPECT_EQ(loaded.spec.file, "/etc/x/crs-setup.conf");
}

}  // namespace
}  // namespace rasp
