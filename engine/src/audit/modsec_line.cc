// SPDX-License-Identifier: Apache-2.0
#include "audit/modsec_line.h"

#include <algorithm>

#include "audit/modsec_text.h"
#include "audit/snippet.h"

namespace rasp {
namespace audit {
namespace {

// libmodsecurity's bounds, in printed characters, and one of ours for messages, which it has not.
constexpr size_t kMaxValue = 100;
constexpr size_t kMaxParameter = 200;
constexpr size_t kMaxData = 200;
constexpr size_t kMaxUri = 200;
constexpr size_t kMaxMessage = 512;
constexpr size_t kMaxId = 128;

std::string Shown(std::string_view text, const Discretion& discretion) {
  return Redaction(text, Redaction::Context::kValue, discretion.hidden()).text();
}

std::string ValueText(const RuleMatch& match, const Discretion& discretion) {
  if (discretion.HidesValue(match)) return Redaction::Whole(match.original).text();
  const auto context =
      TargetHoldsNames(match.target) ? Redaction::Context::kName : Redaction::Context::kValue;
  return Redaction(match.original, context, discretion.hidden()).text();
}

// [name "value"]
void AppendField(std::string_view name, std::string_view value, std::string& out) {
  out.append(" [").append(name).append(" \"");
  AppendPrintable(value, true, out);
  out.append("\"]");
}

void AppendShortField(std::string_view name, std::string_view value, size_t max, std::string& out) {
  out.append(" [").append(name).append(" \"");
  out.append(Shortened(Printable(value, true), max)).append("\"]");
}

void AppendRule(const RuleMatch& match, const Discretion& discretion, std::string& out) {
  const RuleInfo& rule = *match.rule;
  AppendField("file", rule.file, out);
  AppendField("line", std::to_string(rule.line), out);
  AppendField("id", std::to_string(rule.id), out);
  AppendField("rev", rule.revision, out);
  AppendShortField("msg", MessageText(match, discretion), kMaxMessage, out);
  AppendShortField("data", DataText(match, discretion), kMaxData, out);
  AppendField("severity", std::to_string(SeverityNumber(rule)), out);
  AppendField("ver", rule.version, out);
  AppendField("maturity", std::to_string(rule.maturity), out);
  AppendField("accuracy", std::to_string(rule.accuracy), out);
}

// A SecLang rule without a message is called by where it stands: "rules.conf:12".
bool IsNamedByPlace(const RuleInfo& rule) {
  const size_t slash = rule.file.rfind('/');
  const std::string_view file = slash == rule.file.npos ? rule.file : rule.file.substr(slash + 1);
  return rule.name == std::string(file) + ":" + std::to_string(rule.line);
}

// What every line ends with: which request it was.
std::string Tail(const Event& event, const std::string& reference, const Discretion& discretion) {
  std::string out;
  if (event.request != nullptr) {
    AppendField("hostname", event.request->server.address, out);
    const std::string path = Shown(DecodedPath(event.request->target), discretion);
    AppendShortField("uri", path, kMaxUri, out);
  }
  AppendShortField("unique_id", event.id, kMaxId, out);
  AppendField("ref", reference, out);
  return out;
}

// As many tags as the line has room for.
void AppendTags(const RuleInfo& rule, size_t room, std::string& out) {
  for (const std::string_view tag : rule.tags) {
    std::string field;
    AppendField("tag", tag, field);
    if (field.size() > room) return;
    room -= field.size();
    out += field;
  }
}

void AppendVerdict(const Event& event, const ModsecMessage& message, std::string& out) {
  if (!message.denies) {
    out += "ModSecurity: Warning. ";
    return;
  }
  const Phase phase = message.match == nullptr ? event.phase : message.match->rule->phase;
  out += "ModSecurity: Access denied with ";
  out += event.verdict.decision == Decision::kDrop ? std::string("connection close")
                                                   : "code " + std::to_string(event.verdict.status);
  out += " (phase " + std::to_string(static_cast<int>(phase)) + "). ";
}

// Why no rule was needed, or which rule it was if its match found no place in the event.
std::string ReasonWithoutMatch(const Event& event) {
  if (event.verdict.rule_id != 0)
    return "Rule [id \"" + std::to_string(event.verdict.rule_id) + "\"]";
  const bool response =
      event.phase == Phase::kResponseHeaders || event.phase == Phase::kResponseBody;
  const int score = response ? event.response_score : event.score;
  const int threshold = response ? event.response_threshold : event.threshold;
  if (score >= threshold) {
    return "Score " + std::to_string(score) + " reaches the threshold of " +
           std::to_string(threshold);
  }
  std::string reason = "Not inspected in full:";
  for (int i = 0; i < kDegradedReasonCount; ++i) {
    const auto degraded = static_cast<DegradedReason>(i);
    if (event.degraded.Has(degraded)) reason.append(" ").append(DegradedReasonName(degraded));
  }
  return reason;
}

bool Refuses(const Event& event) { return event.verdict.Blocks() && !event.verdict.would_block; }

// A rule that logs nothing refused the request: its author wants no line.
bool IsSilent(const Event& event) {
  return event.verdict.rule_id != 0 && event.matches_left_out == 0;
}

}  // namespace

std::vector<ModsecMessage> MessagesFor(const Event& event, Audience audience) {
  std::vector<ModsecMessage> messages;
  bool told = false;
  for (size_t i = 0; i < event.matches.size(); ++i) {
    const RuleMatch& match = event.matches[i];
    if (match.rule == nullptr) continue;
    // A rule runs once, so its matches stand together; the last one speaks for all.
    if (i + 1 < event.matches.size() && event.matches[i + 1].rule == match.rule) continue;
    const bool denies = Refuses(event) && match.rule->id == event.verdict.rule_id;
    told |= denies;
    const bool wanted = audience == Audience::kErrorLog ? match.rule->logged : match.rule->audited;
    if (wanted) messages.push_back({&match, denies});
  }
  if (Refuses(event) && !told && !IsSilent(event)) messages.push_back({nullptr, true});
  return messages;
}

std::string MatchText(const RuleMatch& match, const Discretion& discretion, bool in_quotes) {
  if (match.target.empty()) return "";
  const std::string parameter = Printable(match.operator_argument, false);  // the rule's author's
  const std::string value = Printable(ValueText(match, discretion), in_quotes);
  return "Matched \"Operator `" + OperatorLabel(match.operator_name) + "' with parameter `" +
         Shortened(parameter, kMaxParameter) + "' against variable `" +
         Printable(ShownName(match.target, kMaxParameter), in_quotes) + "' (Value: `" +
         Shortened(value, kMaxValue) + "' )";
}

std::string MessageText(const RuleMatch& match, const Discretion& discretion) {
  if (IsNamedByPlace(*match.rule) && match.message == match.rule->name) return "";
  // Macros may have put a hidden value into it.
  if (discretion.HidesValue(match)) return std::string(match.rule->name);
  return Shown(match.message, discretion);
}

std::string DataText(const RuleMatch& match, const Discretion& discretion) {
  if (discretion.HidesData(match)) return Redaction::Whole(match.log_data).text();
  return Shown(match.log_data, discretion);
}

std::string Reference(const RuleMatch& match) {
  std::string text;
  if (match.length != 0)
    text = "o" + std::to_string(match.offset) + "," + std::to_string(match.length);
  for (const std::string_view transform : match.transforms) text.append("t:").append(transform);
  return text;
}

int SeverityNumber(const RuleInfo& rule) {
  return rule.has_severity ? static_cast<int>(rule.severity) : 0;
}

}  // namespace audit

std::vector<ModsecMessage> ModsecMessages(const Event& event) {
  return audit::MessagesFor(event, audit::Audience::kErrorLog);
}

void AppendModsecLine(const Event& event, const ModsecMessage& message, const ModsecText& text,
                      std::string& out) {
  const audit::Discretion discretion(event, text.redact);
  std::string line;
  audit::AppendVerdict(event, message, line);
  if (message.match == nullptr) {
    line += audit::ReasonWithoutMatch(event);
    out += line + audit::Tail(event, "", discretion);
    return;
  }
  line += audit::MatchText(*message.match, discretion, true);
  audit::AppendRule(*message.match, discretion, line);
  const std::string tail = audit::Tail(event, audit::Reference(*message.match), discretion);
  const size_t used = line.size() + tail.size();
  const size_t bound = text.max_bytes == 0 ? SIZE_MAX : text.max_bytes;
  audit::AppendTags(*message.match->rule, bound - std::min(bound, used), line);
  out += line + tail;
}

}  // namespace rasp
