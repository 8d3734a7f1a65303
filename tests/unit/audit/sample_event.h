// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/audit.h"
#include "rasp/event.h"

namespace rasp {

// A blocked request with one match, and room to change any part of it.
struct SampleEvent {
  std::array<std::string_view, 1> owasp = {"A05:2025"};
  std::array<uint32_t, 1> cwe = {89};
  std::array<std::string_view, 2> tags = {"sqli", "paranoia-1"};
  std::array<std::string_view, 1> transforms = {"urlDecodeUni"};
  std::vector<HeaderField> headers = {{"Host", "shop.example"}, {"User-Agent", "curl/7.88.1"}};
  RuleInfo rule;
  RequestView request;
  std::vector<RuleMatch> matches;
  Event event;

  SampleEvent() {
    rule.id = 400100;
    rule.name = "SQL injection";
    rule.ruleset = "owasp-top10";
    rule.version = "1.0.0";
    rule.severity = Severity::kCritical;
    rule.score = 5;
    request.method = "GET";
    request.target = "/item?id=1'%20OR%201=1";
    request.protocol = "HTTP/1.1";
    request.host = "shop.example";
    request.unique_id = "0123456789abcdef";
    request.client = {"192.0.2.7", 50000};
    request.server = {"192.0.2.1", 443};
    event.time_us = 1'780'000'000'000'001;
    event.id = "ev-1";
    event.response_status = 403;
    event.mode = Mode::kBlock;
    event.verdict.decision = Decision::kBlock;
    event.verdict.status = 403;
    event.verdict.rule_id = 400100;
    event.phase = Phase::kRequestBody;
    event.enforced = true;
    event.score = 5;
    event.threshold = 5;
    event.response_threshold = 4;
    event.ruleset_hash = "00ff";
    event.inspection_time_us = 42;
    event.worth_logging = true;
    AddMatch("ARGS:id", "1' OR 1=1", 1, 8);
  }
  SampleEvent(const SampleEvent&) = delete;
  SampleEvent& operator=(const SampleEvent&) = delete;

  RuleMatch& AddMatch(std::string_view target, std::string_view value, uint32_t offset,
                      uint32_t length) {
    RuleMatch match;
    match.rule = &rule;
    match.target = target;
    match.operator_name = "detectSQLi";
    match.value = value;
    match.offset = offset;
    match.length = length;
    match.transforms = transforms;
    match.message = rule.name;
    return matches.emplace_back(match);
  }

  // The event with everything that was changed in its parts.
  const Event& Assembled() {
    rule.owasp = owasp;
    rule.cwe = cwe;
    rule.tags = tags;
    request.headers = headers;
    event.request = &request;
    event.matches = matches;
    return event;
  }

  std::string Json() {
    std::string out;
    AppendEcsJson(Assembled(), {"edge-1", "0.1.0"}, out);
    return out;
  }
};

}  // namespace rasp
