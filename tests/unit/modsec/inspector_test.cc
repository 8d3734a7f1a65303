// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "rasp/modsec.h"

namespace rasp {
namespace {

constexpr std::string_view kRules = R"(
SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain
SecRule ARGS "@contains attack" "id:1001,phase:2,deny,status:406,log,msg:'seen %{MATCHED_VAR}',\
  logdata:'it was %{MATCHED_VAR_NAME}',severity:CRITICAL,tag:'one',tag:'two',rev:'3',ver:'v9'"
SecRule REQUEST_HEADERS:X-Go "@streq away" \
  "id:1002,phase:1,redirect:https://example.org/out,status:302,log,msg:'away'"
SecRule REQUEST_HEADERS:X-Note "@rx ." "id:1003,phase:1,pass,log,msg:'noted'"
SecRule REQUEST_HEADERS:X-Quiet "@rx ." "id:1004,phase:1,pass,nolog"
SecRule RESPONSE_BODY "@contains secret" "id:1005,phase:4,deny,log,msg:'leak'"
SecRule RESPONSE_STATUS "@streq 404" "id:1006,phase:5,pass,log,msg:'missing'"
)";

struct Exchange {
  std::string target = "/";
  std::vector<HeaderField> headers;
  std::string body;
  uint16_t status = 200;
  std::string response_body;
};

class ModsecInspectorTest : public ::testing::Test {
 protected:
  void Load(std::string rules, ModsecLocation location = {Mode::kBlock, FailPolicy::kBlock}) {
    const ModsecSource source{"test.conf", std::move(rules), true};
    auto loaded = ModsecRuleset::Load({&source, 1});
    ASSERT_TRUE(loaded) << loaded.error();
    rules_ = *std::move(loaded);
    inspector_ = MakeModsecInspector(*rules_, location, SystemClock());
  }

  // As a host does: stops where a verdict blocks.
  const Event& Run(const Exchange& exchange) {
    request_.method = exchange.body.empty() ? "GET" : "POST";
    request_.target = exchange.target;
    request_.protocol = "HTTP/1.1";
    request_.unique_id = "unit-1";
    request_.headers = exchange.headers;
    request_.client = {"192.0.2.7", 4711};
    request_.server = {"192.0.2.1", 80};
    Verdict verdict = inspector_->OnRequestHeaders(request_);
    if (!verdict.Blocks() && inspector_->WantsRequestBody()) {
      verdict = inspector_->OnRequestBodyChunk(exchange.body);
    }
    if (!verdict.Blocks()) verdict = inspector_->OnRequestBodyEnd();
    if (!verdict.Blocks()) {
      const HeaderField type{"Content-Type", "text/plain"};
      verdict = inspector_->OnResponseHeaders({exchange.status, "HTTP/1.1", {&type, 1}});
    }
    if (!verdict.Blocks() && inspector_->WantsResponseBody()) {
      inspector_->OnResponseBodyChunk(exchange.response_body);
      verdict = inspector_->OnResponseBodyEnd();
    }
    return inspector_->Finish(verdict.Blocks() ? verdict.status : exchange.status,
                              verdict.Blocks());
  }

  std::unique_ptr<ModsecRuleset> rules_;
  std::unique_ptr<Inspector> inspector_;
  RequestView request_;
};

std::vector<uint64_t> Ids(const Event& event) {
  std::vector<uint64_t> ids;
  for (const RuleMatch& match : event.matches) ids.push_back(match.rule->id);
  return ids;
}

TEST_F(ModsecInspectorTest, PassesWhatNoRuleMatches) {
  Load(std::string(kRules));
  const Event& event = Run({"/?q=hello", {}, "", 200, "plain"});
  EXPECT_FALSE(event.verdict.Blocks());
  EXPECT_TRUE(event.matches.empty());
  EXPECT_FALSE(event.worth_logging);
  EXPECT_EQ(event.response_status, 200);
}

TEST_F(ModsecInspectorTest, RefusesAndTellsWhy) {
  Load(std::string(kRules));
  const Event& event = Run({"/?q=an+attack", {}, "", 200, ""});
  EXPECT_EQ(event.verdict.decision, Decision::kBlock);
  EXPECT_EQ(event.verdict.status, 406);
  EXPECT_EQ(event.verdict.rule_id, 1001u);
  EXPECT_EQ(event.phase, Phase::kRequestBody);
  EXPECT_TRUE(event.enforced);
  ASSERT_EQ(Ids(event), std::vector<uint64_t>{1001});
  const RuleMatch& match = event.matches[0];
  EXPECT_EQ(match.target, "ARGS:q");
  EXPECT_EQ(match.operator_name, "Contains");
  EXPECT_EQ(match.operator_argument, "attack");
  EXPECT_EQ(match.value, "an attack");
  EXPECT_EQ(match.message, "seen an attack");
  EXPECT_EQ(match.log_data, "it was ARGS:q");
  EXPECT_EQ(match.rule->severity, Severity::kCritical);
  EXPECT_EQ(match.rule->phase, Phase::kRequestBody);
  EXPECT_EQ(match.rule->revision, "3");
  EXPECT_EQ(match.rule->version, "v9");
  ASSERT_EQ(match.rule->tags.size(), 2u);
  EXPECT_EQ(match.rule->tags[1], "two");
}

TEST_F(ModsecInspectorTest, SeesFormBodies) {
  Load(std::string(kRules));
  const Event& event =
      Run({"/", {{"Content-Type", "application/x-www-form-urlencoded"}}, "a=1&b=attack", 200, ""});
  EXPECT_EQ(event.verdict.rule_id, 1001u);
  EXPECT_EQ(event.request_body_bytes, 12u);
}

TEST_F(ModsecInspectorTest, Redirects) {
  Load(std::string(kRules));
  const Event& event = Run({"/", {{"X-Go", "away"}}, "", 200, ""});
  EXPECT_EQ(event.verdict.decision, Decision::kRedirect);
  EXPECT_EQ(event.verdict.status, 302);
  EXPECT_EQ(event.verdict.redirect_to, "https://example.org/out");
  EXPECT_EQ(event.phase, Phase::kRequestHeaders);
}

TEST_F(ModsecInspectorTest, RefusesResponses) {
  Load(std::string(kRules));
  EXPECT_TRUE(rules_->wants_response_bodies());
  const Event& event = Run({"/", {}, "", 200, "the secret"});
  EXPECT_EQ(event.verdict.rule_id, 1005u);
  EXPECT_EQ(event.phase, Phase::kResponseBody);
}

TEST_F(ModsecInspectorTest, LogsOnlyWhatIsToBeLogged) {
  Load(std::string(kRules));
  const Event& event = Run({"/", {{"X-Note", "n"}, {"X-Quiet", "q"}}, "", 404, "plain"});
  EXPECT_FALSE(event.verdict.Blocks());
  EXPECT_EQ(Ids(event), (std::vector<uint64_t>{1003, 1006}));
  EXPECT_TRUE(event.worth_logging);
}

TEST_F(ModsecInspectorTest, DetectsWhereTheLocationOnlyDetects) {
  Load(std::string(kRules), {Mode::kDetect, FailPolicy::kBlock});
  const Event& event = Run({"/?q=attack", {}, "", 404, "plain"});
  EXPECT_FALSE(event.verdict.Blocks());
  EXPECT_TRUE(event.verdict.would_block);
  EXPECT_EQ(event.verdict.rule_id, 1001u);
  EXPECT_EQ(Ids(event), (std::vector<uint64_t>{1001, 1006}));
}

TEST_F(ModsecInspectorTest, NamesARuleThatRefusesWithoutLogging) {
  Load("SecRuleEngine On\nSecRule ARGS:q \"@streq bad\" \"id:88,phase:1,deny,status:403,nolog\"\n");
  const Event& event = Run({"/?q=bad", {}, "", 200, ""});
  EXPECT_EQ(event.verdict.rule_id, 88u);
  EXPECT_TRUE(event.matches.empty());
}

TEST_F(ModsecInspectorTest, UnreadableBodiesFollowThePolicy) {
  Load(std::string(kRules));
  request_.method = "POST";
  request_.target = "/";
  request_.protocol = "HTTP/1.1";
  inspector_->OnRequestHeaders(request_);
  inspector_->OnRequestBodyUnreadable();
  const Verdict verdict = inspector_->OnRequestBodyEnd();
  EXPECT_TRUE(verdict.Blocks());
  EXPECT_TRUE(verdict.degraded.Has(DegradedReason::kRequestBodyUnread));
}

TEST_F(ModsecInspectorTest, FinishWithoutARequestIsAnEmptyEvent) {
  Load(std::string(kRules));
  const Event& event = inspector_->Finish(400, false);
  EXPECT_EQ(event.response_status, 400);
  EXPECT_FALSE(event.worth_logging);
}

TEST(ModsecRuleset, CountsAndHashesItsRules) {
  const ModsecSource source{"test.conf", std::string(kRules), true};
  const ModsecSource other{"test.conf", std::string(kRules) + "\n# more", true};
  const auto loaded = ModsecRuleset::Load({&source, 1});
  const auto second = ModsecRuleset::Load({&other, 1});
  ASSERT_TRUE(loaded && second);
  EXPECT_EQ((*loaded)->rules(), 6u);
  EXPECT_EQ((*loaded)->hash().size(), 64u);
  EXPECT_NE((*loaded)->hash(), (*second)->hash());
}

TEST(ModsecRuleset, WhatOneSourceSetsHoldsForTheNext) {
  const ModsecSource sources[] = {
      {"a.conf", "SecRuleEngine On\nSecDefaultAction \"phase:1,log,deny,status:418\"", true},
      {"b.conf", "SecRule REQUEST_METHOD \"@streq GET\" \"id:7,phase:1,block\"", true}};
  const auto loaded = ModsecRuleset::Load(sources);
  ASSERT_TRUE(loaded) << loaded.error();
  const auto inspector =
      MakeModsecInspector(**loaded, {Mode::kBlock, FailPolicy::kBlock}, SystemClock());
  RequestView request;
  request.method = "GET";
  request.target = "/";
  request.protocol = "HTTP/1.1";
  EXPECT_EQ(inspector->OnRequestHeaders(request).status, 418);
}

TEST(ModsecRuleset, RulesWithoutAnEngineSettingFollowTheLocation) {
  const ModsecSource source{
      "a.conf", "SecRule REQUEST_METHOD \"@streq GET\" \"id:7,phase:1,deny,status:403\"", true};
  const auto loaded = ModsecRuleset::Load({&source, 1});
  ASSERT_TRUE(loaded) << loaded.error();
  const auto inspector =
      MakeModsecInspector(**loaded, {Mode::kBlock, FailPolicy::kBlock}, SystemClock());
  RequestView request;
  request.method = "GET";
  request.target = "/";
  request.protocol = "HTTP/1.1";
  EXPECT_TRUE(inspector->OnRequestHeaders(request).Blocks());
}

struct BadSource {
  const char* name;
  ModsecSource source;
  const char* told;
};

class ModsecRefusalTest : public ::testing::TestWithParam<BadSource> {};

TEST_P(ModsecRefusalTest, SaysWhy) {
  const auto loaded = ModsecRuleset::Load({&GetParam().source, 1});
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().find(GetParam().told), std::string::npos) << loaded.error();
}

const BadSource kBadSources[] = {
    {"MissingFile", {"/nonexistent/rules.conf", "", false}, "cannot be read"},
    {"Json", {"shop.json", " {\"ruleset\": \"shop\"}", true}, "rasp_engine native"},
    {"Syntax", {"bad.conf", "SecRule ARGS", true}, "libmodsecurity refuses"},
    {"UnknownDirective", {"bad.conf", "SecNoSuchThing On", true}, "refuses"},
};
INSTANTIATE_TEST_SUITE_P(All, ModsecRefusalTest, ::testing::ValuesIn(kBadSources),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace rasp
