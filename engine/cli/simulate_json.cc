// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "cli/simulation.h"
#include "cli/text.h"

namespace rasp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDecisions[] = {"pass", "block", "redirect", "drop"};

Json ListOf(std::span<const std::string_view> words) {
  Json out = Json::array();
  for (const std::string_view word : words) out.push_back(Utf8(word));
  return out;
}

Json MatchJson(const RuleMatch& match) {
  Json steps = Json::array();
  for (const TransformStep& step : StepsOf(match)) {
    steps.push_back({{"transform", step.name}, {"value", Utf8(step.value)}});
  }
  return {
      {"rule",
       {{"id", match.rule->id},
        {"name", Utf8(match.rule->name)},
        {"ruleset", Utf8(match.rule->ruleset)},
        {"severity", SeverityName(match.rule->severity)},
        {"score", match.rule->score},
        {"owasp", ListOf(match.rule->owasp)}}},
      {"message", Utf8(match.message)},
      {"log_data", Utf8(match.log_data)},
      {"target", Utf8(match.target)},
      {"operator", match.operator_name},
      {"original", Utf8(match.original)},
      {"steps", steps},
      {"value", Utf8(match.value)},
      {"matched", Utf8(match.value.substr(match.offset, match.length))},
      {"offset", match.offset},
      {"length", match.length},
  };
}

Json DegradedJson(DegradedReasons reasons) {
  Json out = Json::array();
  for (int i = 0; i < kDegradedReasonCount; ++i) {
    const auto reason = static_cast<DegradedReason>(i);
    if (reasons.Has(reason)) out.push_back(DegradedReasonName(reason));
  }
  return out;
}

}  // namespace

std::string SimulationJson(const Event& event) {
  Json matches = Json::array();
  for (const RuleMatch& match : event.matches) matches.push_back(MatchJson(match));
  const Json out = {
      {"decision", kDecisions[static_cast<size_t>(event.verdict.decision)]},
      {"would_block", event.verdict.would_block},
      {"status", event.verdict.status},
      {"rule_id", event.verdict.rule_id},
      {"phase", PhaseName(event.phase)},
      {"score", event.score},
      {"threshold", event.threshold},
      {"response_score", event.response_score},
      {"response_threshold", event.response_threshold},
      {"degraded", DegradedJson(event.degraded)},
      {"matches", matches},
      {"matches_left_out", event.matches_left_out},
      {"inspection_time_us", event.inspection_time_us},
  };
  return out.dump(2) + "\n";
}

}  // namespace rasp
