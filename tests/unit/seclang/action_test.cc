// SPDX-License-Identifier: Apache-2.0
// Every action that is not about what a rule does to the request (see course_test.cc), and how
// values are quoted.
#include "seclang/actions.h"

#include "rasp/reference.h"
#include "seclang/loaded.h"

namespace rasp {
namespace {

struct FieldCase {
  const char* name;
  std::string_view actions;
  bool (*holds)(const RuleSpec& rule);
};

class SetsFields : public testing::TestWithParam<FieldCase> {};

TEST_P(SetsFields, OfTheRule) {
  EXPECT_TRUE(GetParam().holds(OneRule(RuleWith(GetParam().actions))));
}

using Rule = const RuleSpec&;

const FieldCase kFields[] = {
    {"Id", "id:'4294967296'", [](Rule rule) { return rule.id == 4294967296u; }},
    {"Msg", "msg:'a, b: c'", [](Rule rule) { return rule.message == "a, b: c"; }},
    {"MsgWithoutQuotes", "msg:a b ", [](Rule rule) { return rule.message == "a b"; }},
    {"LogData", "logdata:'%{TX.0}'", [](Rule rule) { return rule.log_data == "%{TX.0}"; }},
    {"Tags", "tag:'a/b',tag:c",
     [](Rule rule) {
       return rule.tags == std::vector<std::string>{"a/b", "c"};
     }},
    {"SeverityName", "severity:'CRITICAL'",
     [](Rule rule) { return rule.has_severity && rule.severity == Severity::kCritical; }},
    {"SeverityLowerCase", "severity:debug",
     [](Rule rule) { return rule.severity == Severity::kDebug; }},
    {"SeverityNumber", "severity:0",
     [](Rule rule) { return rule.has_severity && rule.severity == Severity::kEmergency; }},
    {"Ver", "ver:'OWASP_CRS/4.28.0'", [](Rule rule) { return rule.version == "OWASP_CRS/4.28.0"; }},
    {"Rev", "rev:2", [](Rule rule) { return rule.revision == "2"; }},
    {"Maturity", "maturity:'9'", [](Rule rule) { return rule.maturity == 9; }},
    {"Accuracy", "accuracy:8", [](Rule rule) { return rule.accuracy == 8; }},
    {"Skip", "skip:2", [](Rule rule) { return rule.skip == 2; }},
    {"SkipAfter", "skipAfter:END", [](Rule rule) { return rule.skip_after == "END"; }},
    {"PhaseNumber", "phase:1", [](Rule rule) { return rule.phase == Phase::kRequestHeaders; }},
    {"PhaseThree", "phase:'3'", [](Rule rule) { return rule.phase == Phase::kResponseHeaders; }},
    {"PhaseRequest", "phase:request", [](Rule rule) { return rule.phase == Phase::kRequestBody; }},
    {"PhaseResponse", "phase:response",
     [](Rule rule) { return rule.phase == Phase::kResponseBody; }},
    {"PhaseLogging", "phase:LOGGING", [](Rule rule) { return rule.phase == Phase::kLogging; }},
    {"Capture", "capture", [](Rule rule) { return rule.links[0].capture; }},
    {"MultiMatch", "multimatch", [](Rule rule) { return rule.links[0].multi_match; }},
    {"XmlNamespace", "xmlns:soap='http://example.com/a,b'",
     [](Rule rule) {
       return rule.links[0].xml_namespaces.size() == 1 &&
              rule.links[0].xml_namespaces[0].first == "soap";
     }},
    {"Transformations", "t:lowercase,t:urlDecodeUni",
     [](Rule rule) {
       return rule.links[0].transforms.size() == 2 &&
              rule.links[0].transforms[1].name == "urlDecodeUni";
     }},
    {"NoneForgetsThoseBefore", "t:lowercase,t:none,t:trim",
     [](Rule rule) {
       return rule.links[0].transforms.size() == 1 && rule.links[0].transforms[0].name == "trim";
     }},
    {"BlanksAroundCommas", " phase : 1 , t:trim ,, skip: 3 ,",
     [](Rule rule) {
       return rule.skip == 3 && rule.phase == Phase::kRequestHeaders &&
              rule.links[0].transforms.size() == 1;
     }},
    {"NamesWithoutCase", "PHASE:1,Msg:a,T:trim",
     [](Rule rule) { return rule.message == "a" && rule.phase == Phase::kRequestHeaders; }},
    {"QuoteInQuotes", R"(msg:'it\'s')", [](Rule rule) { return rule.message == "it's"; }},
    {"BackslashInQuotes", R"(msg:'\d\\ \x')",
     [](Rule rule) { return rule.message == R"(\d\\ \x)"; }},
};

INSTANTIATE_TEST_SUITE_P(Actions, SetsFields, testing::ValuesIn(kFields),
                         [](const auto& row) { return row.param.name; });

struct StepCase {
  const char* name;
  std::string_view action;
  std::string_view step;
  std::string_view argument;
};

class BecomesAStep : public testing::TestWithParam<StepCase> {};

TEST_P(BecomesAStep, WithItsRawValue) {
  const RuleSpec rule = OneRule(RuleWith(GetParam().action));
  ASSERT_EQ(rule.links[0].actions.size(), 1u);
  EXPECT_EQ(rule.links[0].actions[0].name, GetParam().step);
  EXPECT_EQ(rule.links[0].actions[0].argument, GetParam().argument);
  EXPECT_EQ(Place(rule.links[0].actions[0].where), "a.conf:1:28");
}

constexpr StepCase kSteps[] = {
    {"SetVar", "setvar:tx.a=+%{tx.b}", "setvar", "tx.a=+%{tx.b}"},
    {"SetVarQuoted", "setvar:'tx.a=b, c'", "setvar", "tx.a=b, c"},
    {"SetVarQuotedValue", "setvar:tx.a='b, c'", "setvar", "tx.a='b, c'"},
    {"SetVarWithAQuote", "setvar:tx.a=it's", "setvar", "tx.a=it's"},
    {"SetVarRemoves", "setvar:!tx.a", "setvar", "!tx.a"},
    {"ExpireVar", "expirevar:ip.a=60", "expirevar", "ip.a=60"},
    {"DeprecateVar", "deprecatevar:ip.a=60/300", "deprecatevar", "ip.a=60/300"},
    {"InitCol", "initcol:ip=%{REMOTE_ADDR}", "initcol", "ip=%{REMOTE_ADDR}"},
    {"SetSid", "setsid:%{REQUEST_COOKIES.sid}", "setsid", "%{REQUEST_COOKIES.sid}"},
    {"SetUid", "setuid:%{ARGS.user}", "setuid", "%{ARGS.user}"},
    {"SetRsc", "setrsc:'abcd'", "setrsc", "abcd"},
    {"SetEnv", "setenv:a=b", "setenv", "a=b"},
    {"Ctl", "ctl:ruleRemoveTargetById=1-2;ARGS:/a|b/", "ctl",
     "ruleRemoveTargetById=1-2;ARGS:/a|b/"},
    {"SanitiseArg", "sanitiseArg:password", "sanitiseArg", "password"},
    {"SanitizeArg", "sanitizearg:password", "sanitiseArg", "password"},
    {"SanitiseMatched", "sanitiseMatched", "sanitiseMatched", ""},
    {"SanitizeMatched", "sanitizeMatched", "sanitiseMatched", ""},
    {"SanitiseMatchedBytes", "sanitiseMatchedBytes:1/4", "sanitiseMatchedBytes", "1/4"},
    {"SanitiseMatchedBytesAll", "sanitizeMatchedBytes", "sanitiseMatchedBytes", ""},
    {"SanitiseRequestHeader", "sanitiseRequestHeader:Authorization", "sanitiseRequestHeader",
     "Authorization"},
    {"SanitizeRequestHeader", "sanitizeRequestHeader:A", "sanitiseRequestHeader", "A"},
    {"SanitiseResponseHeader", "sanitiseResponseHeader:A", "sanitiseResponseHeader", "A"},
    {"SanitizeResponseHeader", "sanitizeResponseHeader:A", "sanitiseResponseHeader", "A"},
};

INSTANTIATE_TEST_SUITE_P(Actions, BecomesAStep, testing::ValuesIn(kSteps),
                         [](const auto& row) { return row.param.name; });

TEST(Actions, InertOnesAreWarningsThatSayWhatToDo) {
  const Loaded loaded = LoadText(RuleWith("pause:100,append:'x',prepend:'y'"));
  EXPECT_EQ(loaded.spec.rules.size(), 1u);
  EXPECT_EQ(loaded.Said(),
            "a.conf:1:28: warning: no-effect: pause: does nothing here, since waiting would hold a "
            "connection: remove it, or use limit_req\n"
            "a.conf:1:38: warning: no-effect: append: does nothing here: use nginx's sub_filter or "
            "add_after_body\n"
            "a.conf:1:49: warning: no-effect: prepend: does nothing here: use nginx's sub_filter "
            "or add_before_body\n");
}

struct RefusedCase {
  const char* name;
  std::string text;
  size_t rules;  // that stay when it is only a warning
};

class WouldWeaken : public testing::TestWithParam<RefusedCase> {};

TEST_P(WouldWeaken, UnlessAWarningIsEnough) {
  const Loaded strict = LoadText(GetParam().text);
  ASSERT_EQ(strict.diagnostics.size(), 1u) << strict.Said();
  EXPECT_EQ(strict.diagnostics[0].severity, DiagnosticSeverity::kError);
  EXPECT_EQ(strict.diagnostics[0].code, "unsupported");
  EXPECT_TRUE(strict.spec.rules.empty());

  const Loaded lenient = LoadText(GetParam().text, {}, /*compat_warn=*/true);
  ASSERT_EQ(lenient.diagnostics.size(), 1u) << lenient.Said();
  EXPECT_EQ(lenient.diagnostics[0].severity, DiagnosticSeverity::kWarning);
  EXPECT_EQ(lenient.diagnostics[0].text, strict.diagnostics[0].text);
  EXPECT_EQ(lenient.spec.rules.size(), GetParam().rules);
}

const RefusedCase kRefused[] = {
    {"Exec", RuleWith("exec:/bin/x"), 1},
    {"Proxy", RuleWith("proxy:http://example.com"), 1},
    {"InspectFile", "SecRule FILES_TMPNAMES \"@inspectFile /x.lua\" id:1", 0},
    {"Script", "SecRuleScript x.lua \"id:1,deny\"", 0},
    {"RemoteRules", "SecRemoteRules key https://example.com/", 0},
    {"ExternalEntities", "SecXmlExternalEntity On", 0},
    {"Hashes", "SecHashEngine On", 0},
    {"PipedAuditLog", "SecAuditLog |/usr/bin/mlogc", 0},
};

INSTANTIATE_TEST_SUITE_P(Actions, WouldWeaken, testing::ValuesIn(kRefused),
                         [](const auto& row) { return row.param.name; });

TEST(Actions, AreInTheReference) {
  const std::vector<ReferenceEntry> entries = ActionReference();
  ASSERT_EQ(entries.size(), SecLangActions().size());
  EXPECT_EQ(entries.front().name, "id");
}

TEST(Actions, TheTableSaysWhatEachDoes) {
  for (const ActionDef& def : SecLangActions()) {
    EXPECT_FALSE(def.summary.empty()) << def.name;
    const bool applies = def.kind != ActionDef::Kind::kStep &&
                         def.kind != ActionDef::Kind::kRefused &&
                         def.kind != ActionDef::Kind::kInert;
    EXPECT_EQ(def.apply != nullptr, applies) << def.name;
  }
  EXPECT_EQ(SecLangActions().size(), 47u);
}

}  // namespace
}  // namespace rasp
