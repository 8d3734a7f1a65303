// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>

#include "compile/spec_builder.h"
#include "eval/scenario.h"

namespace rasp {
namespace {

using D = DispositionSpec;

struct Case {
  std::string_view name;
  std::function<void(Limits&)> set;
  Exchange exchange;
  std::string_view blocked;  // the story if the policy says block
  std::string_view passed;   // the story if it says pass
};

Ruleset EvilRuleset() {
  return MakeRuleset(
      {MakeRule(100, Phase::kRequestBody, D::kPass, {{"ARGS|REQUEST_BODY", "rx evil"}})});
}

std::vector<Case> Cases() {
  const Headers json = {{"Content-Type", "application/json"}};
  const Headers form = {{"Content-Type", "application/x-www-form-urlencoded"}};
  return {
      {"HeaderFields",
       [](Limits& l) { l.request_headers = 1; },
       {"GET", "/?a=evil", {{"A", "1"}, {"B", "2"}}},
       "block 431 [request-header-limit]",
       "pass: 100 ARGS:a=evil [request-header-limit]"},
      {"HeaderBytes",
       [](Limits& l) { l.request_header_bytes = 20; },
       {"GET", "/?a=evil", {{"A", "12345"}}},
       "block 431 [request-header-limit]",
       "pass: 100 ARGS:a=evil [request-header-limit]"},
      {"HeadersAtTheLimit",
       [](Limits& l) { l.request_headers = 2; },
       {"GET", "/", {{"A", "1"}, {"B", "2"}}},
       "pass",
       "pass"},
      {"QueryArguments",
       [](Limits& l) { l.arguments = 1; },
       {"GET", "/?a=evil&b=2"},
       "block 413 [request-argument-limit]",
       "pass: 100 ARGS:a=evil [request-argument-limit]"},
      {"QueryArgumentsAtTheLimit",
       [](Limits& l) { l.arguments = 2; },
       {"GET", "/?a=1&b=2"},
       "pass",
       "pass"},
      {"ArgumentsOfQueryAndBodyTogether",
       [](Limits& l) { l.arguments = 2; },
       {"POST", "/?a=1", json, "[\"evil\",2]"},
       "block 413 [request-argument-limit]",
       R"(pass: 100 ARGS:json.array_0=evil; 100 REQUEST_BODY=["evil",2] [request-argument-limit])"},
      {"Cookies",
       [](Limits& l) { l.arguments = 1; },
       {"GET", "/", {{"Cookie", "a=1; b=2"}}},
       "block 413 [request-argument-limit]",
       "pass [request-argument-limit]"},
      {"RawBody",
       [](Limits& l) { l.request_body_bytes = 6; },
       {"POST", "/", {}, "evil123"},
       "pass: 100 REQUEST_BODY=evil12; 100 REQUEST_BODY=evil123",
       "pass: 100 REQUEST_BODY=evil12; 100 REQUEST_BODY=evil123"},
      {"PaddedForm",
       [](Limits& l) { l.request_body_bytes = 6; },
       {"POST", "/", form, "&&&&&&a=evil"},
       "pass: 100 ARGS:a=evil; 100 REQUEST_BODY=&&&&&&a=evil",
       "pass: 100 ARGS:a=evil; 100 REQUEST_BODY=&&&&&&a=evil"},
      {"RawBodyAtTheLimit",
       [](Limits& l) { l.request_body_bytes = 6; },
       {"POST", "/", {}, "123456"},
       "pass",
       "pass"},
      {"Depth",
       [](Limits& l) { l.body_depth = 2; },
       {"POST", "/", json, "[[[1]]]"},
       "block 413 [request-body-depth]",
       "pass [request-body-depth]"},
      {"Encoding",
       [](Limits&) {},
       {"POST", "/", {{"Content-Encoding", "gzip"}}, "evil"},
       "block 415 [request-body-encoding]",
       "pass: 100 REQUEST_BODY=evil [request-body-encoding]"},
      {"IdentityIsNoEncoding",
       [](Limits&) {},
       {"POST", "/", {{"Content-Encoding", "Identity"}}, "x"},
       "pass",
       "pass"},
      {"EncodingOfNothingIsHarmless",
       [](Limits&) {},
       {"GET", "/", {{"Content-Encoding", "gzip"}}},
       "pass",
       "pass"},
      {"Charset",
       [](Limits&) {},
       {"POST",
        "/",
        {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-7"}},
        "a=evil"},
       "block 415 [request-body-charset]",
       "pass: 100 ARGS:a=evil; 100 REQUEST_BODY=a=evil [request-body-charset]"},
      {"Matches",
       [](Limits& l) { l.matches = 1; },
       {"GET", "/?a=evil&b=evil"},
       "pass: 100 ARGS:a=evil",
       "pass: 100 ARGS:a=evil"},
  };
}

class LimitsTest : public testing::TestWithParam<Case> {};

TEST_P(LimitsTest, FollowThePolicy) {
  const Case& c = GetParam();
  const Ruleset ruleset = EvilRuleset();
  OverlaySpec spec = Blocking();
  c.set(spec.limits);
  for (const size_t chunk_bytes : {0, 1, 2}) {
    spec.on_error = FailPolicy::kBlock;
    EXPECT_EQ(Play(ruleset, spec, c.exchange, chunk_bytes).story, c.blocked);
    spec.on_error = FailPolicy::kPass;
    EXPECT_EQ(Play(ruleset, spec, c.exchange, chunk_bytes).story, c.passed);
  }
}

INSTANTIATE_TEST_SUITE_P(Limits, LimitsTest, testing::ValuesIn(Cases()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Limits, DetectModeOnlySaysWhatItWouldDo) {
  OverlaySpec spec;
  spec.limits.arguments = 1;
  EXPECT_EQ(Play(EvilRuleset(), spec, {"GET", "/?a=evil&b=2"}).story,
            "would-block 413: 100 ARGS:a=evil [request-argument-limit]");
}

TEST(Limits, MatchesLeftOutAreCounted) {
  OverlaySpec spec = Blocking();
  spec.limits.matches = 1;
  const Ruleset ruleset = EvilRuleset();
  const auto overlay = Overlay::Make(ruleset, spec);
  ASSERT_TRUE(overlay.ok());
  const FakeClock clock;
  Transaction tx(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
  RequestView view;
  view.method = "GET";
  view.target = "/?a=evil&b=evil&c=evil";
  tx.OnRequestHeaders(view);
  tx.OnRequestBodyEnd();
  const Event& event = tx.Finish(200, false);
  EXPECT_EQ(event.matches.size(), 1u);
  EXPECT_EQ(event.matches_left_out, 2u);
}

TEST(Limits, TheRuleThatBlocksIsToldBeyondTheMatchesKept) {
  OverlaySpec spec = Blocking();
  spec.limits.matches = 1;
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kRequestHeaders, D::kPass, {{"ARGS", "rx evil"}}),
                   MakeRule(101, Phase::kRequestHeaders, D::kBlock, {{"ARGS:b", "rx evil"}})});
  EXPECT_EQ(Play(ruleset, spec, {"GET", "/?a=evil&b=evil"}).story,
            "block 403 by 101: 100 ARGS:a=evil; 101 ARGS:b=evil");
}

TEST(Limits, TimeStopsTheRulesThatAreLeft) {
  OverlaySpec spec = Blocking();
  spec.limits.time_us = 1000;
  FakeClock clock;
  clock.step_us = 400;
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kRequestHeaders, D::kPass, {{"ARGS", "rx evil"}}),
                   MakeRule(101, Phase::kRequestHeaders, D::kPass, {{"ARGS", "rx evil"}}),
                   MakeRule(102, Phase::kRequestHeaders, D::kPass, {{"ARGS", "rx evil"}})});
  const Exchange exchange = {"GET", "/?a=evil"};
  EXPECT_EQ(Play(ruleset, spec, exchange, 0, &clock).story,
            "block 503: 100 ARGS:a=evil [time-limit]");
  spec.on_error = FailPolicy::kPass;
  EXPECT_EQ(Play(ruleset, spec, exchange, 0, &clock).story, "pass: 100 ARGS:a=evil [time-limit]");
  spec.limits.time_us = 0;
  EXPECT_EQ(Play(ruleset, spec, exchange, 0, &clock).story,
            "pass: 100 ARGS:a=evil; 101 ARGS:a=evil; 102 ARGS:a=evil");
}

TEST(Limits, AnUnreadableBodyIsSaidSo) {
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kRequestBody, D::kPass, {{"REQBODY_ERROR", "eq 1"}})});
  OverlaySpec spec = Blocking();
  spec.on_error = FailPolicy::kPass;
  const auto overlay = Overlay::Make(ruleset, spec);
  ASSERT_TRUE(overlay.ok());
  const FakeClock clock;
  Transaction tx(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
  tx.OnRequestHeaders({});
  tx.OnRequestBodyUnreadable();
  const Verdict verdict = tx.OnRequestBodyEnd();
  EXPECT_TRUE(verdict.degraded.Has(DegradedReason::kRequestBodyUnread));
  EXPECT_EQ(tx.event().matches.size(), 1u);
}

TEST(Gate, RefusesWhatIsTooLargeWithoutRunningARule) {
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kRequestHeaders, D::kBlock, {{"REQUEST_METHOD", "rx ."}})});
  OverlaySpec spec = Blocking();
  spec.limits.request_header_bytes = 100;
  const auto overlay = Overlay::Make(ruleset, spec);
  ASSERT_TRUE(overlay.ok());
  const FakeClock clock;
  RequestView view;
  view.method = "GET";
  view.target = "/";
  Transaction small(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
  EXPECT_FALSE(small.OnGate(view).Blocks());
  EXPECT_TRUE(small.event().matches.empty());
  const std::string long_target(200, 'a');
  view.target = long_target;
  Transaction large(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
  const Verdict verdict = large.OnGate(view);
  EXPECT_TRUE(verdict.Blocks());
  EXPECT_EQ(verdict.status, 431);
}

TEST(Event, KeepsTheSurroundingsOfAMatchInALargeValue) {
  const Ruleset ruleset = MakeRuleset(
      {MakeRule(100, Phase::kRequestBody, D::kPass, {{"REQUEST_BODY", "rx evil", "", {}, true}})});
  const auto overlay = Overlay::Make(ruleset, Blocking());
  ASSERT_TRUE(overlay.ok());
  const FakeClock clock;
  Transaction tx(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
  tx.OnRequestHeaders({});
  tx.OnRequestBodyChunk(std::string(100'000, 'x') + "evil" + std::string(100'000, 'y'));
  tx.OnRequestBodyEnd();
  const Event& event = tx.Finish(200, false);
  ASSERT_EQ(event.matches.size(), 1u);
  const RuleMatch& match = event.matches[0];
  EXPECT_LE(match.value.size(), 2048u);
  EXPECT_EQ(match.value.substr(match.offset, match.length), "evil");
  EXPECT_EQ(match.value.substr(match.offset - 1, 6), "xevily");
}

TEST(Event, NamesTheTransformationsThatChangedTheValue) {
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kRequestHeaders, D::kPass,
                            {{"ARGS", "streq ab", "urlDecode|lowercase|removeNulls"}})});
  const auto overlay = Overlay::Make(ruleset, Blocking());
  ASSERT_TRUE(overlay.ok());
  const FakeClock clock;
  Transaction tx(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
  RequestView view;
  view.target = "/?a=AB";
  tx.OnRequestHeaders(view);
  const Event& event = tx.event();
  ASSERT_EQ(event.matches.size(), 1u);
  ASSERT_EQ(event.matches[0].transforms.size(), 1u);
  EXPECT_EQ(event.matches[0].transforms[0], "lowercase");
  EXPECT_EQ(event.time_us, clock.unix_us);
  EXPECT_EQ(event.ruleset_hash, "hash");
}

TEST(Event, MessageAndLogDataHaveTheirMacrosExpanded) {
  RuleSpec rule =
      MakeRule(100, Phase::kRequestHeaders, D::kPass, {{"ARGS", "rx ^(.)", "", {}, true}});
  rule.message = "%{MATCHED_VAR_NAME} begins with %{TX.1}";
  rule.log_data = "rule %{RULE.id}: %{MATCHED_VAR}";
  const Outcome outcome = Play(MakeRuleset({rule}), Blocking(), {"GET", "/?a=xyz"});
  ASSERT_EQ(outcome.messages.size(), 1u);
  EXPECT_EQ(outcome.messages[0], "ARGS:a begins with x");
}

TEST(Mode, OffInspectsNothing) {
  OverlaySpec spec;
  spec.mode = Mode::kOff;
  const Ruleset ruleset = EvilRuleset();
  const auto overlay = Overlay::Make(ruleset, spec);
  ASSERT_TRUE(overlay.ok());
  const FakeClock clock;
  Transaction tx(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
  RequestView view;
  view.target = "/?a=evil";
  EXPECT_FALSE(tx.OnRequestHeaders(view).Blocks());
  EXPECT_FALSE(tx.WantsRequestBody());
  EXPECT_FALSE(tx.Finish(200, false).worth_logging);
}

TEST(Finish, MayComeAtAnyTimeAndCountsOnce) {
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kLogging, D::kPass, {{"REQUEST_METHOD", "rx ."}})});
  const auto overlay = Overlay::Make(ruleset, Blocking());
  ASSERT_TRUE(overlay.ok());
  const FakeClock clock;
  Transaction unused(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
  EXPECT_TRUE(unused.Finish(0, false).matches.empty());
  Transaction tx(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
  RequestView view;
  view.method = "GET";
  tx.OnRequestHeaders(view);
  EXPECT_EQ(tx.Finish(499, false).matches.size(), 1u);
  EXPECT_EQ(tx.Finish(200, false).matches.size(), 1u);
  EXPECT_EQ(tx.event().response_status, 499);
}

}  // namespace
}  // namespace rasp
