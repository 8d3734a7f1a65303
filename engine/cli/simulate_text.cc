// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/simulation.h"
#include "cli/text.h"

namespace rasp {
namespace {

constexpr size_t kLabelWidth = 18;
constexpr size_t kShownBytes = 160;  // of a value
constexpr size_t kBytesBefore = 40;  // of those, before what matched

void Row(std::string_view label, std::string_view text, std::string& out) {
  out += "  ";
  out += label;
  out.append(label.size() < kLabelWidth ? kLabelWidth - label.size() : 1, ' ');
  out += text;
  out += '\n';
}

std::string Shortened(std::string_view value) {
  return Printable(value.substr(0, kShownBytes)) + (value.size() > kShownBytes ? "..." : "");
}

// The surroundings of what matched, and below them a line that underlines it.
void MarkedRows(const RuleMatch& match, std::string& out) {
  const size_t begin = match.offset > kBytesBefore ? match.offset - kBytesBefore : 0;
  const std::string_view shown = match.value.substr(begin, kShownBytes);
  const size_t offset = match.offset - begin;
  const std::string before = (begin > 0 ? "..." : "") + Printable(shown.substr(0, offset));
  const std::string marked = Printable(shown.substr(offset, match.length));
  const size_t end = std::min(offset + match.length, shown.size());
  const bool cut = begin + shown.size() < match.value.size();
  Row(std::string(match.operator_name) + " saw",
      before + marked + Printable(shown.substr(end)) + (cut ? "..." : ""), out);
  Row("and matched",
      std::string(before.size(), ' ') + std::string(std::max<size_t>(marked.size(), 1), '^'), out);
}

void MatchRows(const RuleMatch& match, std::string& out) {
  const RuleInfo& rule = *match.rule;
  out += "\nrule " + std::to_string(rule.id) + " (" + std::string(SeverityName(rule.severity)) +
         (rule.mode == RuleMode::kShadow ? ", shadow" : "") + "): " + Printable(match.message) +
         "\n";
  Row("target", Printable(match.target), out);
  const std::vector<TransformStep> steps = StepsOf(match);
  if (!steps.empty()) Row("as sent", Shortened(match.original), out);
  for (const TransformStep& step : steps) Row(step.name, Shortened(step.value), out);
  MarkedRows(match, out);
  if (!match.log_data.empty()) Row("log data", Shortened(match.log_data), out);
}

std::string Outcome(const Verdict& verdict) {
  if (verdict.would_block) return "would be blocked with " + std::to_string(verdict.status);
  switch (verdict.decision) {
    case Decision::kPass:
      return "passed";
    case Decision::kBlock:
      return "blocked with " + std::to_string(verdict.status);
    case Decision::kRedirect:
      return "redirected with " + std::to_string(verdict.status) + " to " +
             Printable(verdict.redirect_to);
    case Decision::kDrop:
      return "dropped: the connection is closed without an answer";
  }
  return "";
}

// "401000 +5, 401010 +3", of the phases whose scores are added up together.
std::string Addends(const Event& event, bool of_response) {
  std::string out;
  std::vector<uint64_t> seen;
  for (const RuleMatch& match : event.matches) {
    const RuleInfo& rule = *match.rule;
    const bool response =
        rule.phase == Phase::kResponseHeaders || rule.phase == Phase::kResponseBody;
    if (response != of_response || rule.phase == Phase::kLogging || rule.score == 0) continue;
    if (std::find(seen.begin(), seen.end(), rule.id) != seen.end()) continue;
    seen.push_back(rule.id);
    out += (out.empty() ? "" : ", ") + std::to_string(rule.id) + " +" + std::to_string(rule.score) +
           (rule.mode == RuleMode::kShadow ? " (shadow, not added)" : "");
  }
  return out.empty() ? out : ": " + out;
}

std::string Score(int score, int threshold, const std::string& addends) {
  return std::to_string(score) + ", blocked from " + std::to_string(threshold) + addends;
}

std::string Reason(const Event& event) {
  const Verdict& verdict = event.verdict;
  if (!verdict.Blocks() && !verdict.would_block) return "";
  if (verdict.rule_id != 0) return " by rule " + std::to_string(verdict.rule_id);
  const bool response =
      event.phase == Phase::kResponseHeaders || event.phase == Phase::kResponseBody;
  const bool by_score =
      response ? event.response_score >= event.response_threshold : event.score >= event.threshold;
  return by_score ? " by the score" : " because it could not be inspected in full";
}

}  // namespace

std::string SimulationText(const Event& event) {
  std::string out = Outcome(event.verdict) + Reason(event) + " (phase " +
                    std::string(PhaseName(event.phase)) + ")\n";
  Row("score", Score(event.score, event.threshold, Addends(event, false)), out);
  Row("response score", Score(event.response_score, event.response_threshold, Addends(event, true)),
      out);
  for (int i = 0; i < kDegradedReasonCount; ++i) {
    const auto reason = static_cast<DegradedReason>(i);
    if (event.degraded.Has(reason)) Row("degraded", DegradedReasonName(reason), out);
  }
  for (const RuleMatch& match : event.matches) MatchRows(match, out);
  if (event.matches_left_out > 0) {
    out += "\n" + std::to_string(event.matches_left_out) + " more matches\n";
  }
  return out;
}

}  // namespace rasp
