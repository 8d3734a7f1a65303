// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "compile/spec_builder.h"
#include "eval/scenario.h"

namespace rasp {
namespace {

using D = DispositionSpec;
constexpr Phase kHead = Phase::kRequestHeaders;
constexpr Phase kBody = Phase::kRequestBody;

struct Case {
  std::string_view name;
  std::vector<RuleSpec> rules;
  Exchange exchange;
  std::string_view story;
  OverlaySpec overlay = Blocking();
};

RuleSpec Shadow(RuleSpec rule) {
  rule.mode = RuleMode::kShadow;
  return rule;
}

RuleSpec Scoring(RuleSpec rule, int score) {
  rule.score = score;
  return rule;
}

RuleSpec WithStatus(RuleSpec rule, uint16_t status, std::string redirect_to = "") {
  rule.status = status;
  rule.redirect_to = std::move(redirect_to);
  return rule;
}

RuleSpec Tagged(RuleSpec rule, std::string tag) {
  rule.tags.push_back(std::move(tag));
  return rule;
}

OverlaySpec Detecting() { return {}; }

OverlaySpec Excluding(std::vector<std::string> exclusions) {
  OverlaySpec spec = Blocking();
  spec.exclusions = std::move(exclusions);
  return spec;
}

const Exchange kForm = {
    "POST", "/p?a=1", {{"Content-Type", "application/x-www-form-urlencoded"}}, "b=2&a=3"};
const Exchange kJson = {
    "POST", "/", {{"Content-Type", "application/json"}}, R"({"a":{"b":"evil"}})"};

std::vector<Case> DispositionCases() {
  const std::vector<LinkText> a_is_1 = {{"ARGS:a", "streq 1"}};
  return {
      {"NothingMatchesPasses", {MakeRule(100, kBody, D::kBlock, a_is_1)}, {"GET", "/?a=2"}, "pass"},
      {"BlockAnswers403",
       {MakeRule(100, kBody, D::kBlock, a_is_1)},
       {"GET", "/?a=1"},
       "block 403 by 100: 100 ARGS:a=1"},
      {"BlockAnswersItsStatus",
       {WithStatus(MakeRule(100, kHead, D::kBlock, a_is_1), 418)},
       {"GET", "/?a=1"},
       "block 418 by 100: 100 ARGS:a=1"},
      {"BlockEndsThePhase",
       {MakeRule(100, kHead, D::kBlock, a_is_1), MakeRule(101, kHead, D::kBlock, a_is_1)},
       {"GET", "/?a=1"},
       "block 403 by 100: 100 ARGS:a=1"},
      {"RedirectDefaultsTo302",
       {WithStatus(MakeRule(100, kHead, D::kRedirect, a_is_1), 403, "/sorry")},
       {"GET", "/?a=1"},
       "redirect 302 by 100: 100 ARGS:a=1"},
      {"DropHasNoStatus",
       {MakeRule(100, kHead, D::kDrop, a_is_1)},
       {"GET", "/?a=1"},
       "drop 0 by 100: 100 ARGS:a=1"},
      {"LogOnlySaysSo",
       {MakeRule(100, kHead, D::kPass, a_is_1)},
       {"GET", "/?a=1"},
       "pass: 100 ARGS:a=1"},
      {"AllowEndsInspection",
       {MakeRule(100, kHead, D::kAllow, a_is_1), MakeRule(101, kHead, D::kBlock, a_is_1),
        MakeRule(102, kBody, D::kBlock, a_is_1)},
       {"GET", "/?a=1"},
       "pass: 100 ARGS:a=1"},
      {"LoggingPhaseRunsAfterABlock",
       {MakeRule(100, kHead, D::kBlock, a_is_1), MakeRule(101, Phase::kLogging, D::kPass, a_is_1)},
       {"GET", "/?a=1"},
       "block 403 by 100: 100 ARGS:a=1; 101 ARGS:a=1"},
      {"LoggingPhaseRunsAfterAnAllow",
       {MakeRule(100, kHead, D::kAllow, a_is_1), MakeRule(101, Phase::kLogging, D::kPass, a_is_1)},
       {"GET", "/?a=1"},
       "pass: 100 ARGS:a=1; 101 ARGS:a=1"},
      {"PhasesRunInOrderWhateverTheOrderOfRules",
       {MakeRule(100, kBody, D::kPass, a_is_1), MakeRule(101, kHead, D::kPass, a_is_1)},
       {"GET", "/?a=1"},
       "pass: 101 ARGS:a=1; 100 ARGS:a=1"},
      {"DetectNeverBlocksButLogsAlike",
       {MakeRule(100, kHead, D::kBlock, a_is_1), MakeRule(101, kHead, D::kPass, a_is_1)},
       {"GET", "/?a=1"},
       "would-block 403 by 100: 100 ARGS:a=1; 101 ARGS:a=1",
       Detecting()},
      {"ShadowRuleNeverBlocks",
       {Shadow(MakeRule(100, kHead, D::kBlock, a_is_1)), MakeRule(101, kHead, D::kPass, a_is_1)},
       {"GET", "/?a=1"},
       "would-block 403 by 100: 100 ARGS:a=1; 101 ARGS:a=1"},
      {"EnforcedBlockWinsOverAnEarlierShadow",
       {Shadow(MakeRule(100, kHead, D::kBlock, a_is_1)), MakeRule(101, kHead, D::kBlock, a_is_1)},
       {"GET", "/?a=1"},
       "block 403 by 101: 100 ARGS:a=1; 101 ARGS:a=1"},
      {"ShadowAllowDoesNotEndInspection",
       {Shadow(MakeRule(100, kHead, D::kAllow, a_is_1)), MakeRule(101, kHead, D::kBlock, a_is_1)},
       {"GET", "/?a=1"},
       "block 403 by 101: 100 ARGS:a=1; 101 ARGS:a=1"},
  };
}

std::vector<Case> ScoreCases() {
  const std::vector<LinkText> any_arg = {{"ARGS", "rx evil"}};
  const auto rule = [&](uint64_t id, int score, Phase phase = kBody) {
    return Scoring(MakeRule(id, phase, D::kScore, any_arg), score);
  };
  return {
      {"BelowTheThresholdPasses",
       {rule(100, 4)},
       {"GET", "/?a=evil"},
       "pass, score 4: 100 ARGS:a=evil"},
      {"AtTheThresholdBlocks",
       {rule(100, 2), rule(101, 3)},
       {"GET", "/?a=evil"},
       "block 403, score 5: 100 ARGS:a=evil; 101 ARGS:a=evil"},
      {"DefaultScoreIsTheSeveritys",
       {MakeRule(100, kBody, D::kScore, any_arg)},
       {"GET", "/?a=evil"},
       "block 403, score 5: 100 ARGS:a=evil"},
      {"AllRulesOfThePhaseRunBeforeTheThreshold",
       {rule(100, 9), rule(101, 9)},
       {"GET", "/?a=evil"},
       "block 403, score 18: 100 ARGS:a=evil; 101 ARGS:a=evil"},
      {"ThresholdIsMetAtTheEndOfPhase1",
       {rule(100, 5, kHead), rule(101, 5)},
       {"GET", "/?a=evil"},
       "block 403, score 5: 100 ARGS:a=evil"},
      {"ScoreAddsUpOverPhases",
       {rule(100, 3, kHead), rule(101, 3)},
       {"GET", "/?a=evil"},
       "block 403, score 6: 100 ARGS:a=evil; 101 ARGS:a=evil"},
      {"ARuleScoresOnceHoweverManyValuesMatch",
       {rule(100, 3)},
       {"GET", "/?a=evil&b=evil"},
       "pass, score 3: 100 ARGS:a=evil; 100 ARGS:b=evil"},
      {"ShadowScoreIsNotCountedButWouldBlock",
       {rule(100, 3), Shadow(rule(101, 3))},
       {"GET", "/?a=evil"},
       "would-block 403, score 3: 100 ARGS:a=evil; 101 ARGS:a=evil"},
      {"DetectSaysWhatTheScoreWouldDo",
       {rule(100, 5)},
       {"GET", "/?a=evil"},
       "would-block 403, score 5: 100 ARGS:a=evil",
       Detecting()},
  };
}

std::vector<Case> ChainCases() {
  return {
      {"AllLinksMustMatch",
       {MakeRule(100, kBody, D::kBlock, {{"ARGS:a", "streq 1"}, {"ARGS:b", "streq 2"}})},
       {"GET", "/?a=1&b=2"},
       "block 403 by 100: 100 ARGS:a=1; 100 ARGS:b=2"},
      {"HalfAChainNeitherLogsNorScores",
       {MakeRule(100, kBody, D::kScore, {{"ARGS:a", "streq 1"}, {"ARGS:b", "streq 2"}})},
       {"GET", "/?a=1&b=3"},
       "pass"},
      {"SetvarOfALinkRunsAsThatLinkMatches",
       {MakeRule(100, kHead, D::kPass,
                 {{"ARGS:a", "streq 1", "", {"setvar:tx.seen=yes"}}, {"ARGS:b", "streq 2"}}),
        MakeRule(101, kHead, D::kPass, {{"TX:seen", "streq yes"}})},
       {"GET", "/?a=1&b=3"},
       "pass: 101 TX:seen=yes"},
      {"CapturesCarryOn",
       {MakeRule(100, kHead, D::kBlock,
                 {{"ARGS:a", "rx ^(.)(.)$", "", {}, true}, {"TX:2", "streq y"}})},
       {"GET", "/?a=xy"},
       "block 403 by 100: 100 ARGS:a=xy; 100 TX:2=y"},
      {"CapturesOfAnEarlierRuleDoNotShineThrough",
       {MakeRule(100, kHead, D::kPass, {{"ARGS:a", "rx ^(.)(.)$", "", {}, true}}),
        MakeRule(101, kHead, D::kBlock, {{"ARGS:a", "rx ^(.)", "", {}, true}, {"TX:2", "rx ."}})},
       {"GET", "/?a=xy"},
       "pass: 100 ARGS:a=xy"},
      {"MatchedVarIsTheLastMatchAfterItsTransformations",
       {MakeRule(100, kHead, D::kBlock,
                 {{"ARGS", "rx ^ab", "lowercase"}, {"MATCHED_VAR", "streq abd"}})},
       {"GET", "/?x=ABC&y=ABD"},
       "block 403 by 100: 100 ARGS:x=abc; 100 ARGS:y=abd; 100 MATCHED_VAR=abd"},
      {"MatchedVarsAreAllMatches",
       {MakeRule(100, kHead, D::kBlock, {{"ARGS", "rx ^ab"}, {"MATCHED_VARS", "streq abc"}})},
       {"GET", "/?x=abc&y=abd&z=q"},
       "block 403 by 100: 100 ARGS:x=abc; 100 ARGS:y=abd; 100 MATCHED_VARS:ARGS:x=abc"},
      {"MatchedVarsNamesAreTheirNames",
       {MakeRule(100, kHead, D::kBlock,
                 {{"ARGS", "rx ^ab"}, {"MATCHED_VARS_NAMES", "streq ARGS:y"}})},
       {"GET", "/?x=abc&y=abd"},
       "block 403 by 100: 100 ARGS:x=abc; 100 ARGS:y=abd; 100 MATCHED_VARS_NAMES:ARGS:y=ARGS:y"},
      {"MatchedVarsBeginAnewWithEachChain",
       {MakeRule(100, kHead, D::kPass, {{"ARGS:a", "streq 1"}}),
        MakeRule(101, kHead, D::kBlock, {{"MATCHED_VARS", "rx ."}})},
       {"GET", "/?a=1"},
       "pass: 100 ARGS:a=1"},
      {"ALargeTransformedValueCarriesOn",
       {MakeRule(100, kBody, D::kPass,
                 {{"REQUEST_BODY", "rx ^x", "lowercase"}, {"MATCHED_VAR", "rx z$"}})},
       {"POST", "/", {{"Content-Type", "text/plain"}}, "XYZ"},
       "pass: 100 REQUEST_BODY=xyz; 100 MATCHED_VAR=xyz"},
  };
}

std::vector<Case> TargetCases() {
  const auto log = [](std::string_view targets, std::string_view condition = "rx .") {
    return MakeRule(100, kBody, D::kPass, {{targets, condition}});
  };
  return {
      {"ArgsAreQueryAndBody",
       {log("ARGS")},
       kForm,
       "pass: 100 ARGS:a=1; 100 ARGS:b=2; 100 ARGS:a=3"},
      {"ArgsGetIsTheQuery", {log("ARGS_GET")}, kForm, "pass: 100 ARGS_GET:a=1"},
      {"ArgsPostIsTheBody",
       {log("ARGS_POST")},
       kForm,
       "pass: 100 ARGS_POST:b=2; 100 ARGS_POST:a=3"},
      {"ArgsNamesAreValues", {log("ARGS_GET_NAMES")}, kForm, "pass: 100 ARGS_GET_NAMES:a=a"},
      {"CombinedSizeIsNamesAndValues",
       {log("ARGS_COMBINED_SIZE")},
       kForm,
       "pass: 100 ARGS_COMBINED_SIZE=6"},
      {"JsonValuesAreArguments", {log("ARGS")}, kJson, "pass: 100 ARGS:json.a.b=evil"},
      {"SelectorIgnoresCase", {log("ARGS:AbC")}, {"GET", "/?aBc=1"}, "pass: 100 ARGS:aBc=1"},
      {"SelectorByRegexIgnoresCase",
       {log("ARGS:/^x_/")},
       {"GET", "/?X_1=1&y=2&x_2=3"},
       "pass: 100 ARGS:X_1=1; 100 ARGS:x_2=3"},
      {"ExclusionByName", {log("ARGS|!ARGS:b")}, {"GET", "/?a=1&B=2"}, "pass: 100 ARGS:a=1"},
      {"ExclusionByRegex", {log("ARGS|!ARGS:/^b/")}, {"GET", "/?a=1&bb=2"}, "pass: 100 ARGS:a=1"},
      {"CountIsANumber", {log("&ARGS", "eq 2")}, {"GET", "/?a=1&b=2"}, "pass: 100 &ARGS=2"},
      {"CountOfNothingIsZero",
       {log("&REQUEST_HEADERS:Host", "eq 0")},
       {"GET", "/"},
       "pass: 100 &REQUEST_HEADERS:Host=0"},
      {"CountMindsExclusions",
       {log("&ARGS|!ARGS:b", "eq 1")},
       {"GET", "/?a=1&b=2"},
       "pass: 100 &ARGS=1"},
      {"RepeatedHeadersAreValuesOfTheirOwn",
       {log("REQUEST_HEADERS:x-a")},
       {"GET", "/", {{"X-A", "1"}, {"x-a", "2"}}},
       "pass: 100 REQUEST_HEADERS:X-A=1; 100 REQUEST_HEADERS:x-a=2"},
      {"CookiesOfAllFields",
       {log("REQUEST_COOKIES")},
       {"GET", "/", {{"Cookie", "a=1; b=2"}, {"Cookie", "a=3"}}},
       "pass: 100 REQUEST_COOKIES:a=1; 100 REQUEST_COOKIES:b=2; 100 REQUEST_COOKIES:a=3"},
      {"FilenameIsSplitBeforeItIsDecoded",
       {log("REQUEST_FILENAME")},
       {"GET", "/a%3fb/c%20d?e=%41"},
       "pass: 100 REQUEST_FILENAME=/a?b/c d"},
      {"FilenameIsDecodedOnce",
       {log("REQUEST_FILENAME")},
       {"GET", "/%2541"},
       "pass: 100 REQUEST_FILENAME=/%41"},
      {"RawPathStaysRaw",
       {log("REQUEST_PATH_RAW")},
       {"GET", "/a%3fb?c"},
       "pass: 100 REQUEST_PATH_RAW=/a%3fb"},
      {"BasenameIsTheLastSegment",
       {log("REQUEST_BASENAME")},
       {"GET", "/a/b.php?x=/y"},
       "pass: 100 REQUEST_BASENAME=b.php"},
      {"UriHasNoScheme",
       {log("REQUEST_URI")},
       {"GET", "http://h/a?b=1"},
       "pass: 100 REQUEST_URI=/a?b=1"},
      {"UriRawHasAll",
       {log("REQUEST_URI_RAW")},
       {"GET", "http://h/a?b=1"},
       "pass: 100 REQUEST_URI_RAW=http://h/a?b=1"},
      {"QueryStringIsRaw",
       {log("QUERY_STRING")},
       {"GET", "/?a=%41"},
       "pass: 100 QUERY_STRING=a=%41"},
      {"RequestLine",
       {log("REQUEST_LINE")},
       {"GET", "/x"},
       "pass: 100 REQUEST_LINE=GET /x HTTP/1.1"},
      {"RoutedPath", {log("ROUTED_PATH")}, {"GET", "/x"}, "pass: 100 ROUTED_PATH=/routed"},
      {"ServerNameIsTheHost",
       {log("SERVER_NAME")},
       {"GET", "/x"},
       "pass: 100 SERVER_NAME=shop.example"},
      {"ClientAddressAndPort",
       {log("REMOTE_ADDR|REMOTE_PORT")},
       {"GET", "/x"},
       "pass: 100 REMOTE_ADDR=192.0.2.7; 100 REMOTE_PORT=4711"},
      {"BodyOfAFormIsVisible", {log("REQUEST_BODY")}, kForm, "pass: 100 REQUEST_BODY=b=2&a=3"},
      {"BodyOfUnknownTypeIsVisible",
       {log("REQUEST_BODY")},
       {"POST", "/", {{"Content-Type", "a/b"}}, "xyz"},
       "pass: 100 REQUEST_BODY=xyz"},
      {"BodyWithoutTypeIsVisible",
       {log("REQUEST_BODY")},
       {"POST", "/", {}, "xyz"},
       "pass: 100 REQUEST_BODY=xyz"},
      {"BodyOfJsonIsNotVisible", {log("REQUEST_BODY")}, kJson, "pass"},
      {"UnparsedBodyIsOfUnknownType",
       {log("UNPARSED_BODY")},
       {"POST", "/", {{"Content-Type", "text/plain"}}, "xyz"},
       "pass: 100 UNPARSED_BODY=xyz"},
      {"UnparsedBodyIsOfMalformedJson",
       {log("UNPARSED_BODY", "rx ^[{]")},
       {"POST", "/", {{"Content-Type", "application/json"}}, "{]"},
       "pass: 100 UNPARSED_BODY={]"},
      {"UnparsedBodyIsNotAForm", {log("UNPARSED_BODY", "rx .")}, kForm, "pass"},
      {"UnparsedBodyIsNotJson", {log("UNPARSED_BODY", "rx .")}, kJson, "pass"},
      {"BodyOfMalformedJsonIsVisible",
       {log("REQUEST_BODY|REQBODY_ERROR", "rx ^[{1]")},
       {"POST", "/", {{"Content-Type", "application/json"}}, "{]"},
       "pass: 100 REQUEST_BODY={]; 100 REQBODY_ERROR=1"},
      {"UnparsedBodyIsNoForm", {log("UNPARSED_BODY")}, kForm, "pass"},
      {"UnparsedBodyIsWhatHasNoParser",
       {log("UNPARSED_BODY")},
       {"POST", "/", {{"Content-Type", "a/b"}}, "xyz"},
       "pass: 100 UNPARSED_BODY=xyz"},
      {"BodyLengthIsCounted",
       {log("REQUEST_BODY_LENGTH")},
       kJson,
       "pass: 100 REQUEST_BODY_LENGTH=18"},
      {"ProcessorIsNamed", {log("REQBODY_PROCESSOR")}, kJson, "pass: 100 REQBODY_PROCESSOR=JSON"},
      {"TwoContentTypesAreAnError",
       {log("REQBODY_ERROR", "eq 1")},
       {"POST", "/", {{"Content-Type", "application/json"}, {"Content-Type", "text/plain"}}, "{}"},
       "pass: 100 REQBODY_ERROR=1"},
      {"BadEscapeIsFlagged",
       {log("URLENCODED_ERROR", "eq 1")},
       {"GET", "/?a=%zz"},
       "pass: 100 URLENCODED_ERROR=1"},
      {"NulIsData",
       {log("ARGS", "rx b$")},
       {"GET", "/?a=x%00b"},
       std::string_view("pass: 100 ARGS:a=x\0b", 20)},
  };
}

std::vector<Case> ActionCases() {
  const auto all = [](const std::vector<std::string_view>& actions) {
    return MakeRule(90, kHead, D::kPass, {{"ARGS:go", "rx .", "", actions}});
  };
  const RuleSpec block =
      Tagged(MakeRule(100, kBody, D::kBlock, {{"ARGS:a|ARGS:b", "streq 1"}}), "sqli");
  const Exchange go = {"GET", "/?go=x&a=1"};
  return {
      {"SetvarCountsPerMatch",
       {MakeRule(90, kHead, D::kPass, {{"ARGS", "streq 1", "", {"setvar:tx.n=+2"}}}),
        MakeRule(91, kHead, D::kPass, {{"TX:N", "eq 6"}})},
       {"GET", "/?a=1&b=1&c=1"},
       "pass: 90 ARGS:a=1; 90 ARGS:b=1; 90 ARGS:c=1; 91 TX:n=6"},
      {"SetvarSubtractsAndDeletes",
       {MakeRule(90, kHead, D::kPass,
                 {{"ARGS",
                   "streq 1",
                   "",
                   {"setvar:tx.n=5", "setvar:tx.n=-7", "setvar:tx.m=1", "setvar:!tx.m"}}}),
        MakeRule(91, kHead, D::kPass, {{"TX", "rx ."}})},
       {"GET", "/?a=1"},
       "pass: 90 ARGS:a=1; 91 TX:n=-2"},
      {"SetvarExpandsMacrosOnBothSides",
       {MakeRule(90, kHead, D::kPass,
                 {{"ARGS",
                   "streq 1",
                   "",
                   {"setvar:tx.seen_%{MATCHED_VAR_NAME}=%{MATCHED_VAR}/%{request_headers.host}"}}}),
        MakeRule(91, kHead, D::kPass, {{"TX:/^seen_/", "rx ."}})},
       {"GET", "/?a=1", {{"Host", "h"}}},
       "pass: 90 ARGS:a=1; 91 TX:seen_ARGS:a=1/h"},
      {"NumbersSaturate",
       {MakeRule(90, kHead, D::kPass,
                 {{"ARGS", "streq 1", "", {"setvar:tx.n=9223372036854775807", "setvar:tx.n=+5"}}}),
        MakeRule(91, kHead, D::kPass, {{"TX:n", "streq 9223372036854775807"}})},
       {"GET", "/?a=1"},
       "pass: 90 ARGS:a=1; 91 TX:n=9223372036854775807"},
      {"OperatorArgumentTakesMacros",
       {MakeRule(90, kHead, D::kPass, {{"ARGS:a", "streq %{ARGS.b}"}})},
       {"GET", "/?a=1&b=1"},
       "pass: 90 ARGS:a=1"},
      {"CtlRemovesARule", {all({"ctl:ruleRemoveById=100"}), block}, go, "pass: 90 ARGS:go=x"},
      {"CtlRemovesARange", {all({"ctl:ruleRemoveById=95-105"}), block}, go, "pass: 90 ARGS:go=x"},
      {"CtlRemovesByTag", {all({"ctl:ruleRemoveByTag=SQLI"}), block}, go, "pass: 90 ARGS:go=x"},
      {"CtlRemovesATarget",
       {all({"ctl:ruleRemoveTargetById=100;ARGS:a"}), block},
       go,
       "pass: 90 ARGS:go=x"},
      {"CtlRemovesTargetsByRegex",
       {all({"ctl:ruleRemoveTargetByTag=sqli;ARGS:/^a/"}), block},
       go,
       "pass: 90 ARGS:go=x"},
      {"CtlRemovesOnlyThatTarget",
       {all({"ctl:ruleRemoveTargetById=100;ARGS:a"}), block},
       {"GET", "/?go=x&a=1&b=1"},
       "block 403 by 100: 90 ARGS:go=x; 100 ARGS:b=1"},
      {"CtlActsOnlyIfItsRuleMatches",
       {all({"ctl:ruleRemoveById=100"}), block},
       {"GET", "/?a=1"},
       "block 403 by 100: 100 ARGS:a=1"},
      {"CtlActsFromThereOn",
       {MakeRule(80, kHead, D::kPass, {{"ARGS:a", "streq 1"}}), all({"ctl:ruleRemoveById=80"})},
       go,
       "pass: 80 ARGS:a=1; 90 ARGS:go=x"},
      {"CtlOfAShadowRuleDoesNothing",
       {Shadow(all({"ctl:ruleRemoveById=100"})), block},
       go,
       "block 403 by 100: 90 ARGS:go=x; 100 ARGS:a=1"},
      {"SetvarOfAShadowRuleLeavesNoTrace",
       {Shadow(MakeRule(90, kHead, D::kPass,
                        {{"ARGS:go", "rx .", "", {"setvar:tx.x=1"}}, {"TX:x", "eq 1"}})),
        MakeRule(91, kHead, D::kPass, {{"&TX", "gt 0"}})},
       go,
       "pass: 90 ARGS:go=x; 90 TX:x=1"},
      {"CtlTurnsTheEngineDown",
       {all({"ctl:ruleEngine=DetectionOnly"}), block},
       go,
       "would-block 403 by 100: 90 ARGS:go=x; 100 ARGS:a=1"},
      {"CtlTurnsTheEngineOff", {all({"ctl:ruleEngine=Off"}), block}, go, "pass: 90 ARGS:go=x"},
      {"CtlNeverRaisesTheLocationsMode",
       {all({"ctl:ruleEngine=On"}), block},
       go,
       "would-block 403 by 100: 90 ARGS:go=x; 100 ARGS:a=1",
       Detecting()},
      {"CtlForcesTheRawBody",
       {MakeRule(90, kHead, D::kPass,
                 {{"REQUEST_METHOD", "streq POST", "", {"ctl:forceRequestBodyVariable=On"}}}),
        MakeRule(91, kBody, D::kPass, {{"REQUEST_BODY", "rx evil"}})},
       kJson,
       R"(pass: 90 REQUEST_METHOD=POST; 91 REQUEST_BODY={"a":{"b":"evil"}})"},
      {"CtlChoosesTheParser",
       {MakeRule(90, kHead, D::kPass,
                 {{"REQUEST_METHOD", "streq POST", "", {"ctl:requestBodyProcessor=JSON"}}}),
        MakeRule(91, kBody, D::kPass, {{"ARGS", "rx evil"}})},
       {"POST", "/", {{"Content-Type", "text/plain"}}, R"({"a":"evil"})"},
       "pass: 90 REQUEST_METHOD=POST; 91 ARGS:json.a=evil"},
  };
}

std::vector<Case> EvaluationCases() {
  return {
      {"NoneClearsEarlierTransformations",
       {MakeRule(100, kHead, D::kPass, {{"ARGS", "streq AB", "lowercase|none"}})},
       {"GET", "/?a=AB"},
       "pass: 100 ARGS:a=AB"},
      {"MultiMatchSeesEveryStage",
       {MakeRule(100, kHead, D::kPass,
                 {{"ARGS", "streq %41", "urlDecode|lowercase", {}, false, true}}),
        MakeRule(101, kHead, D::kPass,
                 {{"ARGS", "streq A", "urlDecode|lowercase", {}, false, true}}),
        MakeRule(102, kHead, D::kPass,
                 {{"ARGS", "streq a", "urlDecode|lowercase", {}, false, true}})},
       {"GET", "/?a=%2541"},
       "pass: 100 ARGS:a=%41; 101 ARGS:a=A; 102 ARGS:a=a"},
      {"WithoutMultiMatchOnlyTheEnd",
       {MakeRule(100, kHead, D::kPass, {{"ARGS", "streq A", "urlDecode|lowercase"}})},
       {"GET", "/?a=%2541"},
       "pass"},
      {"NegationIsPerValue",
       {MakeRule(100, kHead, D::kPass, {{"ARGS", "!streq 1"}})},
       {"GET", "/?a=1&b=2"},
       "pass: 100 ARGS:b=2"},
      {"NoValueNoMatchEvenNegated",
       {MakeRule(100, kHead, D::kPass, {{"ARGS", "!streq 1"}})},
       {"GET", "/"},
       "pass"},
      {"UnconditionalNeedsNoTarget",
       {MakeRule(100, kHead, D::kPass, {{"", "unconditionalMatch"}})},
       {"GET", "/"},
       "pass: 100"},
      {"TextThatIsNoNumberIsZero",
       {MakeRule(100, kHead, D::kPass, {{"ARGS", "eq 0"}})},
       {"GET", "/?a=abc"},
       "pass: 100 ARGS:a=abc"},
      {"OverlayTurnsARuleOff",
       {MakeRule(100, kHead, D::kBlock, {{"ARGS", "streq 1"}})},
       {"GET", "/?a=1"},
       "pass",
       Excluding({"100"})},
      {"OverlayTurnsATargetOff",
       {MakeRule(100, kHead, D::kPass, {{"ARGS", "streq 1"}})},
       {"GET", "/?a=1&b=1"},
       "pass: 100 ARGS:b=1",
       Excluding({"100 ARGS:a"})},
      {"OverlayTurnsAllOff",
       {MakeRule(100, kHead, D::kBlock, {{"ARGS", "streq 1"}})},
       {"GET", "/?a=1&rasp-canary=%3Ccanary%3E%20'or%201=1"},
       "pass",
       Excluding({"*"})},
      {"CanaryIsAlwaysThere",
       {MakeRule(100, kHead, D::kPass, {{"ARGS", "streq 1"}})},
       {"GET", "/?rasp-canary=%3Ccanary%3E%20'or%201=1"},
       "block 403 by 400001: 400001 ARGS:rasp-canary=<canary> 'or 1=1"},
  };
}

class SemanticsTest : public testing::TestWithParam<Case> {};

TEST_P(SemanticsTest, Holds) {
  const Case& c = GetParam();
  const Ruleset ruleset = MakeRuleset(c.rules);
  EXPECT_EQ(Play(ruleset, c.overlay, c.exchange).story, c.story);
  // However the body is cut into chunks, the story is the same.
  EXPECT_EQ(Play(ruleset, c.overlay, c.exchange, 1).story, c.story);
  EXPECT_EQ(Play(ruleset, c.overlay, c.exchange, 3).story, c.story);
}

std::string NameOf(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.name);
}

INSTANTIATE_TEST_SUITE_P(Disposition, SemanticsTest, testing::ValuesIn(DispositionCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Score, SemanticsTest, testing::ValuesIn(ScoreCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Chain, SemanticsTest, testing::ValuesIn(ChainCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Target, SemanticsTest, testing::ValuesIn(TargetCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Action, SemanticsTest, testing::ValuesIn(ActionCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Evaluation, SemanticsTest, testing::ValuesIn(EvaluationCases()), NameOf);

}  // namespace
}  // namespace rasp
