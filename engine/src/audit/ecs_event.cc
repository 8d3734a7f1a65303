// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "audit/discretion.h"
#include "audit/json_writer.h"
#include "audit/readable.h"
#include "audit/snippet.h"
#include "core/ascii.h"
#include "rasp/audit.h"

namespace rasp {
namespace {

using audit::Discretion;
using audit::JsonWriter;
using audit::Readable;
using audit::ShownName;
using audit::ShownText;

// Bytes kept of what comes from outside.
constexpr size_t kMaxUrl = 2048;
constexpr size_t kMaxUserAgent = 512;
constexpr size_t kMaxName = 256;
constexpr size_t kMaxMessage = 512;

constexpr std::string_view kModes[] = {"off", "detect", "block"};
constexpr std::string_view kRuleModes[] = {"off", "shadow", "enforce"};
constexpr std::string_view kDecisions[] = {"pass", "block", "redirect", "drop"};

// What happened, in the words of ECS `event.*`.
struct Outcome {
  std::string_view action;
  std::string_view type;
  std::string_view outcome;  // whether what we meant to do was done
};

Outcome OutcomeOf(const Event& event) {
  const Verdict& verdict = event.verdict;
  if (event.refused_by_host) return {"refused", "denied", "success"};
  if (verdict.Blocks() && !verdict.would_block) {
    if (!event.enforced) return {"not-enforced", "allowed", "failure"};
    constexpr std::string_view kActions[] = {"passed", "blocked", "redirected", "dropped"};
    return {kActions[static_cast<size_t>(verdict.decision)], "denied", "success"};
  }
  if (verdict.would_block) return {"would-block", "allowed", "unknown"};
  if (!event.matches.empty()) return {"detected", "allowed", "unknown"};
  if (event.degraded.Any()) return {"degraded", "allowed", "unknown"};
  return {"inspected", "allowed", "success"};
}

// The match that a reviewer should read first: of the rule that decided, else the highest score,
// else none.
const RuleMatch* DecidingMatch(const Event& event) {
  const auto decided = std::find_if(
      event.matches.begin(), event.matches.end(),
      [&](const RuleMatch& m) { return m.rule != nullptr && m.rule->id == event.verdict.rule_id; });
  if (event.verdict.rule_id != 0 && decided != event.matches.end()) return &*decided;
  const RuleMatch* best = nullptr;
  for (const RuleMatch& match : event.matches) {
    if (match.rule != nullptr && (best == nullptr || match.rule->score > best->rule->score))
      best = &match;
  }
  return best;
}

// "2026-11-24T09:30:00.000001Z"
std::string FormatTime(int64_t unix_micros) {
  constexpr int64_t kMicros = 1'000'000;
  const int64_t fraction = ((unix_micros % kMicros) + kMicros) % kMicros;
  const auto seconds = static_cast<time_t>((unix_micros - fraction) / kMicros);
  std::tm utc{};
  if (gmtime_r(&seconds, &utc) == nullptr) return "1970-01-01T00:00:00.000000Z";
  std::array<char, 64> date{};
  std::array<char, 16> micros{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(micros.data(), micros.size(), ".%06dZ", static_cast<int>(fraction));
  return std::string(date.data()) + micros.data();
}

struct Url {
  std::string_view path;
  std::string_view query;
};

// Split before anything is decoded; of an absolute-form target only what follows the authority.
Url SplitUrl(std::string_view target) {
  const size_t scheme = target.find("://");
  if (!target.empty() && target[0] != '/' && scheme < target.find_first_of("/?")) {
    target.remove_prefix(std::min(target.find_first_of("/?", scheme + 3), target.size()));
  }
  const size_t question = target.find('?');
  if (question == std::string_view::npos) return {target, {}};
  return {target.substr(0, question), target.substr(question + 1)};
}

std::string_view FindHeader(const RequestView& request, std::string_view name) {
  const auto found =
      std::find_if(request.headers.begin(), request.headers.end(),
                   [&](const HeaderField& field) { return EqualsIgnoreCase(field.name, name); });
  return found == request.headers.end() ? std::string_view() : found->value;
}

void WriteTexts(std::string_view name, std::span<const std::string_view> texts, JsonWriter& json) {
  json.ArrayField(name);
  for (const std::string_view text : texts) json.String(Readable(text));
  json.CloseArray();
}

void WriteIfAny(std::string_view name, const std::string& text, JsonWriter& json) {
  if (!text.empty()) json.Field(name, text);
}

// Which line about an event it is.
enum class Line { kEvent, kComparison };

void WriteEventFields(const Event& event, Line line, JsonWriter& json) {
  const Outcome outcome =
      line == Line::kEvent ? OutcomeOf(event) : Outcome{"compare", "info", "unknown"};
  const bool alert = line == Line::kEvent && (!event.matches.empty() || event.verdict.Blocks() ||
                                              event.verdict.would_block);
  json.ObjectField("event");
  json.Field("id", Readable(event.id));
  json.Field("kind", alert ? "alert" : "event");
  json.ArrayField("category");
  json.String("web");
  if (alert) json.String("intrusion_detection");
  json.CloseArray();
  json.ArrayField("type");
  json.String(outcome.type);
  json.CloseArray();
  json.Field("action", outcome.action);
  json.Field("outcome", outcome.outcome);
  json.Field("module", "rasp");
  json.Field("dataset", "rasp.events");
  json.CloseObject();
}

void WriteRule(const RuleInfo& rule, JsonWriter& json) {
  json.ObjectField("rule");
  json.Field("id", std::to_string(rule.id));
  json.Field("name", Readable(rule.name));
  json.Field("ruleset", Readable(rule.ruleset));
  json.Field("version", Readable(rule.version));
  if (!rule.owasp.empty()) json.Field("category", Readable(rule.owasp.front()));
  json.CloseObject();
}

void WriteMatchedRule(const RuleInfo& rule, JsonWriter& json) {
  json.Field("id", std::to_string(rule.id));
  json.Field("name", Readable(rule.name));
  json.Field("severity", SeverityName(rule.severity));
  json.Field("phase", PhaseName(rule.phase));
  json.Field("mode", kRuleModes[static_cast<size_t>(rule.mode)]);
  json.Field("score", rule.score);
  WriteTexts("tags", rule.tags, json);
  WriteTexts("owasp", rule.owasp, json);
  json.ArrayField("cwe");
  for (const uint32_t cwe : rule.cwe) json.Number(cwe);
  json.CloseArray();
}

void WriteMatch(const RuleMatch& match, const Discretion& discretion, JsonWriter& json) {
  const bool is_secret = discretion.HidesValue(match);
  const audit::Hidden& hidden = discretion.hidden();
  const audit::Snippet snippet = audit::MakeSnippet(match, is_secret, hidden);
  json.OpenObject();
  if (match.rule != nullptr) WriteMatchedRule(*match.rule, json);
  json.Field("target", ShownName(match.target, kMaxName));
  json.Field("operator", Readable(match.operator_name));
  json.Field("snippet", snippet.text);
  json.Field("offset", static_cast<int64_t>(snippet.offset));
  json.Field("length", static_cast<int64_t>(snippet.length));
  json.Flag("truncated", snippet.truncated);
  WriteTexts("transforms", match.transforms, json);
  // Macros may have put the secret value into these.
  const bool has_name = match.rule != nullptr;
  const std::string_view message = is_secret && has_name ? match.rule->name : match.message;
  if (!is_secret || has_name) WriteIfAny("message", ShownText(message, kMaxMessage, hidden), json);
  if (!discretion.HidesData(match)) {
    WriteIfAny("log_data", ShownText(match.log_data, kMaxMessage, hidden), json);
  }
  json.CloseObject();
}

void WriteDegraded(DegradedReasons degraded, JsonWriter& json) {
  json.ArrayField("degraded");
  for (int i = 0; i < kDegradedReasonCount; ++i) {
    const auto reason = static_cast<DegradedReason>(i);
    if (degraded.Has(reason)) json.String(DegradedReasonName(reason));
  }
  json.CloseArray();
}

void WriteIds(std::string_view name, std::span<const uint64_t> ids, JsonWriter& json) {
  json.ArrayField(name);
  for (const uint64_t id : ids) json.String(std::to_string(id));
  json.CloseArray();
}

void WriteComparison(const Comparison& comparison, JsonWriter& json) {
  const Verdict& reference = comparison.reference;
  json.ObjectField("comparison");
  json.Field("engine", "modsecurity");
  json.Field("verdict", kDecisions[static_cast<size_t>(reference.decision)]);
  json.Flag("would_block", reference.would_block);
  json.Field("status", reference.status);
  json.Field("rule", std::to_string(reference.rule_id));
  json.Flag("verdicts_compared", comparison.verdicts_compared);
  json.Flag("verdicts_differ", comparison.verdicts_differ);
  WriteIds("only_native", comparison.only_here, json);
  WriteIds("only_modsecurity", comparison.only_reference, json);
  WriteDegraded(reference.degraded, json);
  json.CloseObject();
}

void WriteRasp(const Event& event, Line line, const Discretion& discretion, JsonWriter& json) {
  json.ObjectField("rasp");
  json.Field("mode", kModes[static_cast<size_t>(event.mode)]);
  json.Field("verdict", kDecisions[static_cast<size_t>(event.verdict.decision)]);
  json.Field("phase", PhaseName(event.phase));
  json.Flag("enforced", event.enforced);
  json.Flag("would_block", event.verdict.would_block);
  json.Field("score", event.score);
  json.Field("threshold", event.threshold);
  json.Field("response_score", event.response_score);
  json.Field("response_threshold", event.response_threshold);
  json.ArrayField("matches");
  for (const RuleMatch& match : event.matches) WriteMatch(match, discretion, json);
  json.CloseArray();
  json.Field("matches_left_out", event.matches_left_out);
  WriteDegraded(event.degraded, json);
  json.Field("ruleset_hash", Readable(event.ruleset_hash));
  json.Field("latency_us", static_cast<int64_t>(event.inspection_time_us));
  if (line == Line::kComparison) WriteComparison(*event.comparison, json);
  json.CloseObject();
}

void WriteEndpoint(std::string_view name, const Endpoint& endpoint, JsonWriter& json) {
  if (endpoint.address.empty()) return;
  json.ObjectField(name);
  json.Field("ip", Readable(endpoint.address));
  if (endpoint.port != 0) json.Field("port", endpoint.port);
  json.CloseObject();
}

void WriteHttp(const Event& event, const RequestView& request, JsonWriter& json) {
  json.ObjectField("http");
  if (StartsWithIgnoreCase(request.protocol, "HTTP/")) {
    json.Field("version", Readable(request.protocol.substr(5)));
  }
  json.ObjectField("request");
  WriteIfAny("id", Readable(request.unique_id), json);
  json.Field("method", ShownText(request.method, kMaxName));
  json.ObjectField("body");
  json.Field("bytes", static_cast<int64_t>(event.request_body_bytes));
  json.CloseObject();
  json.CloseObject();
  if (event.response_status != 0) {
    json.ObjectField("response");
    json.Field("status_code", event.response_status);
    json.CloseObject();
  }
  json.CloseObject();
}

void WriteUrl(const RequestView& request, const audit::Hidden& hidden, JsonWriter& json) {
  const Url url = SplitUrl(request.target);
  json.ObjectField("url");
  json.Field("path", ShownText(url.path, kMaxUrl, hidden));
  WriteIfAny("query", ShownText(url.query, kMaxUrl, hidden), json);
  WriteIfAny("domain", ShownText(request.host, kMaxName), json);
  json.CloseObject();
}

void WriteRequest(const Event& event, const audit::Hidden& hidden, JsonWriter& json) {
  const RequestView& request = *event.request;
  WriteEndpoint("source", request.client, json);
  WriteEndpoint("destination", request.server, json);
  WriteHttp(event, request, json);
  WriteUrl(request, hidden, json);
  const std::string agent = ShownText(FindHeader(request, "User-Agent"), kMaxUserAgent, hidden);
  if (agent.empty() || hidden.masks.HidesRequestHeader("User-Agent")) return;
  json.ObjectField("user_agent");
  json.Field("original", agent);
  json.CloseObject();
}

void WriteObserver(const Observer& observer, JsonWriter& json) {
  json.ObjectField("observer");
  json.Field("vendor", "ngx-rasp");
  json.Field("product", "ngx-rasp");
  json.Field("type", "waf");
  WriteIfAny("hostname", Readable(observer.hostname), json);
  WriteIfAny("version", Readable(observer.version), json);
  json.CloseObject();
}

void AppendLine(const Event& event, Line line, const Observer& observer, std::string& out) {
  const Discretion discretion(event, true);
  JsonWriter json(out);
  json.OpenObject();
  json.Field("@timestamp", FormatTime(event.time_us));
  json.ObjectField("ecs");
  json.Field("version", "8.11.0");
  json.CloseObject();
  WriteEventFields(event, line, json);
  const RuleMatch* const deciding = DecidingMatch(event);
  if (deciding != nullptr) WriteRule(*deciding->rule, json);
  WriteRasp(event, line, discretion, json);
  if (event.request != nullptr) WriteRequest(event, discretion.hidden(), json);
  WriteObserver(observer, json);
  json.CloseObject();
}

}  // namespace

void AppendEcsJson(const Event& event, const Observer& observer, std::string& out) {
  AppendLine(event, Line::kEvent, observer, out);
}

void AppendComparisonJson(const Event& event, const Observer& observer, std::string& out) {
  AppendLine(event, Line::kComparison, observer, out);
}

}  // namespace rasp
