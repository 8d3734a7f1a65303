// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "rasp/inspector.h"
#include "rasp/modsec.h"

namespace rasp {
namespace {

// A native engine that does what the test says.
class Scripted final : public Inspector {
 public:
  Verdict at_headers;
  Verdict at_body;
  std::vector<std::pair<uint64_t, Phase>> logged;
  std::vector<std::string> calls;

  Verdict OnGate(const RequestView&) noexcept override { return Note("gate", {}); }
  Verdict OnRequestHeaders(const RequestView&) noexcept override {
    return Note("headers", at_headers);
  }
  bool WantsRequestBody() const noexcept override { return true; }
  Verdict OnRequestBodyChunk(std::string_view) noexcept override { return Note("chunk", {}); }
  void OnRequestBodyUnreadable() noexcept override { Note("unreadable", {}); }
  Verdict OnRequestBodyEnd() noexcept override { return Note("body", at_body); }
  Verdict OnResponseHeaders(const ResponseView&) noexcept override { return Note("response", {}); }
  bool WantsResponseBody() const noexcept override { return false; }
  Verdict OnResponseBodyChunk(std::string_view) noexcept override { return Note("data", {}); }
  Verdict OnResponseBodyEnd() noexcept override { return Note("end", {}); }
  const Event& Finish(uint16_t status, bool) noexcept override {
    Note("finish", {});
    infos_.reserve(logged.size());
    for (const auto& [id, phase] : logged) {
      RuleInfo& info = infos_.emplace_back();
      info.id = id;
      info.phase = phase;
      matches_.emplace_back();
      matches_.back().rule = &info;
    }
    event_.matches = matches_;
    event_.response_status = status;
    event_.verdict = at_headers.Blocks() || at_headers.would_block ? at_headers : at_body;
    event_.phase = at_headers.Blocks() ? Phase::kRequestHeaders : Phase::kRequestBody;
    return event_;
  }
  const Event& event() const noexcept override { return event_; }

 private:
  Verdict Note(const char* call, const Verdict& verdict) noexcept {
    calls.emplace_back(call);
    return verdict;
  }
  std::vector<RuleInfo> infos_;
  std::vector<RuleMatch> matches_;
  Event event_;
};

Verdict Blocking(uint16_t status) {
  Verdict verdict;
  verdict.decision = Decision::kBlock;
  verdict.status = status;
  return verdict;
}

constexpr std::string_view kRules = R"(
SecRuleEngine On
SecRule REQUEST_METHOD "@streq GET" "id:1,phase:1,pass,log,msg:'get'"
SecRule ARGS:q "@streq bad" "id:2,phase:2,deny,status:403,log,msg:'bad'"
SecRule RESPONSE_STATUS "@streq 200" "id:3,phase:3,pass,log,msg:'fine'"
SecRule REQUEST_METHOD "@streq GET" "id:5,phase:5,pass,log,msg:'end'"
)";

struct Case {
  const char* name;
  const char* target;
  Verdict native;  // in phase 2
  std::vector<std::pair<uint64_t, Phase>> logged;
  bool verdicts_differ;
  std::vector<uint64_t> only_here;
  std::vector<uint64_t> only_reference;
};

class ComparisonTest : public ::testing::TestWithParam<Case> {};

TEST_P(ComparisonTest, Tells) {
  const Case& c = GetParam();
  const ModsecSource source{"test.conf", std::string(kRules), true};
  const auto rules = ModsecRuleset::Load({&source, 1}, {.silent = true});
  ASSERT_TRUE(rules) << rules.error();
  Scripted native;
  native.at_body = c.native;
  native.logged = c.logged;
  const auto both =
      MakeComparingInspector(native, **rules, {Mode::kBlock, FailPolicy::kBlock}, SystemClock());
  RequestView request;
  request.method = "GET";
  request.target = c.target;
  request.protocol = "HTTP/1.1";
  both->OnGate(request);
  both->OnRequestHeaders(request);
  const Verdict verdict = both->OnRequestBodyEnd();
  EXPECT_EQ(verdict.decision, c.native.decision) << "the native verdict is the answer";
  if (!verdict.Blocks()) both->OnResponseHeaders({200, "HTTP/1.1", {}});
  const Event& event = both->Finish(200, verdict.Blocks());
  ASSERT_NE(event.comparison, nullptr);
  const Comparison& comparison = *event.comparison;
  EXPECT_EQ(comparison.verdicts_differ, c.verdicts_differ);
  EXPECT_EQ(std::vector(comparison.only_here.begin(), comparison.only_here.end()), c.only_here);
  EXPECT_EQ(std::vector(comparison.only_reference.begin(), comparison.only_reference.end()),
            c.only_reference);
  EXPECT_EQ(comparison.Differs(),
            c.verdicts_differ || !c.only_here.empty() || !c.only_reference.empty());
}

const Case kCases[] = {
    {"Agreement",
     "/?q=good",
     {},
     {{1, Phase::kRequestHeaders}, {3, Phase::kResponseHeaders}, {5, Phase::kLogging}},
     false,
     {},
     {}},
    {"AgreementOnARefusal",
     "/?q=bad",
     Blocking(403),
     {{1, Phase::kRequestHeaders}, {2, Phase::kRequestBody}, {5, Phase::kLogging}},
     false,
     {},
     {}},
    {"RepeatedMatchesAreOne",
     "/?q=good",
     {},
     {{1, Phase::kRequestHeaders},
      {1, Phase::kRequestHeaders},
      {3, Phase::kResponseHeaders},
      {5, Phase::kLogging}},
     false,
     {},
     {}},
    {"OnlyNative",
     "/?q=good",
     {},
     {{1, Phase::kRequestHeaders},
      {9, Phase::kRequestHeaders},
      {3, Phase::kResponseHeaders},
      {5, Phase::kLogging}},
     false,
     {9},
     {}},
    {"OnlyReference", "/?q=good", {}, {{5, Phase::kLogging}}, false, {}, {1, 3}},
    {"OtherStatus",
     "/?q=bad",
     Blocking(406),
     {{1, Phase::kRequestHeaders}, {2, Phase::kRequestBody}, {5, Phase::kLogging}},
     true,
     {},
     {}},
    {"ReferenceRefuses",  // what the native engine did in the phases after that is no difference
     "/?q=bad",
     {},
     {{1, Phase::kRequestHeaders}, {3, Phase::kResponseHeaders}, {5, Phase::kLogging}},
     true,
     {},
     {2}},
    {"NativeRefuses",
     "/?q=good",
     Blocking(403),
     {{1, Phase::kRequestHeaders}, {9, Phase::kRequestBody}, {5, Phase::kLogging}},
     true,
     {9},
     {}},
};
INSTANTIATE_TEST_SUITE_P(All, ComparisonTest, ::testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

TEST(Comparison, RulesThatOnlyDetectHaveNoVerdictToCompare) {
  const ModsecSource source{"test.conf", "SecRuleEngine DetectionOnly\n", true};
  const auto rules = ModsecRuleset::Load({&source, 1});
  ASSERT_TRUE(rules) << rules.error();
  Scripted native;
  native.at_body = Blocking(403);
  const auto both =
      MakeComparingInspector(native, **rules, {Mode::kBlock, FailPolicy::kBlock}, SystemClock());
  RequestView request;
  both->OnRequestHeaders(request);
  both->OnRequestBodyEnd();
  const Event& event = both->Finish(403, true);
  ASSERT_NE(event.comparison, nullptr);
  EXPECT_FALSE(event.comparison->verdicts_compared);
  EXPECT_FALSE(event.comparison->Differs());
}

TEST(Comparison, EveryCallReachesTheNativeEngineOnce) {
  const ModsecSource source{"test.conf", std::string(kRules), true};
  const auto rules = ModsecRuleset::Load({&source, 1});
  ASSERT_TRUE(rules);
  Scripted native;
  const auto both =
      MakeComparingInspector(native, **rules, {Mode::kBlock, FailPolicy::kBlock}, SystemClock());
  RequestView request;
  both->OnGate(request);
  both->OnRequestHeaders(request);
  both->OnRequestBodyChunk("x");
  both->OnRequestBodyUnreadable();
  both->OnRequestBodyEnd();
  both->OnResponseHeaders({200, "HTTP/1.1", {}});
  both->OnResponseBodyChunk("y");
  both->OnResponseBodyEnd();
  both->Finish(200, false);
  both->Finish(200, false);
  EXPECT_EQ(native.calls, (std::vector<std::string>{"gate", "headers", "chunk", "unreadable",
                                                    "body", "response", "data", "end", "finish"}));
}

}  // namespace
}  // namespace rasp
