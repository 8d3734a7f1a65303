// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "compile/spec_builder.h"
#include "eval/scenario.h"

namespace rasp {
namespace {

using D = DispositionSpec;
constexpr Phase kHead = Phase::kResponseHeaders;
constexpr Phase kBody = Phase::kResponseBody;

struct Case {
  std::string_view name;
  std::string_view method;
  uint16_t status;
  Headers headers;
  std::string_view body;
  std::string_view story;
};

const Case kCases[] = {
    {"LeakInHtmlBlocks",
     "GET",
     500,
     {{"Content-Type", "text/html; charset=utf-8"}},
     "a SQL syntax error",
     "block 403, response 4: 200 RESPONSE_BODY=a SQL syntax error"},
    {"JsonIsText",
     "GET",
     200,
     {{"Content-Type", "application/problem+json"}},
     "SQL syntax",
     "block 403, response 4: 200 RESPONSE_BODY=SQL syntax"},
    {"ImagesAreNotHeldBack", "GET", 200, {{"Content-Type", "image/png"}}, "SQL syntax", "pass"},
    {"WithoutATypeItIsHeldBack",
     "GET",
     200,
     {},
     "SQL syntax",
     "block 403, response 4: 200 RESPONSE_BODY=SQL syntax"},
    {"HeadHasNoBody", "HEAD", 200, {{"Content-Type", "text/html"}}, "SQL syntax", "pass"},
    {"NotModifiedHasNoBody", "GET", 304, {{"Content-Type", "text/html"}}, "SQL syntax", "pass"},
    {"SwitchingProtocolsHasNoBody", "GET", 101, {}, "SQL syntax", "pass"},
    {"CompressedIsSaidSoAndNeverBlocked",
     "GET",
     200,
     {{"Content-Type", "text/html"}, {"Content-Encoding", "gzip"}},
     "SQL syntax",
     "pass [response-body-encoding]"},
    {"BeginningOfALargeOneIsInspected",
     "GET",
     200,
     {{"Content-Type", "text/html"}},
     "SQL syntax 901234567890123456789012345",
     "block 403, response 4: 200 RESPONSE_BODY=SQL syntax 9012345678901 [response-body-limit]"},
    {"LargeIsSaidSoAndNeverBlocked",
     "GET",
     200,
     {{"Content-Type", "text/html"}},
     "123456789012345678901234567890SQL syntax",
     "pass [response-body-limit]"},
    {"HeadersAreSeenInPhase3",
     "GET",
     200,
     {{"X-Leak", "secret"}, {"Content-Type", "image/png"}},
     "",
     "pass: 201 RESPONSE_HEADERS:X-Leak=secret"},
    {"StatusIsSeen",
     "GET",
     507,
     {{"Content-Type", "image/png"}},
     "",
     "block 502 by 202: 202 RESPONSE_STATUS=507"},
};

class ResponseTest : public testing::TestWithParam<Case> {};

TEST_P(ResponseTest, IsInspected) {
  const Case& c = GetParam();
  RuleSpec leak = MakeRule(200, kBody, D::kScore, {{"RESPONSE_BODY", "rx SQL syntax"}});
  leak.score = 4;
  RuleSpec status = MakeRule(202, kHead, D::kBlock, {{"RESPONSE_STATUS", "eq 507"}});
  status.status = 502;
  const Ruleset ruleset = MakeRuleset(
      {leak, MakeRule(201, kHead, D::kPass, {{"RESPONSE_HEADERS:x-leak", "rx ."}}), status});
  OverlaySpec spec = Blocking();
  spec.limits.response_body_bytes = 24;
  Exchange exchange{c.method, "/"};
  exchange.status = c.status;
  exchange.response_headers = c.headers;
  exchange.response_body = c.body;
  for (const size_t chunk_bytes : {0, 1, 5}) {
    EXPECT_EQ(Play(ruleset, spec, exchange, chunk_bytes).story, c.story);
  }
}

INSTANTIATE_TEST_SUITE_P(Response, ResponseTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Response, BodyIsNotHeldBackIfNoRuleReadsIt) {
  const Ruleset ruleset =
      MakeRuleset({MakeRule(200, kBody, D::kPass, {{"RESPONSE_BODY", "rx x"}})});
  const FakeClock clock;
  for (const bool excluded : {false, true}) {
    OverlaySpec spec = Blocking();
    if (excluded) spec.exclusions = {"200"};
    const auto overlay = Overlay::Make(ruleset, spec);
    ASSERT_TRUE(overlay.ok());
    Transaction tx(ruleset, *overlay, std::pmr::new_delete_resource(), clock);
    tx.OnRequestHeaders({});
    ResponseView response;
    response.status = 200;
    tx.OnResponseHeaders(response);
    EXPECT_EQ(tx.WantsResponseBody(), !excluded);
  }
}

}  // namespace
}  // namespace rasp
