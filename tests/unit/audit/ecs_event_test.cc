// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "audit/sample_event.h"

namespace rasp {
namespace {

using nlohmann::json;
using namespace std::string_view_literals;

json Parse(SampleEvent& sample) {
  const std::string line = sample.Json();
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(json::accept(line)) << line;
  return json::parse(line, nullptr, false);
}

TEST(EcsEvent, TellsTheWholeStory) {
  SampleEvent sample;
  const json want = json::parse(R"({
    "@timestamp": "2026-05-28T20:26:40.000001Z",
    "ecs": {"version": "8.11.0"},
    "event": {"id": "ev-1", "kind": "alert", "category": ["web", "intrusion_detection"], "type": ["denied"],
              "action": "blocked", "outcome": "success", "module": "rasp", "dataset": "rasp.events"},
    "rule": {"id": "400100", "name": "SQL injection", "ruleset": "owasp-top10", "version": "1.0.0",
             "category": "A05:2025"},
    "rasp": {"mode": "block", "verdict": "block", "phase": "request_body", "enforced": true, "would_block": false,
             "score": 5, "threshold": 5, "response_score": 0, "response_threshold": 4,
             "matches": [{"id": "400100", "name": "SQL injection", "severity": "critical", "phase": "request_body",
                          "mode": "enforce", "score": 5, "tags": ["sqli", "paranoia-1"], "owasp": ["A05:2025"],
                          "cwe": [89], "target": "ARGS:id", "operator": "detectSQLi", "snippet": "1' OR 1=1",
                          "offset": 1, "length": 8, "truncated": false, "transforms": ["urlDecodeUni"],
                          "message": "SQL injection"}],
             "matches_left_out": 0, "degraded": [], "ruleset_hash": "00ff", "latency_us": 42},
    "source": {"ip": "192.0.2.7", "port": 50000},
    "destination": {"ip": "192.0.2.1", "port": 443},
    "http": {"version": "1.1", "request": {"id": "0123456789abcdef", "method": "GET", "body": {"bytes": 0}},
             "response": {"status_code": 403}},
    "url": {"path": "/item", "query": "id=1'%20OR%201=1", "domain": "shop.example"},
    "user_agent": {"original": "curl/7.88.1"},
    "observer": {"vendor": "ngx-rasp", "product": "ngx-rasp", "type": "waf", "hostname": "edge-1",
                 "version": "0.1.0"}
  })");
  EXPECT_EQ(Parse(sample), want) << json::diff(want, Parse(sample));
}

struct OutcomeCase {
  std::string_view name;
  Decision decision;
  bool enforced, would_block, has_match, degraded;
  std::string_view action, type, outcome, kind;
};

constexpr OutcomeCase kOutcomes[] = {
    {"Blocked", Decision::kBlock, true, false, true, false, "blocked", "denied", "success",
     "alert"},
    {"Redirected", Decision::kRedirect, true, false, true, false, "redirected", "denied", "success",
     "alert"},
    {"Dropped", Decision::kDrop, true, false, true, false, "dropped", "denied", "success", "alert"},
    {"BlockedForWantOfInspection", Decision::kBlock, true, false, false, true, "blocked", "denied",
     "success", "alert"},
    {"TooLate", Decision::kBlock, false, false, true, false, "not-enforced", "allowed", "failure",
     "alert"},
    {"WouldBlock", Decision::kPass, false, true, true, false, "would-block", "allowed", "unknown",
     "alert"},
    {"WouldBlockWithItsDecision", Decision::kBlock, false, true, true, false, "would-block",
     "allowed", "unknown", "alert"},
    {"Detected", Decision::kPass, false, false, true, false, "detected", "allowed", "unknown",
     "alert"},
    {"Degraded", Decision::kPass, false, false, false, true, "degraded", "allowed", "unknown",
     "event"},
    {"Nothing", Decision::kPass, false, false, false, false, "inspected", "allowed", "success",
     "event"},
};

TEST(EcsEvent, NamesWhatHappened) {
  for (const OutcomeCase& c : kOutcomes) {
    SCOPED_TRACE(c.name);
    SampleEvent sample;
    sample.event.verdict.decision = c.decision;
    sample.event.verdict.would_block = c.would_block;
    sample.event.enforced = c.enforced;
    if (!c.has_match) sample.matches.clear();
    if (c.degraded) sample.event.degraded.Add(DegradedReason::kTimeLimit);
    const json got = Parse(sample);
    EXPECT_EQ(got["event"]["action"], c.action);
    EXPECT_EQ(got["event"]["type"], json::array({c.type}));
    EXPECT_EQ(got["event"]["outcome"], c.outcome);
    EXPECT_EQ(got["event"]["kind"], c.kind);
    EXPECT_EQ(got["rasp"]["degraded"], c.degraded ? json::array({"time-limit"}) : json::array());
  }
}

TEST(EcsEvent, TellsWhatTheHostItselfRefused) {
  SampleEvent sample;
  sample.event.refused_by_host = true;
  sample.event.verdict = {};
  sample.event.enforced = false;
  sample.event.response_status = 400;
  sample.matches.clear();
  const json got = Parse(sample);
  EXPECT_EQ(got["event"]["action"], "refused");
  EXPECT_EQ(got["event"]["type"], json::array({"denied"}));
  EXPECT_EQ(got["rasp"]["verdict"], "pass");
  EXPECT_EQ(got["http"]["response"]["status_code"], 400);
}

TEST(EcsEvent, NamesTheDecidingRuleElseTheOneThatScoredMost) {
  SampleEvent sample;
  RuleInfo low = sample.rule, high = sample.rule;
  low.id = 400001, low.score = 2;
  high.id = 400002, high.score = 9;
  sample.AddMatch("ARGS:a", "x", 0, 1).rule = &low;
  sample.AddMatch("ARGS:b", "x", 0, 1).rule = &high;
  for (const auto& [decided_by, want] :
       {std::pair(400001u, "400001"), std::pair(0u, "400002"), std::pair(999u, "400002")}) {
    sample.event.verdict.rule_id = decided_by;
    EXPECT_EQ(Parse(sample)["rule"]["id"], want);
  }
}

TEST(EcsEvent, ListsDegradedReasonsByName) {
  SampleEvent sample;
  for (int i = 0; i < kDegradedReasonCount; ++i)
    sample.event.degraded.Add(static_cast<DegradedReason>(i));
  const json got = Parse(sample);
  ASSERT_EQ(got["rasp"]["degraded"].size(), static_cast<size_t>(kDegradedReasonCount));
  EXPECT_EQ(got["rasp"]["degraded"][0], "request-header-limit");
}

TEST(EcsEvent, SurvivesAnEventWithoutAnything) {
  std::string out = "before";
  AppendEcsJson(Event{}, Observer{}, out);
  ASSERT_EQ(out.substr(0, 6), "before");
  EXPECT_TRUE(json::accept(out.substr(6))) << out;
}

struct SnippetCase {
  std::string_view name, value;
  uint32_t offset, length;
  std::string_view before, matched, after;
  bool truncated;
};

constexpr SnippetCase kSnippets[] = {
    {"Short", "abc", 1, 1, "a", "b", "c", false},
    {"WholeValue", "abc", 0, 3, "", "abc", "", false},
    {"EmptyMatch", "abc", 3, 0, "abc", "", "", false},
    {"ThirtyTwoEachSide",
     "0123456789012345678901234567890123456789X0123456789012345678901234567890123456789", 40, 1,
     "89012345678901234567890123456789", "X", "01234567890123456789012345678901", true},
    {"SecretInTheMatch", "x ' ada@example.org ' y", 2, 19, "x ", "' [redacted:email] '", " y",
     false},
    {"MatchWithinASecret", "x ada@example.org y", 5, 2, "x ", "[redacted:email]", " y", false},
    {"SecretBeforeTheMatch", "ada@example.org ' OR 1", 16, 1, "[redacted:email] ", "'", " OR 1",
     false},
    {"SecretIsFoundBeforeItIsCut", "ada.lovelace.countess.of.the.analytical.engine@example.org'",
     58, 1, "[redacted:email]", "'", "", false},
    {"CountsCodePoints", "\xe2\x82\xac\xe2\x82\xac<\xc3\xbc>", 6, 4, "\xe2\x82\xac\xe2\x82\xac",
     "<\xc3\xbc>", "", false},
    {"InvalidUtf8", "\xff<\xfe>", 1, 3, "\\xff", "<\\xfe>", "", false},
    {"SpanBeyondTheValue", "abc", 2, 4000000000u, "ab", "c", "", false},
    {"OffsetBeyondTheValue", "abc", 4000000000u, 1, "abc", "", "", false},
};

TEST(EcsEvent, ShowsTheMatchInItsSurroundings) {
  for (const SnippetCase& c : kSnippets) {
    SCOPED_TRACE(c.name);
    SampleEvent sample;
    const std::vector<char> exact(c.value.begin(), c.value.end());
    sample.matches.clear();
    sample.AddMatch("ARGS:q", {exact.data(), exact.size()}, c.offset, c.length);
    const json match = Parse(sample)["rasp"]["matches"][0];
    EXPECT_EQ(match["snippet"],
              std::string(c.before) + std::string(c.matched) + std::string(c.after));
    const auto code_points = [](std::string_view text) {
      return std::count_if(text.begin(), text.end(), [](char x) { return (x & 0xc0) != 0x80; });
    };
    EXPECT_EQ(match["offset"], code_points(c.before));
    EXPECT_EQ(match["length"], code_points(c.matched));
    EXPECT_EQ(match["truncated"], c.truncated);
  }
}

TEST(EcsEvent, BoundsTheLengthOfALine) {
  SampleEvent sample;
  const std::string huge(3'000'000, '\xff');
  const std::string target = "/" + huge + "?" + huge;
  sample.request.target = target;
  sample.headers.push_back({"User-Agent", huge});
  sample.headers[1].value = huge;
  sample.matches.clear();
  for (int i = 0; i < 64; ++i) {
    sample.AddMatch("ARGS:q", huge, 1'000'000, 1'500'000).message = huge;
  }
  const std::string line = sample.Json();
  EXPECT_TRUE(json::accept(line));
  EXPECT_LT(line.size(), 64u * 5000 + 30'000);
}

struct UrlCase {
  std::string_view name, target, path, query;
};

constexpr UrlCase kUrls[] = {
    {"Origin", "/a/b?x=1", "/a/b", "x=1"},
    {"NoQuery", "/a", "/a", ""},
    {"EncodedQuestionMarkStays", "/a%3fx=1", "/a%3fx=1", ""},
    {"SecondQuestionMarkIsTheQuerys", "/a?b?c", "/a", "b?c"},
    {"TwoSlashesAreAPath", "//admin?x", "//admin", "x"},
    {"Absolute", "http://h:80/a?x=1", "/a", "x=1"},
    {"AbsoluteWithoutPath", "http://h?x=1", "", "x=1"},
    {"UrlInTheQuery", "/a?u=http://b/c", "/a", "u=http://b/c"},
    {"Asterisk", "*", "*", ""},
};

TEST(EcsEvent, SplitsTheTargetBeforeItIsDecoded) {
  for (const UrlCase& c : kUrls) {
    SCOPED_TRACE(c.name);
    SampleEvent sample;
    sample.request.target = c.target;
    const json url = Parse(sample)["url"];
    EXPECT_EQ(url["path"], c.path);
    EXPECT_EQ(url.value("query", ""), c.query);
  }
}

TEST(EcsEvent, EscapesWhatIsNotUtf8) {
  SampleEvent sample;
  sample.request.target = "/\xff\0\x1b[31m?\xc0\xae"sv;
  sample.headers[1].value = "a\"b\\\xfe\n";
  const json got = Parse(sample);
  EXPECT_EQ(got["url"]["path"], "/\\xff\0\x1b[31m"sv);
  EXPECT_EQ(got["url"]["query"], "\\xc0\\xae");
  EXPECT_EQ(got["user_agent"]["original"], "a\"b\\\\xfe\n");
  const std::string line = sample.Json();
  for (const char c : line)
    EXPECT_GE(static_cast<unsigned char>(c), 0x20) << "a control character in the log";
}

// Writes events of every kind for the JSON schema to judge, and has it judge them.
TEST(EcsEvent, FollowsItsSchema) {
  const std::string path =
      ::testing::TempDir() + "rasp_events_" + std::to_string(::getpid()) + ".ndjson";
  {
    std::ofstream file(path);
    for (const OutcomeCase& c : kOutcomes) {
      SampleEvent sample;
      sample.event.verdict.decision = c.decision;
      sample.event.verdict.would_block = c.would_block;
      sample.event.enforced = c.enforced;
      if (!c.has_match) sample.matches.clear();
      if (c.degraded) sample.event.degraded.Add(DegradedReason::kInternal);
      file << sample.Json() << '\n';
    }
    std::string bare;
    RequestView request;
    Event event;
    event.request = &request;
    AppendEcsJson(event, Observer{}, bare);
    file << bare << '\n';
  }
  const std::string command = "/usr/bin/python3 " RASP_SOURCE_DIR
                              "/tests/unit/audit/validate_events.py " RASP_SOURCE_DIR
                              "/rulesets/schema/event.schema.json " +
                              path;
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  std::remove(path.c_str());
}

}  // namespace
}  // namespace rasp
