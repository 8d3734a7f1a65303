// SPDX-License-Identifier: Apache-2.0
// What is found does not depend on how it is found: rules that the plan leaves out, answers that
// are remembered, gates and the prologue change no verdict, no match and no score.
#include <gtest/gtest.h>

#include <string>

#include "eval/scenario.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

Ruleset Compile(std::string_view rules, bool prefilter) {
  RulesetCompiler compiler({.prefilter = prefilter});
  compiler.AddText("rules.conf", std::string(rules));
  Result<Ruleset, Diagnostics> ruleset = compiler.Compile();
  for (const Diagnostic& d : compiler.diagnostics())
    EXPECT_NE(d.severity, DiagnosticSeverity::kError) << FormatDiagnostic(d);
  if (!ruleset) throw std::runtime_error("the rules have errors");
  return *std::move(ruleset);
}

std::string StoryOf(const Outcome& outcome) {
  std::string story = outcome.story + " in " + std::to_string(static_cast<int>(outcome.phase));
  for (const std::string& message : outcome.messages) story += " | " + message;
  return story;
}

struct Case {
  std::string_view name;
  std::string_view rules;
  std::vector<Exchange> exchanges;
  std::string_view story;  // of the first exchange
  std::vector<std::string> exclusions = {};
};

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

Exchange Form(std::string_view body, std::string_view target = "/") {
  return {"POST", target, {{"Content-Type", kFormType}}, body};
}
Exchange Get(std::string_view target) { return {"GET", target}; }

// --- Rules that skip others by what TX holds

std::vector<Case> GateCases() {
  return {
      {"LevelTooLowSkips",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.level=1\"\n"
       "SecRule TX:level \"@lt 2\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,deny\"\nSecMarker END\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,pass\"",
       {Get("/?a=evil"), Get("/?a=good")},
       "pass: 4 ARGS:a=evil"},
      {"LevelHighEnoughDoesNotSkip",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.level=2\"\n"
       "SecRule TX:level \"@lt 2\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil"), Get("/?a=good")},
       "block 403 by 3: 3 ARGS:a=evil"},
      {"NegatedAndUnset",
       "SecRule TX:nothing \"!@eq 1\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil")},
       "block 403 by 3: 3 ARGS:a=evil"},
      {"Negated",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.level=2\"\n"
       "SecRule TX:level \"!@eq 1\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,deny\"\nSecMarker END\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,pass\"",
       {Get("/?a=evil")},
       "pass: 4 ARGS:a=evil"},
      {"CountOfWhatIsUnset",
       "SecRule &TX:level \"@eq 0\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,deny\"\nSecMarker END\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,pass\"",
       {Get("/?a=evil")},
       "pass: 4 ARGS:a=evil"},
      {"NegatedCount",
       "SecRule ARGS:set \"@streq 1\" \"id:1,phase:1,nolog,pass,setvar:tx.level=7\"\n"
       "SecRule &TX:level \"!@eq 0\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,deny\"\nSecMarker END\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,pass\"",
       {Get("/?a=evil&set=1"), Get("/?a=evil")},
       "pass: 4 ARGS:a=evil"},
      {"ValuesThatAreNoNumbers",
       "SecRule ARGS:n \"@rx .\" \"id:1,phase:1,nolog,pass,setvar:tx.n=%{MATCHED_VAR}\"\n"
       "SecRule TX:n \"@eq 5\" \"id:2,phase:2,nolog,pass,skipAfter:FIVE\"\n"
       "SecRule ARGS:a \"@rx evil\" \"id:3,phase:2,pass\"\nSecMarker FIVE\n"
       "SecRule TX:n \"@lt 0\" \"id:4,phase:2,nolog,pass,skipAfter:NEGATIVE\"\n"
       "SecRule ARGS:a \"@rx evil\" \"id:5,phase:2,pass\"\nSecMarker NEGATIVE\n"
       "SecRule TX:n \"@ge 1\" \"id:6,phase:2,nolog,pass,skipAfter:POSITIVE\"\n"
       "SecRule ARGS:a \"@rx evil\" \"id:7,phase:2,pass\"\nSecMarker POSITIVE",
       {Get("/?a=evil&n=5"), Get("/?a=evil&n=x"), Get("/?a=evil&n=+5"), Get("/?a=evil&n=5x"),
        Get("/?a=evil&n=-1"), Get("/?a=evil&n=99999999999999999999"),
        Get("/?a=evil&n=-99999999999999999999"), Get("/?a=evil&n=%0a5"), Get("/?a=evil&n=0x5"),
        Get("/?a=evil&n=%2b5"), Get("/?a=evil")},
       "pass: 5 ARGS:a=evil"},
      {"OpenedByARuleOfThePhase",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.level=1\"\n"
       "SecRule ARGS:open \"@streq 1\" \"id:2,phase:2,nolog,pass,setvar:tx.level=+1\"\n"
       "SecRule TX:level \"@lt 2\" \"id:3,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil&open=1"), Get("/?a=evil"), Get("/?a=good&open=1")},
       "block 403 by 4: 4 ARGS:a=evil"},
      {"ClosedByARuleOfThePhase",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.level=2\"\n"
       "SecRule ARGS:close \"@streq 1\" \"id:2,phase:2,nolog,pass,setvar:tx.level=-1\"\n"
       "SecRule TX:level \"@lt 2\" \"id:3,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,deny\"\nSecMarker END\n"
       "SecRule ARGS \"@rx evil\" \"id:5,phase:2,pass\"",
       {Get("/?a=evil&close=1"), Get("/?a=evil")},
       "pass: 5 ARGS:a=evil"},
      {"OpenedByAMacrosName",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.level=1\"\n"
       "SecRule ARGS:open \"@rx ^[a-z]+$\" "
       "\"id:2,phase:2,nolog,pass,setvar:tx.%{MATCHED_VAR}=2\"\n"
       "SecRule TX:level \"@lt 2\" \"id:3,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS:a \"@rx evil\" \"id:4,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil&open=level"), Get("/?a=evil&open=other"), Get("/?a=evil")},
       "block 403 by 4: 4 ARGS:a=evil"},
      {"OpenedByDeletion",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.closed=1\"\n"
       "SecRule ARGS:open \"@streq 1\" \"id:2,phase:2,nolog,pass,setvar:!tx.Closed\"\n"
       "SecRule &TX:closed \"@gt 0\" \"id:3,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil&open=1"), Get("/?a=evil")},
       "block 403 by 4: 4 ARGS:a=evil"},
      {"OpenedByASecondLink",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.level=1\"\n"
       "SecRule ARGS:a \"@rx .\" \"id:2,phase:2,nolog,pass,chain\"\n"
       "SecRule ARGS:open \"@streq 1\" \"setvar:tx.level=2\"\n"
       "SecRule TX:level \"@lt 2\" \"id:3,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil&open=1"), Get("/?a=evil")},
       "block 403 by 4: 4 ARGS:a=evil"},
      {"JumpIntoWhatAGateSkips",
       "SecRule ARGS:jump \"@streq 1\" \"id:1,phase:2,nolog,pass,skipAfter:MIDDLE\"\n"
       "SecRule &TX:nothing \"@eq 0\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,pass\"\nSecMarker MIDDLE\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil&jump=1"), Get("/?a=evil"), Get("/?a=good&jump=1")},
       "block 403 by 4: 4 ARGS:a=evil"},
      {"SkipOverAGate",
       "SecRule ARGS:jump \"@streq 1\" \"id:1,phase:2,nolog,pass,skip:1\"\n"
       "SecRule &TX:nothing \"@eq 0\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil&jump=1"), Get("/?a=evil"), Get("/?a=good&jump=1")},
       "block 403 by 4: 4 ARGS:a=evil"},
      {"GatesWithinGates",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=1,setvar:tx.b=2\"\n"
       "SecRule TX:a \"@eq 2\" \"id:2,phase:2,nolog,pass,skipAfter:OUTER\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,pass\"\n"
       "SecRule TX:b \"@eq 2\" \"id:4,phase:2,nolog,pass,skipAfter:INNER\"\n"
       "SecRule ARGS \"@rx evil\" \"id:5,phase:2,pass\"\nSecMarker INNER\n"
       "SecRule ARGS \"@rx evil\" \"id:6,phase:2,pass,setvar:tx.b=1\"\nSecMarker OUTER\n"
       "SecRule TX:b \"@eq 2\" \"id:7,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:8,phase:2,pass\"\nSecMarker END",
       {Get("/?a=evil"), Get("/?a=good")},
       "pass: 3 ARGS:a=evil; 6 ARGS:a=evil; 8 ARGS:a=evil"},
      {"GateRemovedInItsPhase",
       "SecRule ARGS:open \"@streq 1\" \"id:1,phase:2,nolog,pass,ctl:ruleRemoveById=2\"\n"
       "SecRule &TX:nothing \"@eq 0\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil&open=1"), Get("/?a=evil")},
       "block 403 by 3: 3 ARGS:a=evil"},
      {"GateExcludedAtTheLocation",
       "SecRule &TX:nothing \"@eq 0\" \"id:2,phase:2,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,deny\"\nSecMarker END",
       {Get("/?a=evil")},
       "block 403 by 3: 3 ARGS:a=evil",
       {"2"}},
  };
}

// --- Actions within the phase

std::vector<Case> ActionCases() {
  return {
      {"RuleRemoved",
       "SecRule ARGS:a \"@rx evil\" \"id:1,phase:2,nolog,pass,ctl:ruleRemoveById=2\"\n"
       "SecRule ARGS \"@rx evil\" \"id:2,phase:2,deny\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,pass\"",
       {Get("/?a=evil"), Get("/?b=evil")},
       "pass: 3 ARGS:a=evil"},
      {"TargetRemoved",
       "SecRule ARGS:a \"@rx evil\" \"id:1,phase:2,nolog,pass,ctl:ruleRemoveTargetById=2;ARGS:a\"\n"
       "SecRule ARGS \"@rx evil\" \"id:2,phase:2,pass\"",
       {Get("/?a=evil&b=evil"), Get("/?a=evil"), Get("/?b=evil")},
       "pass: 2 ARGS:b=evil"},
      {"TargetRemovedByRegex",
       "SecRule ARGS:a \"@rx evil\" "
       "\"id:1,phase:2,nolog,pass,ctl:ruleRemoveTargetById=2;ARGS:/^a/\"\n"
       "SecRule ARGS \"@rx evil\" \"id:2,phase:2,pass\"",
       {Get("/?a=evil&ab=evil&b=evil"), Get("/?b=evil")},
       "pass: 2 ARGS:b=evil"},
      {"BodyForced",
       "SecRule REQUEST_METHOD \"@streq POST\" "
       "\"id:1,phase:1,nolog,pass,ctl:forceRequestBodyVariable=On\"\n"
       "SecRule REQUEST_BODY \"@rx evil\" \"id:2,phase:2,pass\"",
       {{"POST", "/", {{"Content-Type", "text/plain"}}, "so evil"},
        {"PUT", "/", {{"Content-Type", "text/plain"}}, "so evil"}},
       "pass: 2 REQUEST_BODY=so evil"},
      {"BodyForcedInTheBodysPhase",
       "SecAction \"id:1,phase:2,nolog,pass,ctl:forceRequestBodyVariable=On\"\n"
       "SecRule REQUEST_BODY|ARGS \"@rx evil\" \"id:2,phase:2,pass\"",
       {Form("a=evil"), {"POST", "/", {{"Content-Type", "text/plain"}}, "so evil"}},
       "pass: 2 REQUEST_BODY=a=evil; 2 ARGS:a=evil"},
      {"ProcessorChosen",
       "SecRule ARGS:json \"@streq 1\" \"id:1,phase:1,nolog,pass,ctl:requestBodyProcessor=JSON\"\n"
       "SecRule ARGS|REQBODY_PROCESSOR \"@rx evil|JSON\" \"id:2,phase:2,pass\"",
       {{"POST", "/?json=1", {{"Content-Type", "text/plain"}}, "{\"a\":\"evil\"}"},
        {"POST", "/", {{"Content-Type", "text/plain"}}, "{\"a\":\"evil\"}"}},
       "pass: 2 ARGS:json.a=evil; 2 REQBODY_PROCESSOR=JSON"},
      {"ProcessorChosenInTheBodysPhase",
       "SecAction \"id:1,phase:2,nolog,pass,ctl:requestBodyProcessor=XML\"\n"
       "SecRule REQBODY_PROCESSOR \"@rx XML|URL\" \"id:2,phase:2,pass\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:2,pass\"",
       {Form("a=evil")},
       ""},
      {"EngineLowered",
       "SecRule ARGS:a \"@rx evil\" \"id:1,phase:2,nolog,pass,ctl:ruleEngine=DetectionOnly\"\n"
       "SecRule ARGS \"@rx evil\" \"id:2,phase:2,deny\"",
       {Get("/?a=evil"), Get("/?b=evil")},
       "would-block 403 by 2: 2 ARGS:a=evil"},
      {"CollectionSetByAnArgument",
       "SecRule ARGS:a \"@rx ^.\" \"id:1,phase:1,nolog,pass,setenv:seen=%{MATCHED_VAR}\"\n"
       "SecRule ENV:seen \"@rx evil\" \"id:2,phase:1,pass\"",
       {Get("/?a=evil"), Get("/?a=good")},
       "pass: 2 ENV:seen=evil"},
      {"MatchesBeforeAndBehindAScore",
       "SecRule ARGS \"@rx evil\" \"id:1,phase:2,pass,setvar:tx.score=+5\"\n"
       "SecRule ARGS \"@rx worse\" \"id:2,phase:2,pass,setvar:tx.score=+5\"\n"
       "SecRule TX:score \"@ge %{tx.limit}\" \"id:4,phase:2,deny\"\n"
       "SecAction \"id:3,phase:1,nolog,pass,setvar:tx.limit=10\"",
       {Get("/?a=evil&b=worse"), Get("/?a=evil"), Get("/?a=good")},
       "block 403 by 4: 1 ARGS:a=evil; 2 ARGS:b=worse; 4 TX:score=10"},
  };
}

// --- Which values a rule looks at

std::vector<Case> TargetCases() {
  return {
      {"Exclusion",
       "SecRule ARGS|!ARGS:x \"@rx evil\" \"id:1,phase:1,pass\"",
       {Get("/?x=evil&y=evil"), Get("/?x=evil"), Get("/?X=evil"), Get("/?y=evil")},
       "pass: 1 ARGS:y=evil"},
      {"ExclusionByRegex",
       "SecRule ARGS|!ARGS:/^x/ \"@rx evil\" \"id:1,phase:1,pass\"",
       {Get("/?xa=evil&y=evil"), Get("/?Xa=evil"), Get("/?yx=evil"), Get("/?y%0ax=evil")},
       "pass: 1 ARGS:y=evil"},
      {"ExclusionAtTheLocation",
       "SecRule ARGS \"@rx evil\" \"id:1,phase:1,pass\"",
       {Get("/?x=evil&y=evil"), Get("/?x=evil"), Get("/?y=evil")},
       "pass: 1 ARGS:y=evil",
       {"1 ARGS:x"}},
      {"NameInAnotherCase",
       "SecRule ARGS:Name|REQUEST_HEADERS:x-NAME \"@rx evil\" \"id:1,phase:1,pass\"",
       {{"GET", "/?nAME=evil", {{"X-Name", "evil"}}}, Get("/?names=evil"), Get("/?name=evil")},
       "pass: 1 ARGS:nAME=evil; 1 REQUEST_HEADERS:X-Name=evil"},
      {"NameAndAllOfThem",
       "SecRule ARGS:a \"@rx evil\" \"id:1,phase:1,pass\"\n"
       "SecRule ARGS \"@rx evil\" \"id:2,phase:1,pass\"\n"
       "SecRule ARGS:/^a$/ \"@rx evil\" \"id:3,phase:1,pass\"",
       {Get("/?a=evil&b=evil"), Get("/?b=evil"), Get("/?A=evil")},
       "pass: 1 ARGS:a=evil; 2 ARGS:a=evil; 2 ARGS:b=evil; 3 ARGS:a=evil"},
      {"RegexPrefix",
       "SecRule ARGS:/^ab/ \"@rx evil\" \"id:1,phase:1,pass\"",
       {Get("/?abc=evil"), Get("/?aBc=evil"), Get("/?xab=evil"), Get("/?x%0aab=evil"),
        Get("/?a=evil")},
       "pass: 1 ARGS:abc=evil"},
      {"RegexOfNames",
       "SecRule ARGS:/^(?:x|y)[0-9]$/ \"@rx evil\" \"id:1,phase:1,pass\"",
       {Get("/?x1=evil&y2=evil&z3=evil"), Get("/?x10=evil"), Get("/?x1%0a=evil")},
       "pass: 1 ARGS:x1=evil; 1 ARGS:y2=evil"},
      {"NegatedSingleValue",
       "SecRule REQUEST_METHOD \"!@within GET POST\" \"id:1,phase:1,deny,status:405\"",
       {{"TRACE", "/"}, {"GET", "/"}, {"POST", "/"}},
       "block 405 by 1: 1 REQUEST_METHOD=TRACE"},
      {"NegatedSingleValueWithCapture",
       "SecRule REQUEST_METHOD \"!@rx ^(G)ET$\" \"id:1,phase:1,pass,capture,msg:'%{TX.1}'\"",
       {{"TRACE", "/"}, {"GET", "/"}},
       "pass: 1 REQUEST_METHOD=TRACE"},
      {"NegatedOfTwoSingleValues",
       "SecRule REQUEST_METHOD|REQUEST_PROTOCOL \"!@rx ^GET$|^HTTP\" \"id:1,phase:1,pass\"",
       {{"PUT", "/"}, {"GET", "/"}},
       "pass: 1 REQUEST_METHOD=PUT"},
      {"NegatedCollectionWithExclusion",
       "SecRule ARGS|!ARGS:free \"!@rx ^[0-9]+$\" \"id:1,phase:1,pass\"",
       {Get("/?a=1&b=x&free=y"), Get("/?a=1&free=y"), Get("/"), Get("/?a=")},
       "pass: 1 ARGS:b=x"},
      {"NegatedSingleValueRemoved",
       "SecAction \"id:1,phase:1,nolog,pass,ctl:ruleRemoveTargetById=2;REQUEST_METHOD\"\n"
       "SecRule REQUEST_METHOD \"!@streq GET\" \"id:2,phase:1,pass\"\n"
       "SecRule REQUEST_METHOD \"!@streq GET\" \"id:3,phase:1,pass\"",
       {{"PUT", "/"}, {"GET", "/"}},
       "pass: 3 REQUEST_METHOD=PUT"},
      {"CountsOfValues",
       "SecRule &ARGS \"@gt 1\" \"id:1,phase:1,pass\"\n"
       "SecRule &ARGS:a \"@eq 2\" \"id:2,phase:1,pass\"\n"
       "SecRule &REQUEST_HEADERS:Host \"@eq 0\" \"id:3,phase:1,pass\"",
       {Get("/?a=1&a=2"), Get("/?a=1"), {"GET", "/", {{"Host", "x"}}}},
       "pass: 1 &ARGS=2; 2 &ARGS:a=2; 3 &REQUEST_HEADERS:Host=0"},
      {"ValueInSeveralVariables",
       "SecRule REQUEST_URI|ARGS|QUERY_STRING|REQUEST_LINE \"@rx evil\" \"id:1,phase:1,pass\"\n"
       "SecRule REQUEST_HEADERS|ARGS|REQUEST_COOKIES \"@streq evil\" \"id:2,phase:1,pass\"",
       {{"GET", "/?a=evil", {{"X-A", "evil"}, {"Cookie", "c=evil"}}}, Get("/evil")},
       ""},
      {"BytesOfAllKinds",
       "SecRule ARGS \"@rx \\x00\" \"id:1,phase:1,pass\"\n"
       "SecRule ARGS \"@contains \xff\" \"id:2,phase:1,pass\"\n"
       "SecRule ARGS \"@rx ^a.b$\" \"id:3,phase:1,pass\"\n"
       "SecRule ARGS \"@validateByteRange 32-126\" \"id:4,phase:1,pass\"\n"
       "SecRule ARGS \"@rx \\xc3[\\x80-\\xbf]\" \"id:5,phase:1,pass\"",
       {Get("/?a=a%00b"), Get("/?a=%ff"), Get("/?a=a%c3%a4b"), Get("/?a=a%7fb"), Get("/?a=a%0ab"),
        Get("/?a=%00"), Get("/?a="), Get("/?a=plain"), Get("/?a=a%80b")},
       ""},
      {"EmptyValues",
       "SecRule ARGS \"@rx ^$\" \"id:1,phase:1,pass\"\n"
       "SecRule ARGS \"@streq 0\" \"id:2,phase:1,pass,t:length\"\n"
       "SecRule ARGS \"@rx ^d41d8cd9\" \"id:3,phase:1,pass,t:md5,t:hexEncode\"\n"
       "SecRule ARGS \"@streq da39a3ee5e6b4b0d3255bfef95601890afd80709\" "
       "\"id:4,phase:1,pass,t:sha1,t:hexEncode\"\n"
       "SecRule ARGS \"!@rx .\" \"id:5,phase:1,pass\"",
       {Get("/?a="), Get("/?a=0"), Get("/?a"), Get("/")},
       "pass: 1 ARGS:a=; 2 ARGS:a=0; 3 ARGS:a=d41d8cd98f00b204e9800998ecf8427e; "
       "4 ARGS:a=da39a3ee5e6b4b0d3255bfef95601890afd80709; 5 ARGS:a="},
      {"MultiMatch",
       "SecRule ARGS \"@rx %27\" \"id:1,phase:1,pass,multiMatch,t:urlDecodeUni,t:lowercase\"\n"
       "SecRule ARGS \"@rx '\" \"id:2,phase:1,pass,multiMatch,t:urlDecodeUni,t:removeWhitespace\"\n"
       "SecRule ARGS \"@rx EVIL\" \"id:3,phase:1,pass,multiMatch,t:lowercase,t:urlDecodeUni\"\n"
       "SecRule ARGS \"@rx ^evil\" \"id:4,phase:1,pass,multiMatch,t:lowercase,t:removeWhitespace\"",
       {Get("/?a=%2527"), Get("/?a=EVIL"), Get("/?a=+EV+IL"), Get("/?a=e%2527"), Get("/?a=evil")},
       "pass: 1 ARGS:a=%27; 2 ARGS:a='"},
      {"StepsThatFollowSteps",
       "SecRule ARGS \"@rx <script\" "
       "\"id:1,phase:1,pass,t:base64Decode,t:urlDecodeUni,t:lowercase\"\n"
       "SecRule ARGS \"@rx <script\" \"id:2,phase:1,pass,t:urlDecodeUni,t:htmlEntityDecode\"\n"
       "SecRule ARGS \"@rx ^[a-f0-9]+$\" \"id:3,phase:1,pass,t:hexEncode\"\n"
       "SecRule ARGS \"@rx ^unionselect\" "
       "\"id:4,phase:1,pass,t:lowercase,t:replaceComments,t:removeWhitespace\"\n"
       "SecRule ARGS \"@rx ^unionselect\" \"id:5,phase:1,pass,t:lowercase,t:removeWhitespace\"",
       {Get("/?a=JTNDc2NyaXB0"), Get("/?a=%2526lt;script"), Get("/?a=%2526lt%253Bscript"),
        Get("/?a=UNION/**/SELECT"), Get("/?a=UnIoN+SeLeCt"), Get("/?a=%3Cscript"), Get("/?a=x")},
       ""},
  };
}

// --- Chains and captures

std::vector<Case> ChainCases() {
  return {
      {"SecondLinkOnMatchedVariables",
       "SecRule ARGS \"@rx ^e\" \"id:1,phase:1,pass,chain\"\n"
       "SecRule MATCHED_VARS \"@rx l$\"\n"
       "SecRule ARGS \"@rx ^e\" \"id:2,phase:1,pass,chain\"\n"
       "SecRule MATCHED_VARS_NAMES \"@streq ARGS:b\"",
       {Get("/?a=evil&b=end"), Get("/?a=good"), Get("/?a=evil")},
       "pass: 1 ARGS:a=evil; 1 ARGS:b=end; 1 MATCHED_VARS:ARGS:a=evil; 2 ARGS:a=evil; "
       "2 ARGS:b=end; 2 MATCHED_VARS_NAMES:ARGS:b=ARGS:b"},
      {"CaptureInALaterLink",
       "SecRule ARGS:a \"@rx ^(e)(v)\" \"id:1,phase:1,pass,capture,chain\"\n"
       "SecRule TX:2 \"@streq v\" \"chain\"\n"
       "SecRule ARGS:b \"@contains %{TX.1}\"",
       {Get("/?a=evil&b=see"), Get("/?a=evil&b=no"), Get("/?b=see")},
       "pass: 1 ARGS:a=evil; 1 TX:2=v; 1 ARGS:b=see"},
      {"CaptureOfARuleBefore",
       "SecRule ARGS:a \"@rx ^(e)(v)\" \"id:1,phase:1,nolog,pass,capture\"\n"
       "SecRule TX:2 \"@streq v\" \"id:2,phase:1,pass\"\n"
       "SecRule ARGS:b \"@rx (zz)\" \"id:3,phase:1,nolog,pass,capture\"\n"
       "SecRule TX:0|TX:1 \"@rx .\" \"id:4,phase:1,pass\"",
       {Get("/?a=evil"), Get("/?a=evil&b=zz"), Get("/?b=zz"), Get("/")},
       ""},
      {"LastLinkFails",
       "SecRule ARGS:a \"@rx evil\" \"id:1,phase:1,deny,chain,setvar:tx.n=+1\"\n"
       "SecRule REQUEST_METHOD \"@streq POST\"\n"
       "SecRule TX:n \"@eq 1\" \"id:2,phase:1,pass\"",
       {Get("/?a=evil"), Form("", "/?a=evil"), Get("/?a=good")},
       "pass: 2 TX:n=1"},
      {"NegatedFirstLink",
       "SecRule REQUEST_METHOD \"!@rx ^(?:GET|HEAD)$\" \"id:1,phase:1,pass,chain\"\n"
       "SecRule &REQUEST_HEADERS:Content-Length \"@eq 0\"",
       {{"PUT", "/"}, Get("/"), {"PUT", "/", {{"Content-Length", "0"}}}},
       ""},
      {"UnconditionalLinkBehind",
       "SecRule ARGS:a \"@rx evil\" \"id:1,phase:1,pass,chain\"\n"
       "SecAction \"setvar:tx.n=1\"\n"
       "SecRule TX:n \"@eq 1\" \"id:2,phase:1,pass\"",
       {Get("/?a=evil"), Get("/?a=good")},
       ""},
      {"SilentRulesMacro",
       "SecRule ARGS \"@rx evil\" \"id:1,phase:1,nolog,pass,setvar:tx.last=%{MATCHED_VAR_NAME}\"\n"
       "SecRule TX:last \"@rx .\" \"id:2,phase:1,pass,msg:'%{TX.last}'\"",
       {Get("/?a=evil&b=evil"), Get("/?a=good")},
       "pass: 2 TX:last=ARGS:b"},
  };
}

// --- Rules that depend on nothing of the request, and TX

std::vector<Case> PrologueCases() {
  return {
      {"Defaults",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=1,setvar:tx.b=%{tx.a}0\"\n"
       "SecRule &TX:a \"@eq 0\" \"id:2,phase:1,nolog,pass,setvar:tx.a=9\"\n"
       "SecRule TX:b \"@eq 10\" \"id:3,phase:1,nolog,pass,setvar:tx.a=+4\"\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:1,pass,msg:'%{tx.a} %{tx.b}'\"",
       {Get("/?a=evil"), Get("/?a=good"), Get("/?a=evil")},
       "pass: 4 ARGS:a=evil"},
      {"ALoggedRuleAmongThem",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=1\"\n"
       "SecRule TX:a \"@eq 1\" \"id:2,phase:1,log,pass,setvar:tx.a=+1\"\n"
       "SecRule TX:a \"@eq 2\" \"id:3,phase:1,nolog,pass,setvar:tx.a=+1\"\n"
       "SecRule TX:a \"@eq 3\" \"id:4,phase:1,pass\"",
       {Get("/"), Get("/")},
       "pass: 2 TX:a=1; 4 TX:a=3"},
      {"ADenyAmongThem",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=1\"\n"
       "SecRule TX:a \"@eq 1\" \"id:2,phase:1,deny,status:418\"\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:1,pass\"",
       {Get("/?a=evil"), Get("/")},
       "block 418 by 2: 2 TX:a=1"},
      {"AnAllowAmongThem",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=1\"\n"
       "SecRule TX:a \"@eq 1\" \"id:2,phase:1,nolog,allow:phase\"\n"
       "SecRule ARGS \"@rx evil\" \"id:3,phase:1,deny\"\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:2,pass\"",
       {Get("/?a=evil")},
       "pass: 4 ARGS:a=evil"},
      {"ASkipAmongThem",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=1,skip:1\"\n"
       "SecAction \"id:2,phase:1,nolog,pass,setvar:tx.a=2\"\n"
       "SecRule TX:a \"@eq 1\" \"id:3,phase:1,nolog,pass,skipAfter:END\"\n"
       "SecRule ARGS \"@rx evil\" \"id:4,phase:1,deny\"\nSecMarker END\n"
       "SecRule ARGS \"@rx evil\" \"id:5,phase:1,pass\"",
       {Get("/?a=evil")},
       "pass: 5 ARGS:a=evil"},
      {"OneIsOffAtTheLocation",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=1\"\n"
       "SecAction \"id:2,phase:1,nolog,pass,setvar:tx.a=2\"\n"
       "SecRule TX:a \"@eq 1\" \"id:3,phase:1,pass\"",
       {Get("/")},
       "pass: 3 TX:a=1",
       {"2"}},
      {"ATargetOfOneIsExcludedAtTheLocation",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=1\"\n"
       "SecRule TX:a \"@eq 1\" \"id:2,phase:1,nolog,pass,setvar:tx.a=2\"\n"
       "SecRule TX:a \"@eq 1\" \"id:3,phase:1,pass\"",
       {Get("/")},
       "pass: 3 TX:a=1",
       {"2 TX:a"}},
      {"ARequestsValueEndsIt",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=%{REQUEST_METHOD}\"\n"
       "SecRule TX:a \"@streq PUT\" \"id:2,phase:1,pass\"",
       {{"PUT", "/"}, Get("/"), {"PUT", "/"}},
       "pass: 2 TX:a=PUT"},
      {"NamesInAnotherCase",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:TX.Level=3,setvar:tx.lEvel=+1\"\n"
       "SecRule TX:LEVEL \"@eq 4\" \"id:2,phase:1,pass,msg:'%{tx.LeVeL}'\"",
       {Get("/")},
       "pass: 2 TX:Level=4"},
      {"NamesMadeUp",
       "SecRule ARGS \"@rx .\" \"id:1,phase:1,nolog,pass,setvar:tx.%{MATCHED_VAR}=+1\"\n"
       "SecRule TX:known \"@ge 1\" \"id:2,phase:1,pass\"\n"
       "SecRule TX \"@ge 1\" \"id:3,phase:1,pass\"",
       {Get("/?a=KNOWN&b=known&c=other"), Get("/?a=other"), Get("/?a=other&b=known")},
       ""},
      {"NamesMadeUpAndDeleted",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.a=1,setvar:tx.b=2,setvar:tx.c=3\"\n"
       "SecRule ARGS:del \"@rx .\" \"id:2,phase:1,nolog,pass,setvar:!tx.%{MATCHED_VAR}\"\n"
       "SecRule TX:a|TX:b|TX:c \"@ge 1\" \"id:3,phase:1,pass\"\n"
       "SecRule &TX:b \"@eq 0\" \"id:4,phase:1,pass,setvar:tx.b=7\"\n"
       "SecRule TX \"@ge 1\" \"id:5,phase:1,pass\"",
       {Get("/?del=b"), Get("/?del=A"), Get("/?del=none"), Get("/")},
       ""},
      {"RegexOverNames",
       "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.x_one=1,setvar:tx.y=1\"\n"
       "SecRule ARGS \"@rx .\" \"id:2,phase:1,nolog,pass,setvar:tx.x_%{MATCHED_VAR}=1\"\n"
       "SecRule TX:/^X_/ \"@eq 1\" \"id:3,phase:1,pass\"\n"
       "SecRule TX:/_/|!TX:x_one \"@eq 1\" \"id:4,phase:1,pass\"",
       {Get("/?a=Two&b=ONE"), Get("/")},
       ""},
  };
}

class PrefilterTest : public testing::TestWithParam<Case> {};

TEST_P(PrefilterTest, ChangesNothing) {
  const Case& c = GetParam();
  const Ruleset planned = Compile(c.rules, true);
  const Ruleset plain = Compile(c.rules, false);
  OverlaySpec spec = Blocking();
  spec.exclusions = c.exclusions;
  bool matched = false;
  for (int round = 0; round < 2; ++round) {  // the second finds what the first has remembered
    for (size_t i = 0; i < c.exchanges.size(); ++i) {
      const Outcome with = Play(planned, spec, c.exchanges[i]);
      const Outcome without = Play(plain, spec, c.exchanges[i]);
      EXPECT_EQ(StoryOf(with), StoryOf(without)) << i;
      EXPECT_EQ(with.verdict.decision, without.verdict.decision) << i;
      EXPECT_EQ(with.verdict.rule_id, without.verdict.rule_id) << i;
      matched |= without.story != "pass";
      if (i == 0 && !c.story.empty()) {
        EXPECT_EQ(with.story, c.story);
      }
    }
  }
  EXPECT_TRUE(matched) << "the case shows nothing";
}

std::string NameOf(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.name);
}
INSTANTIATE_TEST_SUITE_P(Gates, PrefilterTest, testing::ValuesIn(GateCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Actions, PrefilterTest, testing::ValuesIn(ActionCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Targets, PrefilterTest, testing::ValuesIn(TargetCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Chains, PrefilterTest, testing::ValuesIn(ChainCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Prologue, PrefilterTest, testing::ValuesIn(PrologueCases()), NameOf);

}  // namespace
}  // namespace rasp
