// SPDX-License-Identifier: Apache-2.0
// Rules of TX alone are not run where it is known what they do; whoever reads verdicts and events
// must not be able to tell.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "eval/scenario.h"

namespace rasp {
namespace {

Ruleset Compile(std::string_view rules, bool prefilter) {
  RulesetCompiler compiler({.prefilter = prefilter});
  compiler.AddText("rules.conf", std::string(rules));
  Result<Ruleset, Diagnostics> ruleset = compiler.Compile();
  for (const Diagnostic& d : compiler.diagnostics())
    EXPECT_NE(d.severity, DiagnosticSeverity::kError) << FormatDiagnostic(d);
  if (!ruleset) throw std::runtime_error("the rules have errors");
  return *std::move(ruleset);
}

struct Case {
  std::string_view name;
  std::string_view rules;
  std::vector<std::string_view> exclusions;  // of a second location
  std::string_view last;                     // the story of ?a=1&b=2 at the end
};

// Of phase 2, behind what ?a= and ?b= put into TX; rule 99 tells what became of it. Rule 97 looks
// at the request, so that what stands before it is a run of its own.
constexpr std::string_view kBefore =
    "SecRule ARGS:a \"@rx ^(.)\" \"id:1,phase:2,nolog,pass,capture,setvar:tx.a=%{TX.1}\"\n"
    "SecRule ARGS:b \"@rx ^(.)\" \"id:2,phase:2,nolog,pass,capture,setvar:tx.b=%{TX.1}\"\n";
constexpr std::string_view kBehind =
    "SecRule REQUEST_METHOD \"@rx .\" \"id:97,phase:2,nolog,pass\"\n"
    "SecAction \"id:98,phase:2,nolog,pass,setvar:tx.end=a=%{tx.a} b=%{tx.b} c=%{tx.c}\"\n"
    "SecRule TX:end \"@unconditionalMatch\" \"id:99,phase:2,pass\"\n";

const Case kCases[] = {
    {"Sums",
     "SecRule TX:a \"@ge 1\" \"id:10,phase:2,nolog,pass,setvar:tx.c=+%{tx.a}\"\n"
     "SecRule TX:b \"@ge 1\" \"id:11,phase:2,nolog,pass,setvar:tx.c=+%{tx.b}\"\n"
     "SecRule TX:c \"@ge 3\" \"id:12,phase:2,nolog,pass,setvar:tx.C=-1\"\n",
     {},
     "pass: 99 TX:end=a=1 b=2 c=2"},
    {"ErasesAndSetsAgain",
     "SecRule TX:a \"@eq 1\" \"id:10,phase:2,nolog,pass,setvar:!tx.b\"\n"
     "SecRule &TX:b \"@eq 0\" \"id:11,phase:2,nolog,pass,setvar:tx.c=gone\"\n"
     "SecRule &TX:a \"@eq 1\" \"id:12,phase:2,nolog,pass,setvar:!tx.nothing\"\n",
     {},
     "pass: 99 TX:end=a=1 b= c=gone"},
    {"RefusesWithinThem",
     "SecAction \"id:10,phase:2,nolog,pass,setvar:tx.c=1\"\n"
     "SecAction \"id:11,phase:2,nolog,pass,setvar:tx.c=+%{tx.b}\"\n"
     "SecRule TX:c \"@ge 4\" \"id:12,phase:2,deny\"\n"
     "SecAction \"id:13,phase:2,nolog,pass,setvar:tx.c=+1\"\n",
     {},
     "pass: 99 TX:end=a=1 b=2 c=4"},
    {"TellsWithinThem",
     "SecAction \"id:10,phase:2,nolog,pass,setvar:tx.c=1\"\n"
     "SecRule TX:a \"@eq 1\" \"id:11,phase:2,pass\"\n"
     "SecAction \"id:12,phase:2,nolog,pass,setvar:tx.c=+1\"\n",
     {},
     "pass: 11 TX:a=1; 99 TX:end=a=1 b=2 c=2"},
    {"SkipsWithinAndBehind",
     "SecAction \"id:10,phase:2,nolog,pass,setvar:tx.c=1\"\n"
     "SecRule TX:a \"@eq 2\" \"id:11,phase:2,nolog,pass,skipAfter:NEAR\"\n"
     "SecAction \"id:12,phase:2,nolog,pass,setvar:tx.c=+10\"\n"
     "SecMarker NEAR\n"
     "SecAction \"id:13,phase:2,nolog,pass,setvar:tx.c=+100\"\n"
     "SecRule TX:a \"@eq 3\" \"id:14,phase:2,nolog,pass,skipAfter:FAR\"\n"
     "SecAction \"id:15,phase:2,nolog,pass,setvar:tx.c=+1000\"\n"
     "SecRule ARGS:b \"@rx 2\" \"id:16,phase:2,pass\"\n"
     "SecMarker FAR\n",
     {},
     "pass: 16 ARGS:b=2; 99 TX:end=a=1 b=2 c=1111"},
    {"AreLeftOutAtALocation",
     "SecAction \"id:10,phase:2,nolog,pass,setvar:tx.c=1\"\n"
     "SecAction \"id:11,phase:2,nolog,pass,setvar:tx.c=+10\"\n"
     "SecAction \"id:12,phase:2,nolog,pass,setvar:tx.c=+100\"\n",
     {"11"},
     "pass: 99 TX:end=a=1 b=2 c=111"},
    {"LoseATargetAtALocation",
     "SecRule TX:a \"@ge 1\" \"id:10,phase:2,nolog,pass,setvar:tx.c=+1\"\n"
     "SecRule TX:b \"@ge 1\" \"id:11,phase:2,nolog,pass,setvar:tx.c=+10\"\n"
     "SecRule TX:b \"@ge 2\" \"id:12,phase:2,nolog,pass,setvar:tx.c=+100\"\n",
     {"11 TX:b"},
     "pass: 99 TX:end=a=1 b=2 c=111"},
    {"AreRemovedByARule",
     "SecRule ARGS:a \"@streq 3\" \"id:9,phase:2,nolog,pass,ctl:ruleRemoveById=11\"\n"
     "SecAction \"id:10,phase:2,nolog,pass,setvar:tx.c=1\"\n"
     "SecAction \"id:11,phase:2,nolog,pass,setvar:tx.c=+10\"\n"
     "SecAction \"id:12,phase:2,nolog,pass,setvar:tx.c=+100\"\n",
     {},
     "pass: 99 TX:end=a=1 b=2 c=111"},
    {"LoseATargetByARule",
     "SecRule ARGS:a \"@streq 3\" \"id:9,phase:2,nolog,pass,ctl:ruleRemoveTargetById=11;TX:b\"\n"
     "SecAction \"id:10,phase:2,nolog,pass,setvar:tx.c=1\"\n"
     "SecRule TX:b \"@ge 1\" \"id:11,phase:2,nolog,pass,setvar:tx.c=+10\"\n"
     "SecAction \"id:12,phase:2,nolog,pass,setvar:tx.c=+100\"\n",
     {},
     "pass: 99 TX:end=a=1 b=2 c=111"},
    {"AreCutByOneThatLooksAtTheRequest",
     "SecAction \"id:10,phase:2,nolog,pass,setvar:tx.c=1\"\n"
     "SecAction \"id:11,phase:2,nolog,pass,setvar:tx.c=+10\"\n"
     "SecRule ARGS:b \"@streq 3\" \"id:12,phase:2,nolog,pass,setvar:tx.c=7\"\n"
     "SecAction \"id:13,phase:2,nolog,pass,setvar:tx.c=+100\"\n"
     "SecAction \"id:14,phase:2,nolog,pass,setvar:tx.c=+1000\"\n",
     {},
     "pass: 99 TX:end=a=1 b=2 c=1111"},
    {"SetDefaultsBehindARuleThatStandsApart",
     "SecRule REQUEST_HEADERS:Content-Type \"@contains xml\" "
     "\"id:20,phase:1,nolog,pass,ctl:requestBodyProcessor=XML\"\n"
     "SecAction \"id:21,phase:1,nolog,pass,setvar:tx.c=1\"\n"
     "SecRule TX:c \"@eq 1\" \"id:22,phase:1,nolog,pass,skipAfter:ON\"\n"
     "SecAction \"id:23,phase:1,nolog,pass,setvar:tx.c=2\"\n"
     "SecMarker ON\n"
     "SecAction \"id:24,phase:1,nolog,pass,setvar:tx.c=+10\"\n",
     {"21"},
     "pass: 99 TX:end=a=1 b=2 c=11"},
};

class TxRuns : public testing::TestWithParam<Case> {};

TEST_P(TxRuns, AreNotToldFromRulesThatAreRun) {
  const Case& row = GetParam();
  const std::string text = std::string(kBefore) + std::string(row.rules) + std::string(kBehind);
  const Ruleset planned = Compile(text, true);
  const Ruleset plain = Compile(text, false);
  OverlaySpec elsewhere = Blocking();
  for (const std::string_view exclusion : row.exclusions)
    elsewhere.exclusions.emplace_back(exclusion);
  constexpr std::string_view kTargets[] = {"/?a=1&b=2", "/?b=3", "/?a=3&b=3",
                                           "/?a=2&b=1", "/",     "/?a=1&b=2"};
  for (int round = 0; round < 4; ++round) {
    for (const std::string_view target : kTargets) {
      for (const OverlaySpec& location : {Blocking(), elsewhere}) {
        EXPECT_EQ(Play(planned, location, {"GET", target}).story,
                  Play(plain, location, {"GET", target}).story)
            << target << " in round " << round;
      }
    }
  }
  EXPECT_EQ(Play(planned, Blocking(), {"GET", "/?a=1&b=2"}).story, row.last);
}

INSTANTIATE_TEST_SUITE_P(Cases, TxRuns, testing::ValuesIn(kCases),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace rasp
