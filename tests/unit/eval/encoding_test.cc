// SPDX-License-Identifier: Apache-2.0
// Content-Encoding: rules see bodies without it.
#include <gtest/gtest.h>

#include <string>

#include "compile/spec_builder.h"
#include "eval/scenario.h"
#include "http/encode.h"

namespace rasp {
namespace {

using D = DispositionSpec;
constexpr std::string_view kForm = "application/x-www-form-urlencoded";

Ruleset EvilRuleset() {
  return MakeRuleset(
      {MakeRule(100, Phase::kRequestBody, D::kPass, {{"ARGS|REQUEST_BODY", "rx evil"}})});
}

struct Case {
  std::string_view name;
  std::string_view type;
  std::string_view encoding;
  std::string body;
  std::string_view blocked;  // the story if the policy says block
  std::string_view passed;   // the story if it says pass
};

std::vector<Case> Cases() {
  constexpr std::string_view kFound = "pass: 100 ARGS:a=evil; 100 REQUEST_BODY=a=evil";
  constexpr std::string_view kRefused = "block 415 [request-body-encoding]";
  return {
      {"Gzip", kForm, "gzip", Gzip("a=evil"), kFound, kFound},
      {"Deflate", kForm, "deflate", ZlibDeflate("a=evil"), kFound, kFound},
      {"RawDeflate", kForm, "deflate", RawDeflate("a=evil"), kFound, kFound},
      {"Brotli", kForm, "br", Brotli("a=evil"), kFound, kFound},
      {"Zstd", kForm, "zstd", Zstd("a=evil"), kFound, kFound},
      {"SeveralCodings", kForm, "gzip, br", Brotli(Gzip("a=evil")), kFound, kFound},
      {"Json", "application/json", "gzip", Gzip("{\"a\":\"evil\"}"), "pass: 100 ARGS:json.a=evil",
       "pass: 100 ARGS:json.a=evil"},
      {"Multipart", "multipart/form-data; boundary=B", "gzip",
       Gzip("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nevil\r\n--B--\r\n"),
       "pass: 100 ARGS:a=evil", "pass: 100 ARGS:a=evil"},
      {"Unknown", kForm, "compress", "a=evil", kRefused,
       "pass: 100 REQUEST_BODY=a=evil [request-body-encoding]"},
      {"TooMany", kForm, "gzip, gzip, gzip, gzip", "a=evil", kRefused,
       "pass: 100 REQUEST_BODY=a=evil [request-body-encoding]"},
      {"NotEncoded", kForm, "gzip", "a=evil", kRefused,
       "pass: 100 REQUEST_BODY=a=evil [request-body-encoding]"},
      {"NotEncodedBrotli", kForm, "br", "user=alice&a=evil", kRefused,
       "pass: 100 REQUEST_BODY=user=alice&a=evil [request-body-encoding]"},
      {"CutShort", kForm, "gzip", Gzip("a=evil").substr(0, 18), kRefused,
       "pass: 100 ARGS:a=evil; 100 REQUEST_BODY=a=evil [request-body-encoding]"},
      {"MoreBehindIt", kForm, "br", Brotli("a=1") + "&a=evil", kRefused,
       "pass: 100 REQUEST_BODY=a=1&a=evil [request-body-encoding]"},
  };
}

class EncodingTest : public testing::TestWithParam<Case> {};

TEST_P(EncodingTest, IsUndoneOrSaid) {
  const Case& c = GetParam();
  const Ruleset ruleset = EvilRuleset();
  const Exchange exchange = {
      "POST", "/", {{"Content-Type", c.type}, {"Content-Encoding", c.encoding}}, c.body};
  OverlaySpec spec = Blocking();
  for (const size_t chunk_bytes : {0, 1, 7}) {
    spec.on_error = FailPolicy::kBlock;
    EXPECT_EQ(Play(ruleset, spec, exchange, chunk_bytes).story, c.blocked) << chunk_bytes;
    spec.on_error = FailPolicy::kPass;
    EXPECT_EQ(Play(ruleset, spec, exchange, chunk_bytes).story, c.passed) << chunk_bytes;
  }
}

INSTANTIATE_TEST_SUITE_P(Encoding, EncodingTest, testing::ValuesIn(Cases()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Encoding, BombsAreStopped) {
  const std::string bomb = Gzip("a=evil&b=" + std::string(20 << 20, 'x'));
  const Exchange exchange = {
      "POST", "/", {{"Content-Type", kForm}, {"Content-Encoding", "gzip"}}, bomb};
  OverlaySpec spec = Blocking();
  spec.limits.request_body_bytes = 4096;
  EXPECT_TRUE(Play(EvilRuleset(), spec, exchange)
                  .verdict.degraded.Has(DegradedReason::kRequestBodyExpansion));
  spec.limits.decompression_ratio = 2000;
  EXPECT_FALSE(Play(EvilRuleset(), spec, exchange)
                   .verdict.degraded.Has(DegradedReason::kRequestBodyExpansion));
}

TEST(Encoding, LengthIsThatOfWhatCame) {
  const std::string body = Gzip("a=evil");
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kRequestBody, D::kPass,
                            {{"REQUEST_BODY_LENGTH", "eq " + std::to_string(body.size())}})});
  const Exchange exchange = {
      "POST", "/", {{"Content-Type", kForm}, {"Content-Encoding", "gzip"}}, body};
  EXPECT_EQ(Play(ruleset, Blocking(), exchange).story,
            "pass: 100 REQUEST_BODY_LENGTH=" + std::to_string(body.size()));
}

struct Answer {
  std::string_view encoding;
  std::string body;
  std::string_view story;
};

TEST(Encoding, OfResponsesIsUndone) {
  RuleSpec leak = MakeRule(200, Phase::kResponseBody, D::kScore, {{"RESPONSE_BODY", "rx SQL"}});
  leak.score = 4;
  const Ruleset ruleset = MakeRuleset({leak});
  constexpr std::string_view kFound = "block 403, response 4: 200 RESPONSE_BODY=a SQL error";
  const Answer answers[] = {
      {"gzip", Gzip("a SQL error"), kFound},
      {"br", Brotli("a SQL error"), kFound},
      {"zstd, deflate", ZlibDeflate(Zstd("a SQL error")), kFound},
      {"compress", "a SQL error", "pass [response-body-encoding]"},
      {"gzip", "a SQL error", "pass [response-body-encoding]"},
      {"gzip", Gzip("a SQL error and more than is held back"),
       "block 403, response 4: 200 RESPONSE_BODY=a SQL error and more than is hel "
       "[response-body-limit]"},
  };
  OverlaySpec spec = Blocking();
  spec.limits.response_body_bytes = 32;
  for (const Answer& answer : answers) {
    Exchange exchange{"GET", "/"};
    exchange.status = 200;
    exchange.response_headers = {{"Content-Type", "text/html"},
                                 {"Content-Encoding", answer.encoding}};
    exchange.response_body = answer.body;
    for (const size_t chunk_bytes : {0, 1, 5})
      EXPECT_EQ(Play(ruleset, spec, exchange, chunk_bytes).story, answer.story) << answer.encoding;
  }
}

}  // namespace
}  // namespace rasp
