// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "eval/scenario.h"
#include "rasp/ruleset.h"

// What SecLang's rules do to a transaction, from their text to the verdict.
namespace rasp {
namespace {

struct Case {
  std::string_view name;
  std::string_view rules;
  Exchange exchange;
  std::string_view story;
};

const Exchange kGet = {"GET", "/?a=1&b=2"};
const Exchange kForm = {
    "POST", "/p?a=1", {{"Content-Type", "application/x-www-form-urlencoded"}}, "b=2&a=3"};

std::vector<Case> DispositionCases() {
  return {
      {"DenyIs403", R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,deny")", kGet,
       "block 403 by 1: 1 ARGS:a=1"},
      {"DenyWithStatus", R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,deny,status:429")", kGet,
       "block 429 by 1: 1 ARGS:a=1"},
      {"BlockTakesThePhasesDefault",
       "SecDefaultAction \"phase:1,log,deny,status:406\"\n"
       R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,block")",
       kGet, "block 406 by 1: 1 ARGS:a=1"},
      {"BlockPassesWhereTheDefaultPasses",
       "SecDefaultAction \"phase:1,log,pass\"\n"
       R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,block")",
       kGet, "pass: 1 ARGS:a=1"},
      {"Pass", R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,pass")", kGet, "pass: 1 ARGS:a=1"},
      {"NologIsNotTold", R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,pass,nolog")", kGet, "pass"},
      {"NologStillDenies", R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,deny,nolog")", kGet,
       "block 403 by 1"},
      {"Drop", R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,drop")", kGet, "drop 0 by 1: 1 ARGS:a=1"},
      {"Redirect", R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,redirect:http://a.test/%{ARGS.b}")",
       kGet, "redirect 302 by 1: 1 ARGS:a=1"},
      {"AllowEndsTheTransaction",
       "SecAction \"id:1,phase:1,nolog,allow\"\n"
       R"(SecRule ARGS:a "@streq 1" "id:2,phase:2,deny")",
       kGet, "pass"},
      {"AllowPhaseEndsThePhase",
       "SecAction \"id:1,phase:1,nolog,allow:phase\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,deny\"\n"
       R"(SecRule ARGS:a "@streq 1" "id:3,phase:2,deny")",
       kGet, "block 403 by 3: 3 ARGS:a=1"},
      {"AllowRequestEndsTheRequest",
       "SecAction \"id:1,phase:1,nolog,allow:request\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,deny\"\n"
       R"(SecRule ARGS:a "@streq 1" "id:3,phase:2,deny")",
       kGet, "pass"},
      {"DetectionOnlyNeverBlocks",
       "SecRuleEngine DetectionOnly\n"
       R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,deny")",
       kGet, "would-block 403 by 1: 1 ARGS:a=1"},
      {"EngineOffRunsNothing",
       "SecRuleEngine Off\n"
       R"(SecRule ARGS:a "@streq 1" "id:1,phase:1,deny")",
       kGet, "pass"},
      {"CtlRaisesTheEngineToTheCeiling",
       "SecRuleEngine DetectionOnly\n"
       "SecAction \"id:1,phase:1,nolog,pass,ctl:ruleEngine=On\"\n"
       R"(SecRule ARGS:a "@streq 1" "id:2,phase:1,deny")",
       kGet, "block 403 by 2: 2 ARGS:a=1"},
  };
}

std::vector<Case> FlowCases() {
  return {
      {"SkipAfterGoesToTheMarker",
       "SecAction \"id:1,phase:1,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,deny\"\n"
       "SecMarker END\n"
       R"(SecRule ARGS:a "@streq 1" "id:3,phase:1,pass")",
       kGet, "pass: 3 ARGS:a=1"},
      {"SkipAfterIsOfItsPhaseAlone",
       "SecAction \"id:1,phase:1,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:2,pass\"\n"
       "SecMarker END\n",
       kGet, "pass: 2 ARGS:a=1"},
      {"SkipAfterAMarkerThatIsNotThereEndsThePhase",
       "SecMarker BEFORE\n"
       "SecAction \"id:1,phase:1,nolog,pass,skipAfter:BEFORE\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,deny\"\n"
       R"(SecRule ARGS:a "@streq 1" "id:3,phase:2,pass")",
       kGet, "pass: 3 ARGS:a=1"},
      {"SkipAfterARule",
       "SecAction \"id:1,phase:1,nolog,pass,skipAfter:2\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,deny\"\n"
       R"(SecRule ARGS:a "@streq 1" "id:3,phase:1,pass")",
       kGet, "pass: 3 ARGS:a=1"},
      {"SkipAfterTakesAMarkerBeforeARuleOfThatNumber",
       "SecAction \"id:1,phase:1,nolog,pass,skipAfter:2\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:4,phase:1,deny\"\n"
       "SecMarker 2\n"
       R"(SecRule ARGS:a "@streq 1" "id:2,phase:1,pass")",
       kGet, "pass: 2 ARGS:a=1"},
      {"SkipLeavesOutAsManyRules",
       "SecAction \"id:1,phase:1,nolog,pass,skip:2\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,deny\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:3,phase:1,deny,chain\"\nSecRule ARGS:b \"@streq 2\"\n"
       R"(SecRule ARGS:a "@streq 1" "id:4,phase:1,pass")",
       kGet, "pass: 4 ARGS:a=1"},
      {"AChainThatFailsSkipsNothing",
       "SecRule ARGS:a \"@streq 1\" \"id:1,phase:1,nolog,pass,skipAfter:END,chain\"\n"
       "SecRule ARGS:b \"@streq 9\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,pass\"\nSecMarker END\n",
       kGet, "pass: 2 ARGS:a=1"},
      {"ALinkSetsAsItMatchesAndTheChainDeniesAsAWhole",
       "SecRule ARGS:a \"@streq 1\" \"id:1,phase:1,deny,setvar:tx.first=1,chain\"\n"
       "SecRule ARGS:b \"@streq 9\" \"setvar:tx.second=1\"\n"
       "SecRule TX:first \"@eq 1\" \"id:2,phase:1,pass\"\n"
       R"(SecRule TX:second "@eq 1" "id:3,phase:1,pass")",
       kGet, "pass: 2 TX:first=1"},
      {"RemovedByIdAndRange",
       "SecRule ARGS:a \"@streq 1\" \"id:1,phase:1,pass\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,pass\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:3,phase:1,pass\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:4,phase:1,pass\"\n"
       "SecRuleRemoveById 1 3-4",
       kGet, "pass: 2 ARGS:a=1"},
      {"RemovedByTag",
       "SecRule ARGS:a \"@streq 1\" \"id:1,phase:1,pass,tag:attack-sqli\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,pass,tag:attack-xss\"\n"
       "SecRuleRemoveByTag attack-sq.i",
       kGet, "pass: 2 ARGS:a=1"},
      {"RemovedByMessage",
       "SecRule ARGS:a \"@streq 1\" \"id:1,phase:1,pass,msg:'One thing'\"\n"
       "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,pass,msg:'Another thing'\"\n"
       "SecRuleRemoveByMsg \"One thing\"",
       kGet, "pass: 2 ARGS:a=1"},
      {"TargetsUpdatedById",
       "SecRule ARGS \"@rx .\" \"id:1,phase:1,pass\"\n"
       "SecRuleUpdateTargetById 1 \"!ARGS:a\"",
       kGet, "pass: 1 ARGS:b=2"},
      {"TargetsUpdatedByTag",
       "SecRule ARGS:a \"@rx .\" \"id:1,phase:1,pass,tag:x\"\n"
       "SecRuleUpdateTargetByTag x \"ARGS:b\"",
       kGet, "pass: 1 ARGS:a=1; 1 ARGS:b=2"},
      {"TargetsReplaced",
       "SecRule ARGS:a \"@rx .\" \"id:1,phase:1,pass\"\n"
       "SecRuleUpdateTargetById 1 \"ARGS:b\" \"ARGS:a\"",
       kGet, "pass: 1 ARGS:b=2"},
      {"ActionsUpdated",
       "SecRule ARGS:a \"@rx .\" \"id:1,phase:1,pass,log\"\n"
       "SecRuleUpdateActionById 1 \"deny,status:418\"",
       kGet, "block 418 by 1: 1 ARGS:a=1"},
  };
}

std::vector<Case> CtlCases() {
  return {
      {"RemoveById",
       "SecAction \"id:1,phase:1,nolog,pass,ctl:ruleRemoveById=2-3\"\n"
       "SecRule ARGS:a \"@rx .\" \"id:2,phase:1,deny\"\nSecRule ARGS:a \"@rx .\" "
       "\"id:4,phase:1,pass\"",
       kGet, "pass: 4 ARGS:a=1"},
      {"RemoveByTag",
       "SecAction \"id:1,phase:1,nolog,pass,ctl:ruleRemoveByTag=attack\"\n"
       "SecRule ARGS:a \"@rx .\" \"id:2,phase:1,deny,tag:attack\"",
       kGet, "pass"},
      {"RemoveByMessage",
       "SecAction \"id:1,phase:1,nolog,pass,ctl:ruleRemoveByMsg=bad\"\n"
       "SecRule ARGS:a \"@rx .\" \"id:2,phase:1,deny,msg:'bad'\"",
       kGet, "pass"},
      {"RemoveTargetById",
       "SecAction \"id:1,phase:1,nolog,pass,ctl:ruleRemoveTargetById=2;ARGS:a\"\n"
       "SecRule ARGS \"@rx .\" \"id:2,phase:1,pass\"",
       kGet, "pass: 2 ARGS:b=2"},
      {"RemoveTargetByTagWithARegularExpression",
       "SecAction \"id:1,phase:1,nolog,pass,ctl:ruleRemoveTargetByTag=x;ARGS:/^[bc]$/\"\n"
       "SecRule ARGS \"@rx .\" \"id:2,phase:1,pass,tag:x\"",
       kGet, "pass: 2 ARGS:a=1"},
      {"RequestBodyAccessOff",
       "SecAction \"id:1,phase:1,nolog,pass,ctl:requestBodyAccess=Off\"\n"
       "SecRule ARGS \"@rx .\" \"id:2,phase:2,pass\"",
       kForm, "pass: 2 ARGS:a=1"},
      {"RequestBodyLimitRefuses",
       "SecAction \"id:1,phase:1,nolog,pass,ctl:requestBodyLimit=3\"\n"
       "SecRule ARGS:b \"@rx .\" \"id:2,phase:2,pass\"",
       kForm, "block 413 [request-body-limit]"},
      {"NameOfAnArraysKey",
       R"(SecRule ARGS_NAMES "@rx __in$" "id:2,phase:2,pass")",
       {"POST", "/", {{"Content-Type", "application/json"}}, R"({"id__in":[1,2]})"},
       "pass: 2 ARGS_NAMES:json.id__in=json.id__in"},
      {"RequestBodyProcessor",
       "SecAction \"id:1,phase:1,nolog,pass,ctl:requestBodyProcessor=JSON\"\n"
       "SecRule REQBODY_PROCESSOR \"@streq JSON\" \"id:2,phase:2,pass\"",
       kGet, "pass: 2 REQBODY_PROCESSOR=JSON"},
  };
}

std::vector<Case> SettingCases() {
  return {
      {"RequestBodyAccessOff",
       "SecRequestBodyAccess Off\nSecRule ARGS \"@rx .\" \"id:2,phase:2,pass\"", kForm,
       "pass: 2 ARGS:a=1"},
      {"RequestBodyLimitRejects",
       "SecRequestBodyLimit 3\nSecRule ARGS:b \"@rx .\" \"id:2,phase:2,pass\"", kForm,
       "block 413 [request-body-limit]"},
      {"RequestBodyLimitGoesOn",
       "SecRequestBodyLimit 3\nSecRequestBodyLimitAction ProcessPartial\n"
       "SecRule ARGS:b \"@rx .\" \"id:2,phase:2,pass\"",
       kForm, "pass: 2 ARGS:b=2"},
      {"NoFilesLimitIsABodyError",
       "SecRequestBodyNoFilesLimit 3\nSecRule REQBODY_ERROR \"!@eq 0\" \"id:2,phase:2,deny\"",
       kForm, "block 403 by 2: 2 REQBODY_ERROR=1"},
      {"ArgumentSeparator",
       "SecArgumentSeparator ;\nSecRule ARGS:x \"@streq 1&y=2\" \"id:2,phase:1,pass\"",
       {"GET", "/?x=1&y=2;z=3"},
       "pass: 2 ARGS:x=1&y=2"},
  };
}

class SecLangTest : public testing::TestWithParam<Case> {};

TEST_P(SecLangTest, TellsItsStory) {
  const Case& c = GetParam();
  RulesetCompiler compiler;
  compiler.AddText("rules.conf", std::string(c.rules));
  Result<Ruleset, Diagnostics> ruleset = compiler.Compile();
  for (const Diagnostic& d : compiler.diagnostics()) {
    EXPECT_NE(d.severity, DiagnosticSeverity::kError) << FormatDiagnostic(d);
  }
  ASSERT_TRUE(ruleset.ok());
  EXPECT_EQ(Play(*ruleset, Blocking(), c.exchange).story, c.story);
}

std::string NameOf(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.name);
}
INSTANTIATE_TEST_SUITE_P(Dispositions, SecLangTest, testing::ValuesIn(DispositionCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Flow, SecLangTest, testing::ValuesIn(FlowCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Ctl, SecLangTest, testing::ValuesIn(CtlCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Settings, SecLangTest, testing::ValuesIn(SettingCases()), NameOf);

}  // namespace
}  // namespace rasp
