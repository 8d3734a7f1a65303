// SPDX-License-Identifier: Apache-2.0
#include "modsec/matches.h"

#include <algorithm>
#include <iterator>

namespace rasp {
namespace {

// Between `before` and `after`, or nothing. `last`: up to the last `after` there is.
std::string_view Between(std::string_view text, std::string_view before, std::string_view after,
                         bool last = false) {
  const size_t begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + before.size());
  const size_t end = last ? text.rfind(after) : text.find(after);
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

Phase PhaseOf(int number) {
  return static_cast<Phase>(std::clamp(number, 1, static_cast<int>(Phase::kLogging)));
}

Severity SeverityOf(int number) {
  return static_cast<Severity>(std::clamp(number, 0, static_cast<int>(Severity::kDebug)));
}

}  // namespace

// The library keeps what matched only as a sentence:
// Matched "Operator `Rx' with parameter `...' against variable `ARGS:id' (Value: `...' )
RuleMatch ModsecMatches::MatchOf(const modsecurity::RuleMessage& message) {
  Rule& rule = rules_.emplace_back();
  rule.tags.assign(message.m_tags.begin(), message.m_tags.end());
  RuleInfo& info = rule.info;
  info.id = static_cast<uint64_t>(std::max(message.m_ruleId, 0));
  info.name = message.m_message;
  info.version = message.m_ver;
  if (message.m_ruleFile != nullptr) info.file = *message.m_ruleFile;
  info.line = static_cast<uint32_t>(std::max(message.m_ruleLine, 0));
  info.phase = PhaseOf(message.m_phase);
  info.revision = message.m_rev;
  info.maturity = static_cast<uint8_t>(message.m_maturity);
  info.accuracy = static_cast<uint8_t>(message.m_accuracy);
  info.has_severity = message.m_rule != nullptr && message.m_rule->hasSeverity();
  if (info.has_severity) info.severity = SeverityOf(message.m_severity);
  info.audited = !message.m_noAuditLog;
  info.tags = rule.tags;

  RuleMatch match;
  match.rule = &info;
  const std::string_view sentence = message.m_match;
  match.operator_name = Between(sentence, "Operator `", "'");
  match.operator_argument = Between(sentence, "' with parameter `", "' against variable `");
  match.target = Between(sentence, "' against variable `", "' (Value: `");
  match.value = Between(sentence, "' (Value: `", "' )", true);
  match.length = static_cast<uint32_t>(match.value.size());
  match.message = message.m_message;
  match.log_data = message.m_data;
  match.original = match.value;
  return match;
}

void ModsecMatches::Update(const std::list<modsecurity::RuleMessage>& messages) {
  if (messages.size() <= matches_.size()) return;
  const auto first_new = std::next(messages.begin(), static_cast<std::ptrdiff_t>(matches_.size()));
  std::transform(first_new, messages.end(), std::back_inserter(matches_),
                 [this](const modsecurity::RuleMessage& message) { return MatchOf(message); });
}

}  // namespace rasp
