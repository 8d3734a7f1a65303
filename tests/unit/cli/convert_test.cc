// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory_resource>
#include <set>

#include "cli/exchange.h"

namespace rasp {
namespace {

constexpr std::string_view kRequests[] = {
    "GET /?id=1 HTTP/1.1\r\nHost: a\r\nUser-Agent: Firefox\r\n\r\n",
    "GET /?id=UNION%20select&pw=union HTTP/1.1\r\nHost: a\r\nUser-Agent: sqlmap/1\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 17\r\n\r\nid=select&n=12345",
    "DELETE /admin HTTP/1.1\r\nHost: b\r\nUser-Agent: nikto\r\nX-A: 1\r\nX-B: 2\r\n\r\n",
};

std::string Texts(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += FormatDiagnostic(diagnostic) + "\n";
  return out;
}

// A rule of this id may be silent in SecLang, which no JSON rule is.
constexpr uint64_t kSilentRule = 9;

struct Outcome {
  std::multiset<std::string> matches;  // "10 ARGS:id message"
  Decision decision = Decision::kPass;
  uint16_t status = 0;
  bool operator==(const Outcome&) const = default;
};

std::vector<Outcome> Try(const Ruleset& ruleset) {
  OverlaySpec spec;
  spec.mode = Mode::kBlock;
  auto overlay = Overlay::Make(ruleset, spec);
  EXPECT_TRUE(overlay.ok());
  std::vector<Outcome> outcomes;
  for (const std::string_view text : kRequests) {
    const auto request = ParseRawMessage(std::string(text));
    Transaction transaction(ruleset, *overlay, std::pmr::new_delete_resource(), SystemClock());
    const Event& event = Inspect(transaction, **request, nullptr);
    Outcome& outcome = outcomes.emplace_back();
    outcome.decision = event.verdict.decision;
    outcome.status = event.verdict.status;
    for (const RuleMatch& match : event.matches) {
      if (match.rule->id == kSilentRule) continue;
      outcome.matches.insert(std::to_string(match.rule->id) + " " + std::string(match.target) +
                             " " + std::string(match.message) + " " + std::string(match.log_data));
    }
  }
  return outcomes;
}

struct Case {
  const char* name;
  const char* seclang;
};
constexpr Case kCases[] = {
    {"Regex",
     R"(SecRule ARGS "@rx (?i)union\s+select" "id:1,phase:2,deny,status:406,log,msg:'m'")"},
    {"TransformsAndExclusion",
     R"(SecRule ARGS|!ARGS:pw "@contains union" "id:1,phase:2,deny,log,t:none,t:lowercase")"},
    {"SelectorsAndCount",
     R"(SecRule ARGS:/^i/|&REQUEST_HEADERS:Host "@rx select|^1$" "id:1,phase:2,pass,log,msg:'x'")"},
    {"Phrases", R"(SecRule REQUEST_HEADERS:User-Agent "@pm nikto sqlmap" "id:1,phase:1,deny,log")"},
    {"Negated", R"(SecRule REQUEST_METHOD "!@within GET POST" "id:1,phase:1,deny,log,status:405")"},
    {"ChainWithVariables",
     R"(SecRule ARGS "@rx sel(e)ct" "id:1,phase:2,pass,log,capture,chain,logdata:'%{TX.1}'"
          SecRule MATCHED_VAR_NAME "@endsWith id" "setvar:tx.n=+2"
        SecRule TX:N "@ge 2" "id:2,phase:2,deny,log,msg:'n is %{TX.N}'")"},
    {"Control",
     R"(SecRule REQUEST_URI "@beginsWith /x" "id:1,phase:1,pass,log,ctl:ruleRemoveById=2"
        SecRule ARGS "@contains select" "id:2,phase:2,deny,log")"},
    {"DefaultAction",
     R"(SecDefaultAction "phase:2,log,deny,status:409,t:lowercase"
        SecRule ARGS "@contains union" "id:1,phase:2,block,severity:CRITICAL,tag:'a/b'")"},
    {"Redirect",
     R"(SecRule ARGS "@contains select" "id:1,phase:2,log,redirect:http://b/c,status:307")"},
    {"AllowAndDrop",
     R"(SecRule ARGS:id "@streq 1" "id:1,phase:1,allow,log"
        SecRule REQUEST_METHOD "@streq DELETE" "id:2,phase:1,drop,log")"},
    {"MultiMatch",
     R"(SecRule ARGS "@rx ^union|^UNION" "id:1,phase:2,pass,log,multiMatch,t:lowercase")"},
    {"Action",
     R"(SecAction "id:9,phase:1,pass,nolog,setvar:tx.limit=1"
        SecRule &ARGS "@gt %{tx.limit}" "id:1,phase:2,deny,log")"},
    {"Updates",
     R"(SecRule ARGS "@contains union" "id:1,phase:2,deny,log,t:lowercase"
        SecRule ARGS "@contains select" "id:2,phase:2,deny,log"
        SecRuleUpdateTargetById 1 "!ARGS:id"
        SecRuleRemoveById 2)"},
};
class ConvertTest : public testing::TestWithParam<Case> {};
TEST_P(ConvertTest, GivesRulesThatMatchTheSame) {
  RulesetCompiler original;
  original.AddText("rules.conf", GetParam().seclang);
  const auto wanted = original.Compile();
  ASSERT_TRUE(wanted.ok()) << Texts(original.diagnostics());

  RulesetCompiler converter;
  converter.AddText("rules.conf", GetParam().seclang);
  const std::string json = converter.ConvertToJson("rules");
  ASSERT_FALSE(HasErrors(converter.diagnostics())) << Texts(converter.diagnostics());

  RulesetCompiler again;
  again.AddText("rules.json", json);
  const auto converted = again.Compile();
  ASSERT_TRUE(converted.ok()) << Texts(again.diagnostics()) << json;
  const std::vector<Outcome> outcomes = Try(*wanted);
  EXPECT_EQ(Try(*converted), outcomes) << json;
  EXPECT_TRUE(std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
    return !outcome.matches.empty();
  })) << "the case shows nothing";
}
INSTANTIATE_TEST_SUITE_P(Cases, ConvertTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

struct Left {
  const char* name;
  const char* seclang;
  const char* text;  // a part of the diagnostic
  bool error;        // the rule is left out
};
constexpr Left kLeft[] = {
    {"SkipAfter", "SecRule ARGS \"@rx a\" \"id:1,phase:2,pass,skipAfter:E\"\nSecMarker E",
     "skip no others", true},
    {"AllowPhase", "SecRule ARGS \"@rx a\" \"id:1,phase:2,allow:phase\"", "allow the whole", true},
    {"RedirectWithMacro", "SecRule ARGS \"@rx a\" \"id:1,phase:2,redirect:http://%{ARGS.h}/\"",
     "fixed address", true},
    {"OtherAction", "SecAction \"id:1,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR}\"", "initcol",
     true},
    {"Bytes", "SecRule ARGS \"@contains \xff\" \"id:1,phase:2,deny\"", "not UTF-8", true},
    {"Settings", "SecRuleEngine On\nSecRule ARGS \"@rx a\" \"id:1,phase:2,deny\"",
     "the location's business", false},
    {"Silent", "SecRule ARGS \"@rx a\" \"id:1,phase:2,pass,nolog\"", "is silent", false},
    {"Tag", "SecRule ARGS \"@rx a\" \"id:1,phase:2,deny,tag:'two words'\"", "two words", false},
};
class LeftOutTest : public testing::TestWithParam<Left> {};
TEST_P(LeftOutTest, IsSaidWithItsPlace) {
  RulesetCompiler converter;
  converter.AddText("rules.conf", GetParam().seclang);
  const std::string json = converter.ConvertToJson("rules");
  const std::string texts = Texts(converter.diagnostics());
  EXPECT_NE(texts.find(GetParam().text), std::string::npos) << texts;
  EXPECT_NE(texts.find("rules.conf"), std::string::npos) << texts;
  EXPECT_EQ(HasErrors(converter.diagnostics()), GetParam().error) << texts;
  EXPECT_EQ(json.find("\"id\": 1") == std::string::npos, GetParam().error) << json;
}
INSTANTIATE_TEST_SUITE_P(Cases, LeftOutTest, testing::ValuesIn(kLeft),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace rasp
