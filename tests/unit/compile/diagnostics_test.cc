// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>

#include "compile/spec_builder.h"

namespace rasp {
namespace {

using D = DispositionSpec;
constexpr Phase kHead = Phase::kRequestHeaders;
constexpr Phase kBody = Phase::kRequestBody;

struct Case {
  std::string_view name;
  std::vector<RuleSpec> rules;
  std::string_view code;
  std::string_view text;  // occurs in the diagnostic's text
  DiagnosticSeverity severity = DiagnosticSeverity::kError;
};

RuleSpec One(const LinkText& link, Phase phase = kBody) {
  return MakeRule(7, phase, D::kPass, {link});
}

RuleSpec With(RuleSpec rule, const std::function<void(RuleSpec&)>& change) {
  change(rule);
  return rule;
}

RuleSpec Does(std::string_view action, Phase phase = kHead) {
  return One({"ARGS", "rx a", "", {action}}, phase);
}

std::vector<Case> Cases() {
  const RuleSpec fine = One({"ARGS", "rx a"});
  constexpr DiagnosticSeverity kWarning = DiagnosticSeverity::kWarning;
  return {
      {"UnknownOperator",
       {One({"ARGS", "contians x"})},
       "unknown-operator",
       "did you mean `contains`?"},
      {"UnknownOperatorFarFromAll",
       {One({"ARGS", "frobnicate x"})},
       "unknown-operator",
       "no operator `frobnicate`"},
      {"UnknownTransformation",
       {One({"ARGS", "rx a", "lowercse"})},
       "unknown-transformation",
       "did you mean `lowercase`?"},
      {"UnknownVariable",
       {One({"REQUEST_HEADER:Host", "rx a"})},
       "unknown-variable",
       "did you mean `REQUEST_HEADERS`?"},
      {"UnknownAction", {Does("setvars:tx.a=1")}, "unknown-action", "did you mean `setvar`?"},
      {"UnknownCtl", {Does("ctl:ruleEngin=Off")}, "unknown-ctl", "did you mean `ruleEngine`?"},
      {"UnknownMacro",
       {Does("setvar:tx.a=%{MATCHD_VAR}")},
       "unknown-macro",
       "did you mean `MATCHED_VAR`?"},
      {"MacroOfAScalarTakesNoKey",
       {Does("setvar:tx.a=%{REMOTE_ADDR.x}")},
       "unknown-macro",
       "takes no key"},
      {"UnclosedMacro", {Does("setvar:tx.a=%{TX.b")}, "bad-macro", "no closing brace"},
      {"BadRegex", {One({"ARGS", "rx (a"})}, "bad-regex", "rx"},
      {"BadSelectorRegex", {One({"ARGS:/(/", "rx a"})}, "bad-regex", "selector /(/"},
      {"MissingArgument", {One({"ARGS", "pm"})}, "missing-argument", "needs an argument"},
      {"MissingTarget", {One({"", "rx a"})}, "missing-target", "nothing to look at"},
      {"DuplicateId", {fine, fine}, "duplicate-id", "id 7 is taken by the rule at test.json"},
      {"CanarysIdIsTaken",
       {With(fine, [](RuleSpec& r) { r.id = 400001; })},
       "duplicate-id",
       "built-in"},
      {"MissingId", {With(fine, [](RuleSpec& r) { r.id = 0; })}, "missing-id", "1 or more"},
      {"EmptyRuleset", {}, "empty-ruleset", "no rule"},
      {"RuleWithoutCondition",
       {With(fine, [](RuleSpec& r) { r.links.clear(); })},
       "rule-without-condition",
       "7"},
      {"UnreachableTarget",
       {One({"REQUEST_BODY", "rx a"}, kHead)},
       "unreachable-target",
       "move the rule to that phase"},
      {"UnreachableTargetOfALink",
       {MakeRule(7, kBody, D::kPass, {{"ARGS", "rx a"}, {"RESPONSE_STATUS", "eq 500"}})},
       "unreachable-target",
       "response_headers"},
      {"ExclusionOfAnotherVariable",
       {One({"ARGS|!REQUEST_COOKIES:a", "rx a"})},
       "exclusion-without-effect",
       "does not look at REQUEST_COOKIES"},
      {"ExclusionOfAnotherName",
       {One({"ARGS:a|!ARGS:b", "rx a"})},
       "exclusion-without-effect",
       "no target"},
      {"SelectorOnAScalar",
       {One({"REQUEST_METHOD:a", "rx a"})},
       "selector-on-scalar",
       "single value"},
      {"BadXPath", {One({"XML:/a[", "rx a"})}, "bad-xpath", "not a well-formed XPath"},
      {"XPathWithUnknownPrefix", {One({"XML:/p:a", "rx a"})}, "bad-xpath", "xmlns"},
      {"BadSetvar", {Does("setvar:a=1")}, "bad-setvar", "tx.NAME=VALUE"},
      {"DeleteTakesNoValue", {Does("setvar:!tx.a=1")}, "bad-setvar", "!tx.NAME"},
      {"BadCtlValue", {Does("ctl:ruleEngine=Maybe")}, "bad-ctl", "DetectionOnly"},
      {"CtlOfAnUnknownRule", {Does("ctl:ruleRemoveById=99")}, "unknown-rule", "no rule 99"},
      {"CtlOfAnEmptyRange", {Does("ctl:ruleRemoveById=20-30")}, "unknown-rule", "from 20 to 30"},
      {"CtlOfABackwardRange",
       {Does("ctl:ruleRemoveById=30-20")},
       "unknown-rule",
       "ends before it begins"},
      {"CtlOfAnUnknownTag", {Does("ctl:ruleRemoveByTag=x")}, "unknown-rule", "tag `x`"},
      {"CtlTargetMissing", {Does("ctl:ruleRemoveTargetById=7")}, "bad-ctl", "names no target"},
      {"CtlTargetUnknown",
       {Does("ctl:ruleRemoveTargetById=7;ARGZ")},
       "bad-ctl",
       "did you mean `ARGS`?"},
      {"CtlTooLate",
       {Does("ctl:forceRequestBodyVariable=On", kBody)},
       "ctl-too-late",
       "request_headers"},
      {"TooManyTransformations",
       {With(fine,
             [](RuleSpec& r) {
               r.links[0].transforms.assign(40, {"lowercase", {}});
             })},
       "too-many-transformations",
       "32"},
      {"StatusOfABlock",
       {With(fine,
             [](RuleSpec& r) {
               r.disposition = D::kBlock;
               r.status = 200;
             })},
       "bad-status",
       "200"},
      {"RedirectWithoutAddress",
       {With(fine, [](RuleSpec& r) { r.disposition = D::kRedirect; })},
       "missing-redirect",
       "address"},
      {"RedirectToWhatAClientSends",
       {With(fine,
             [](RuleSpec& r) {
               r.disposition = D::kRedirect;
               r.redirect_to = "/%{ARGS.to}";
             })},
       "bad-redirect",
       "macro"},
      {"RedirectThatSplitsTheResponse",
       {With(fine,
             [](RuleSpec& r) {
               r.disposition = D::kRedirect;
               r.redirect_to = "/a\r\nX: y";
             })},
       "bad-redirect",
       "control character"},
      {"NegativeScore",
       {With(fine,
             [](RuleSpec& r) {
               r.disposition = D::kScore;
               r.score = -1;
             })},
       "negative-score",
       "0 or more"},
      {"ScoreThatNobodyAdds",
       {With(fine, [](RuleSpec& r) { r.score = 5; })},
       "score-without-effect",
       "only the action `score`",
       kWarning},
      {"ScoreOfZero",
       {With(fine,
             [](RuleSpec& r) {
               r.disposition = D::kScore;
               r.score = 0;
             })},
       "score-without-effect",
       "use the action `log`",
       kWarning},
      {"BlockInTheLoggingPhase",
       {With(fine,
             [](RuleSpec& r) {
               r.disposition = D::kBlock;
               r.phase = Phase::kLogging;
             })},
       "too-late-to-act",
       "after the response",
       kWarning},
      {"NamelessRule",
       {With(fine, [](RuleSpec& r) { r.name.clear(); })},
       "missing-name",
       "7",
       kWarning},
      {"CaptureOfManyValues",
       {MakeRule(7, kBody, D::kPass, {{"ARGS", "rx (a)", "", {}, true}, {"TX:1", "streq a"}})},
       "capture-of-last-match",
       "MATCHED_VARS",
       kWarning},
  };
}

class DiagnosticsTest : public testing::TestWithParam<Case> {};

TEST_P(DiagnosticsTest, SaysWhatIsWrongAndWhere) {
  const Case& c = GetParam();
  RulesetSpec spec;
  spec.name = "test";
  spec.file = "test.json";
  spec.rules = c.rules;
  uint32_t line = 10;
  for (RuleSpec& rule : spec.rules) {
    rule.where = {"test.json", line++, 3, ""};
    for (LinkSpec& link : rule.links) {
      link.where = link.condition.where = rule.where;
      for (TargetSpec& target : link.targets) target.where = rule.where;
      for (NameSpec& transform : link.transforms) transform.where = rule.where;
      for (ActionSpec& action : link.actions) action.where = rule.where;
    }
  }
  Diagnostics diagnostics;
  const auto rules = BuildRules({&spec, 1}, "", {}, diagnostics);
  ASSERT_EQ(diagnostics.size(), 1u)
      << (diagnostics.empty() ? "none" : FormatDiagnostic(diagnostics[1]));
  EXPECT_EQ(diagnostics[0].code, c.code) << FormatDiagnostic(diagnostics[0]);
  EXPECT_NE(diagnostics[0].text.find(c.text), std::string::npos)
      << FormatDiagnostic(diagnostics[0]);
  EXPECT_EQ(diagnostics[0].severity, c.severity);
  EXPECT_EQ(diagnostics[0].where.file, "test.json");
  EXPECT_EQ(diagnostics[0].where.line, c.rules.empty() ? 0u : line - 1);
  EXPECT_EQ(rules == nullptr, c.severity == DiagnosticSeverity::kError);
}

INSTANTIATE_TEST_SUITE_P(Compile, DiagnosticsTest, testing::ValuesIn(Cases()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Diagnostics, AreGatheredOverAllRules) {
  RulesetSpec spec;
  spec.rules = {One({"ARGZ", "rx a", "lowercse"}), One({"ARGS", "contians x"})};
  Diagnostics diagnostics;
  EXPECT_EQ(BuildRules({&spec, 1}, "", {}, diagnostics), nullptr);
  std::string codes;
  for (const Diagnostic& diagnostic : diagnostics) codes += diagnostic.code + " ";
  EXPECT_EQ(codes, "duplicate-id unknown-variable unknown-transformation unknown-operator ");
}

}  // namespace
}  // namespace rasp
