// SPDX-License-Identifier: Apache-2.0
#include "status_report.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "counters.h"
#include "entity_zone.h"
#include "gate_conf.h"
#include "network_files.h"
#include "rate_zone.h"
#include "ruleset_registry.h"

namespace rasp {
namespace {

using Json = nlohmann::ordered_json;

// One counter under its two names.
struct CounterDef {
  const char* json;
  const char* prometheus;
  const char* help;
  Counter Counters::*counter;
};
constexpr CounterDef kCounters[] = {
    {"requests", "rasp_requests_total", "Requests inspected.", &Counters::requests},
    {"blocked", "rasp_blocked_total", "Requests and responses refused.", &Counters::blocked},
    {"would_block", "rasp_would_block_total", "Verdicts held back by mode detect or a shadow rule.",
     &Counters::would_block},
    {"not_enforced", "rasp_not_enforced_total", "Verdicts that came after bytes had been sent.",
     &Counters::not_enforced},
    {"refused_by_nginx", "rasp_refused_by_nginx_total",
     "Malformed or oversized requests that nginx refused before inspection.",
     &Counters::refused_by_nginx},
    {"uninspected", "rasp_uninspected_total", "Requests for whose inspection memory was missing.",
     &Counters::uninspected},
    {"streamed", "rasp_streamed_total",
     "Requests whose body was sent on while it arrived, the end kept back until the verdict.",
     &Counters::streamed},
    {"offloaded", "rasp_offloaded_total", "Pieces of bodies inspected in a thread pool.",
     &Counters::offloaded},
    {"pool_overflows", "rasp_pool_overflows_total",
     "Pieces of bodies inspected on the event loop because the thread pool's queue was full.",
     &Counters::pool_overflows},
    {"compared", "rasp_compared_total", "Requests that libmodsecurity inspected, too.",
     &Counters::compared},
    {"verdicts_differing", "rasp_compare_verdicts_differing_total",
     "Of those compared, requests with another verdict.", &Counters::verdicts_differing},
    {"rules_differing", "rasp_compare_rules_differing_total",
     "Of those compared, requests for which other rules logged a match.",
     &Counters::rules_differing},
    {"events_written", "rasp_events_written_total", "Events written to the log.",
     &Counters::events_written},
    {"events_dropped", "rasp_events_dropped_total", "Events lost because the queue was full.",
     &Counters::events_dropped},
    {"events_failed", "rasp_events_failed_total", "Events lost because writing failed.",
     &Counters::events_failed},
    {"audit_written", "rasp_audit_written_total", "Records written to ModSecurity's audit log.",
     &Counters::audit_written},
    {"audit_dropped", "rasp_audit_dropped_total",
     "Audit log records lost because the queue was full.", &Counters::audit_dropped},
    {"audit_failed", "rasp_audit_failed_total", "Audit log records lost because writing failed.",
     &Counters::audit_failed},
    {"logic_refused", "rasp_logic_refused_total",
     "Requests and responses refused by a business-logic rule.", &Counters::logic_refused},
    {"delayed", "rasp_delayed_total", "Requests that a business-logic rule made wait.",
     &Counters::delayed},
    {"delays_refused", "rasp_delays_refused_total",
     "Requests answered 429 because too many others waited.", &Counters::delays_refused},
};

// One number of the memory of business-logic rules.
struct EntityStatDef {
  const char* json;
  const char* prometheus;
  const char* type;
  const char* help;
  uint64_t EntityStats::*value;
};
constexpr EntityStatDef kEntityStats[] = {
    {"records", "rasp_entities_records", "gauge", "Records of business-logic rules.",
     &EntityStats::records},
    {"units", "rasp_entities_units", "gauge", "Units of 32 bytes that the records occupy.",
     &EntityStats::units},
    {"capacity", "rasp_entities_capacity_units", "gauge", "Units that there are.",
     &EntityStats::capacity},
    {"evicted", "rasp_entities_evicted_total", "counter", "Live records that gave way to others.",
     &EntityStats::evicted},
    {"corrupt", "rasp_entities_corrupt_total", "counter",
     "Records dropped because a process died while it wrote them.", &EntityStats::corrupt},
    {"taken_over", "rasp_entities_locks_taken_over_total", "counter",
     "Locks whose holder was dead or stuck.", &EntityStats::taken_over},
};

std::string Text(std::string_view text) { return std::string(text); }

const char* ModeName(Mode mode) {
  constexpr const char* kNames[] = {"off", "detect", "block"};
  return kNames[static_cast<std::size_t>(mode)];
}

const char* EngineName(Engine engine) {
  constexpr const char* kNames[] = {"native", "modsecurity", "compare"};
  return kNames[static_cast<std::size_t>(engine)];
}

Json NamesOf(const RuleSources& sources) {
  Json names = Json::array();
  for (const RuleSource& source : sources.list) names.push_back(source.name);
  return names;
}

Json RulesetJson(const RulesetRegistry::Entry& entry) {
  return {{"hash", Text(entry.ruleset.hash())},
          {"rules", entry.ruleset.rules().size()},
          {"files", NamesOf(entry.sources)},
          {"overlays", entry.overlays.size()},
          {"regex_memory_bytes", entry.ruleset.regex_memory_ceiling()},
          {"slow_searches", entry.ruleset.slow_searches()},
          {"engine", "native"}};
}

Json RulesetJson(const RulesetRegistry::ModsecEntry& entry) {
  return {{"hash", Text(entry.ruleset->hash())},
          {"rules", entry.ruleset->rules()},
          {"files", NamesOf(entry.sources)},
          {"overlays", 0},
          {"engine", "modsecurity"}};
}

Json LimitsJson(const Limits& limits) {
  return {{"request_headers", limits.request_headers},
          {"request_header_bytes", limits.request_header_bytes},
          {"arguments", limits.arguments},
          {"body_depth", limits.body_depth},
          {"decompression_ratio", limits.decompression_ratio},
          {"request_body_bytes", limits.request_body_bytes},
          {"response_body_bytes", limits.response_body_bytes},
          {"memory_bytes", limits.memory_bytes},
          {"time_us", limits.time_us},
          {"matches", limits.matches}};
}

// What the network gate demands in a location.
Json DemandsJson(const GatePolicy& policy) {
  Json json = {{"allow", policy.allow.size()},
               {"deny", policy.deny.size()},
               {"countries", policy.countries.size()},
               {"only_countries", policy.only_countries},
               {"asns", policy.asns.size()}};
  Json rates = Json::array();
  for (const GateRate& rate : policy.rates) {
    // The name begins with the directive's place among all.
    rates.push_back(Text(rate.name.substr(rate.name.find(' ') + 1)));
  }
  json["rates"] = std::move(rates);
  json["flood"] = {{"headers", policy.floods.headers},
                   {"header_bytes", policy.floods.header_bytes},
                   {"arguments", policy.floods.arguments},
                   {"argument_bytes", policy.floods.argument_bytes},
                   {"body", policy.floods.body_bytes}};
  json["slow_body"] = policy.slow_body.bytes_per_s;
  return json;
}

Json LocationJson(const LocationEntry& entry) {
  const LocationConf& conf = *entry.conf;
  Json json = {{"server", Text(ViewOf(*entry.server))},
               {"location", entry.location == nullptr ? Json() : Json(ViewOf(*entry.location))},
               {"mode", ModeName(conf.Ceiling())},
               {"rules", 0}};
  if (conf.headers != nullptr) json["headers"] = Text(conf.headers->name);
  if (conf.gate != nullptr && conf.Ceiling() != Mode::kOff) {
    json["gate"] = DemandsJson(conf.gate->policy);
  }
  if (!conf.HasRules()) return json;
  json["engine"] = EngineName(conf.ChosenEngine());
  if (conf.ChosenEngine() == Engine::kCompare)
    json["sample"] = static_cast<double>(conf.sample) / 100;
  if (conf.ruleset == nullptr) {
    json["ruleset"] = Text(conf.modsec->hash());
    json["rules"] = conf.Ceiling() == Mode::kOff ? 0 : conf.modsec->rules();
    json["response_bodies"] = conf.has_response_body_rules;
    return json;
  }
  json["ruleset"] = Text(conf.ruleset->hash());
  json["rules"] = conf.Ceiling() == Mode::kOff ? 0 : conf.overlay->active_rules();
  if (conf.Ceiling() == Mode::kOff) return json;
  json["on_error"] = conf.OnError() == FailPolicy::kBlock ? "block" : "pass";
  json["threshold"] = conf.threshold;
  json["response_threshold"] = conf.response_threshold;
  json["request_body_types"] = conf.ruleset->request_body_types();
  json["response_bodies"] = conf.has_response_body_rules;
  json["limits"] = LimitsJson(conf.overlay->limits());
  json["stream_window"] = conf.stream_window;
  if (conf.pool != nullptr) json["offload_bytes"] = conf.offload_bytes;
  return json;
}

Json RuleCountersJson(const Counters& counters) {
  Json rules = Json::array();
  for (const RuleCounter& row : counters.rules) {
    const uint64_t key = Value(row.key);
    if (key == 0) continue;
    rules.push_back({{"id", key - 1},
                     {"matches", Value(row.matches)},
                     {"blocks", Value(row.blocks)},
                     {"would_blocks", Value(row.would_blocks)}});
  }
  return rules;
}

Json CountersJson(const Counters& counters) {
  Json json;
  for (const CounterDef& def : kCounters) json[def.json] = Value(counters.*def.counter);
  Json& degraded = json["degraded"] = Json::object();
  for (std::size_t i = 0; i < counters.degraded.size(); ++i) {
    degraded[Text(DegradedReasonName(static_cast<DegradedReason>(i)))] =
        Value(counters.degraded[i]);
  }
  json["by_rule"] = RuleCountersJson(counters);
  Json& latency = json["inspection_us"] = {{"sum", Value(counters.inspection_us)}};
  Json& buckets = latency["buckets"] = Json::array();
  for (std::size_t i = 0; i < counters.latency.size(); ++i) {
    const Json bound = i < kLatencyBounds.size() ? Json(kLatencyBounds[i]) : Json();
    buckets.push_back({{"up_to", bound}, {"count", Value(counters.latency[i])}});
  }
  return json;
}

// The counters by reason, of which the first stands for none.
Json ByReasonJson(const std::array<Counter, kGateReasonCount>& counters) {
  Json json = Json::object();
  for (std::size_t i = 1; i < counters.size(); ++i) {
    json[Text(GateReasonName(static_cast<GateReason>(i)))] = Value(counters[i]);
  }
  return json;
}

std::span<NetworkFile* const> FilesOf(const MainConf& conf) {
  return {static_cast<NetworkFile* const*>(conf.network_files.elts), conf.network_files.nelts};
}

Json FileJson(const NetworkFile& file) {
  Json json = {{"name", Text(ViewOf(file.name))}, {"last_load_failed", file.failed}};
  if (file.networks.current != nullptr) {
    json["networks"] = file.networks.current->networks();
    json["memory_bytes"] = file.networks.current->memory_bytes();
  }
  if (file.is_database) json["available"] = file.database.current != nullptr;
  return json;
}

// Lists and databases as the worker that answers has them.
Json GateJson(const MainConf& conf, const Counters& counters) {
  Json json = {{"refused", ByReasonJson(counters.gate_refused)},
               {"would_refuse", ByReasonJson(counters.gate_would_refuse)},
               {"allowed", Value(counters.gate_allowed)},
               {"geo_unavailable", Value(counters.gate_geo_unavailable)},
               {"events_left_out", Value(counters.gate_events_left_out)},
               {"file_loads", Value(counters.gate_file_loads)},
               {"file_failures", Value(counters.gate_file_failures)}};
  Json lists = Json::array();
  Json databases = Json::array();
  for (const NetworkFile* file : FilesOf(conf)) {
    (file->is_database ? databases : lists).push_back(FileJson(*file));
  }
  json["lists"] = std::move(lists);
  json["databases"] = std::move(databases);
  if (conf.rate_zone != nullptr) {
    const RateTable rates = RatesOf(conf.rate_zone);
    json["rates"] = {{"keys", rates.capacity()}, {"evicted", rates.evicted()}};
  }
  return json;
}

// What business-logic rules remember; null where there are none. Of memory that is not shared, the
// answering worker's.
Json EntitiesJson(const MainConf& conf) {
  const std::optional<EntityReport> report = ReportEntities(conf);
  if (!report) return nullptr;
  Json json = {{"zone", report->shared ? Json(ViewOf(report->name)) : Json()},
               {"bytes", report->bytes}};
  for (const EntityStatDef& def : kEntityStats) json[def.json] = report->stats.*def.value;
  json["oldest_use_s"] = report->idle_s ? Json(*report->idle_s) : Json();
  return json;
}

void Header(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
  out.append(name).append(" ").append(type).append("\n");
}

void Sample(std::string& out, std::string_view name, std::string_view labels, uint64_t value) {
  out.append(name).append(labels).append(" ").append(std::to_string(value)).append("\n");
}

std::string LabelText(std::string_view name, std::string_view value) {
  return "{" + Text(name) + "=\"" + Text(value) + "\"}";
}

void AppendRules(std::string& out, const Counters& counters) {
  constexpr std::pair<const char*, Counter RuleCounter::*> kColumns[] = {
      {"rasp_rule_matches_total", &RuleCounter::matches},
      {"rasp_rule_blocks_total", &RuleCounter::blocks},
      {"rasp_rule_would_blocks_total", &RuleCounter::would_blocks},
  };
  for (const auto& [name, column] : kColumns) {
    Header(out, name, "By rule; rule 0 is the score's threshold.", "counter");
    for (const RuleCounter& row : counters.rules) {
      const uint64_t key = Value(row.key);
      if (key == 0) continue;
      Sample(out, name, LabelText("rule", std::to_string(key - 1)), Value(row.*column));
    }
  }
}

void AppendGate(std::string& out, const MainConf& conf, const Counters& counters) {
  const std::pair<const char*, const std::array<Counter, kGateReasonCount>*> columns[] = {
      {"rasp_gate_refused_total", &counters.gate_refused},
      {"rasp_gate_would_refuse_total", &counters.gate_would_refuse},
  };
  for (const auto& [name, column] : columns) {
    Header(out, name, "By the network gate, by reason.", "counter");
    for (std::size_t i = 1; i < column->size(); ++i) {
      const std::string_view reason = GateReasonName(static_cast<GateReason>(i));
      Sample(out, name, LabelText("reason", reason), Value((*column)[i]));
    }
  }
  const std::tuple<const char*, const char*, const Counter*> singles[] = {
      {"rasp_gate_allowed_total", "Requests from networks on the allow list.",
       &counters.gate_allowed},
      {"rasp_gate_geo_unavailable_total", "Requests whose country could not be looked up.",
       &counters.gate_geo_unavailable},
      {"rasp_gate_events_left_out_total", "Refusals that were counted, not logged.",
       &counters.gate_events_left_out},
      {"rasp_gate_file_loads_total", "Lists and databases loaded anew, in all workers.",
       &counters.gate_file_loads},
      {"rasp_gate_file_failures_total", "Lists and databases that could not be loaded anew.",
       &counters.gate_file_failures},
  };
  for (const auto& [name, help, counter] : singles) {
    Header(out, name, help, "counter");
    Sample(out, name, "", Value(*counter));
  }
  if (conf.rate_zone == nullptr) return;
  Header(out, "rasp_gate_rate_keys_evicted_total", "Keys forgotten before they were due.",
         "counter");
  Sample(out, "rasp_gate_rate_keys_evicted_total", "", RatesOf(conf.rate_zone).evicted());
}

void AppendEntities(std::string& out, const MainConf& conf) {
  const std::optional<EntityReport> report = ReportEntities(conf);
  if (!report) return;
  for (const EntityStatDef& def : kEntityStats) {
    Header(out, def.prometheus, def.help, def.type);
    Sample(out, def.prometheus, "", report->stats.*def.value);
  }
  if (!report->idle_s) return;
  Header(out, "rasp_entities_oldest_use_seconds",
         "Since the use of the record that was used longest ago.", "gauge");
  Sample(out, "rasp_entities_oldest_use_seconds", "", static_cast<uint64_t>(*report->idle_s));
}

void AppendLatency(std::string& out, const Counters& counters) {
  constexpr std::string_view kName = "rasp_inspection_microseconds";
  Header(out, kName, "Time spent in the engine for one request.", "histogram");
  uint64_t below = 0;
  for (std::size_t i = 0; i < counters.latency.size(); ++i) {
    below += Value(counters.latency[i]);
    const bool bounded = i < kLatencyBounds.size();
    Sample(out, Text(kName) + "_bucket",
           LabelText("le", bounded ? std::to_string(kLatencyBounds[i]) : "+Inf"), below);
  }
  Sample(out, Text(kName) + "_sum", "", Value(counters.inspection_us));
  Sample(out, Text(kName) + "_count", "", below);
}

}  // namespace

std::string JsonReport(const MainConf& conf) {
  Json json = {{"version", RASP_VERSION}};
  Json& rulesets = json["rulesets"] = Json::array();
  for (const auto& entry : conf.rulesets->entries()) rulesets.push_back(RulesetJson(*entry));
  for (const auto& entry : conf.rulesets->modsec_entries()) rulesets.push_back(RulesetJson(entry));
  Json& locations = json["locations"] = Json::array();
  const auto* const entries = static_cast<const LocationEntry*>(conf.locations.elts);
  for (const LocationEntry& entry : std::span(entries, conf.locations.nelts)) {
    locations.push_back(LocationJson(entry));
  }
  json["entities"] = EntitiesJson(conf);
  json["gate"] = GateJson(conf, CountersOf(conf.counters));
  json["counters"] = CountersJson(CountersOf(conf.counters));
  return json.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string PrometheusReport(const MainConf& conf) {
  const Counters& counters = CountersOf(conf.counters);
  std::string out;
  Header(out, "rasp_rules_loaded", "Rules of each ruleset that is loaded.", "gauge");
  for (const auto& entry : conf.rulesets->entries()) {
    Sample(out, "rasp_rules_loaded", LabelText("ruleset", entry->ruleset.hash()),
           entry->ruleset.rules().size());
  }
  for (const CounterDef& def : kCounters) {
    Header(out, def.prometheus, def.help, "counter");
    Sample(out, def.prometheus, "", Value(counters.*def.counter));
  }
  Header(out, "rasp_degraded_total", "Transactions not inspected in full, by reason.", "counter");
  for (std::size_t i = 0; i < counters.degraded.size(); ++i) {
    Sample(out, "rasp_degraded_total",
           LabelText("reason", DegradedReasonName(static_cast<DegradedReason>(i))),
           Value(counters.degraded[i]));
  }
  AppendEntities(out, conf);
  AppendGate(out, conf, counters);
  AppendRules(out, counters);
  AppendLatency(out, counters);
  return out;
}

}  // namespace rasp
