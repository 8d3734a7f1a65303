// SPDX-License-Identifier: Apache-2.0
#include "location_conf.h"

#include <algorithm>
#include <string>
#include <vector>

#include "event_log.h"
#include "gate_conf.h"
#include "guarded.h"
#include "network_files.h"
#include "rasp/logic.h"
#include "ruleset_registry.h"
#include "streaming_handlers.h"

namespace rasp {
namespace {

constexpr std::size_t kOffloadBytes = 64 * 1024;
constexpr std::size_t kStreamWindow = 64 * 1024;

constexpr LimitDef kLimits[] = {
    {"body", LimitUnit::kBytes,
     [](Limits& l, int64_t v) { l.request_body_bytes = static_cast<uint64_t>(v); }},
    {"headers", LimitUnit::kCount,
     [](Limits& l, int64_t v) { l.request_headers = static_cast<uint32_t>(v); }},
    {"header_bytes", LimitUnit::kBytes,
     [](Limits& l, int64_t v) { l.request_header_bytes = static_cast<uint32_t>(v); }},
    {"arguments", LimitUnit::kCount,
     [](Limits& l, int64_t v) { l.arguments = static_cast<uint32_t>(v); }},
    {"decompression_ratio", LimitUnit::kCount,
     [](Limits& l, int64_t v) { l.decompression_ratio = static_cast<uint32_t>(v); }},
    {"body_depth", LimitUnit::kCount,
     [](Limits& l, int64_t v) { l.body_depth = static_cast<uint32_t>(v); }},
    {"response_body", LimitUnit::kBytes,
     [](Limits& l, int64_t v) { l.response_body_bytes = static_cast<uint64_t>(v); }},
    {"memory", LimitUnit::kBytes,
     [](Limits& l, int64_t v) { l.memory_bytes = static_cast<uint64_t>(v); }},
    {"time", LimitUnit::kMilliseconds,
     [](Limits& l, int64_t v) { l.time_us = static_cast<uint64_t>(v) * 1000; }},
    {"matches", LimitUnit::kCount,
     [](Limits& l, int64_t v) { l.matches = static_cast<uint32_t>(v); }},
};
static_assert(std::size(kLimits) == kLimitCount);

std::string CopyOf(const ngx_str_t& text) { return std::string(ViewOf(text)); }

std::span<const ngx_str_t> Items(const ngx_array_t* array) {
  if (array == nullptr) return {};
  return {static_cast<const ngx_str_t*>(array->elts), array->nelts};
}

std::span<const ModsecRules> ModsecRulesOf(const ngx_array_t* array) {
  if (array == nullptr) return {};
  return {static_cast<const ModsecRules*>(array->elts), array->nelts};
}

bool Contains(const ngx_array_t& array, const ngx_str_t& item) {
  for (const ngx_str_t& have : Items(&array)) {
    if (ViewOf(have) == ViewOf(item)) return true;
  }
  return false;
}

// The parent's rules, then the child's, which stand one level further in.
bool AppendRules(ngx_pool_t* pool, ngx_array_t* parent, ngx_array_t*& child) {
  if (child == nullptr || parent == nullptr || parent->nelts == 0) {
    if (child == nullptr) child = parent;
    return true;
  }
  const std::size_t count = parent->nelts + child->nelts;
  ngx_array_t* const all = ngx_array_create(pool, count, sizeof(ModsecRules));
  if (all == nullptr) return false;
  const ngx_uint_t inner = ModsecRulesOf(parent).back().level + 1;
  for (const ngx_array_t* part : {parent, child}) {
    for (ModsecRules rules : ModsecRulesOf(part)) {
      if (part == child) rules.level = inner;
      *static_cast<ModsecRules*>(ngx_array_push(all)) = rules;  // room was made above
    }
  }
  child = all;
  return true;
}

// The parent's items, then those of the child that are new. Shares the parent's array if the child
// has none.
bool AppendToParent(ngx_pool_t* pool, const ngx_array_t* parent, ngx_array_t*& child) {
  if (child == nullptr || parent == nullptr || parent->nelts == 0) {
    if (child == nullptr) child = const_cast<ngx_array_t*>(parent);  // read only from here on
    return true;
  }
  ngx_array_t* const all = ngx_array_create(pool, parent->nelts + child->nelts, sizeof(ngx_str_t));
  if (all == nullptr) return false;
  for (const ngx_array_t* part : {parent, static_cast<const ngx_array_t*>(child)}) {
    for (const ngx_str_t& item : Items(part)) {
      if (Contains(*all, item)) continue;
      auto* const slot = static_cast<ngx_str_t*>(ngx_array_push(all));
      if (slot == nullptr) return false;
      *slot = item;
    }
  }
  child = all;
  return true;
}

bool SetsLimits(const LocationConf& conf) {
  for (const int64_t limit : conf.limits) {
    if (limit != NGX_CONF_UNSET) return true;
  }
  return false;
}

// Whether `conf`, not yet merged, says anything that the rules or the overlay depend on.
bool ChangesInspection(const LocationConf& conf) {
  return conf.rasp != NGX_CONF_UNSET_UINT || conf.modsecurity != NGX_CONF_UNSET ||
         conf.modsec_rules != nullptr || conf.compat != NGX_CONF_UNSET_UINT ||
         conf.body_variable != NGX_CONF_UNSET_UINT || conf.engine != NGX_CONF_UNSET_UINT ||
         conf.on_error != NGX_CONF_UNSET_UINT || conf.threshold != NGX_CONF_UNSET ||
         conf.response_threshold != NGX_CONF_UNSET || conf.files != nullptr ||
         conf.exclusions != nullptr || SetsLimits(conf);
}

void MergeModsecurity(const LocationConf& prev, LocationConf& conf) {
  if (conf.modsecurity == NGX_CONF_UNSET) conf.modsecurity_if = prev.modsecurity_if;
  ngx_conf_merge_value(conf.modsecurity, prev.modsecurity, 0);
  ngx_conf_merge_ptr_value(conf.transaction_id, prev.transaction_id, nullptr);
  ngx_conf_merge_value(conf.modsec_error_log, prev.modsec_error_log, 1);
  ngx_conf_merge_value(conf.error_log, prev.error_log, 0);
  ngx_conf_merge_uint_value(conf.compat, prev.compat, kStrict);
  ngx_conf_merge_uint_value(conf.body_variable, prev.body_variable, kAsInV2);
  ngx_conf_merge_value(conf.audit_redact, prev.audit_redact, 1);
}

// `rasp`, where it is said, is the ceiling for all rules.
Mode CeilingOf(const LocationConf& conf) {
  if (conf.rasp != NGX_CONF_UNSET_UINT) return static_cast<Mode>(conf.rasp);
  return conf.modsecurity == 1 ? Mode::kBlock : Mode::kOff;
}

void MergeSettings(const LocationConf& prev, LocationConf& conf) {
  const OverlaySpec defaults;
  MergeModsecurity(prev, conf);
  ngx_conf_merge_uint_value(conf.rasp, prev.rasp, NGX_CONF_UNSET_UINT);
  conf.mode = static_cast<ngx_uint_t>(CeilingOf(conf));
  ngx_conf_merge_uint_value(conf.on_error, prev.on_error, NGX_CONF_UNSET_UINT);
  ngx_conf_merge_value(conf.threshold, prev.threshold, defaults.threshold);
  ngx_conf_merge_value(conf.response_threshold, prev.response_threshold,
                       defaults.response_threshold);
  ngx_conf_merge_ptr_value(conf.pool, prev.pool, nullptr);
  ngx_conf_merge_size_value(conf.offload_bytes, prev.offload_bytes, kOffloadBytes);
  ngx_conf_merge_size_value(conf.stream_window, prev.stream_window, kStreamWindow);
  ngx_conf_merge_value(conf.debug_malloc, prev.debug_malloc, 0);
  if (conf.engine == NGX_CONF_UNSET_UINT) conf.sample = prev.sample;
  ngx_conf_merge_uint_value(conf.engine, prev.engine, static_cast<ngx_uint_t>(Engine::kNative));
  for (std::size_t i = 0; i < kLimitCount; ++i) {
    ngx_conf_merge_value(conf.limits[i], prev.limits[i], NGX_CONF_UNSET);
  }
  ngx_conf_merge_ptr_value(conf.block_page, prev.block_page,
                           static_cast<const BlockPage*>(NGX_CONF_UNSET_PTR));
  ngx_conf_merge_ptr_value(conf.log, prev.log, nullptr);
  ngx_conf_merge_ptr_value(conf.headers, prev.headers, nullptr);
  ngx_conf_merge_uint_value(conf.status, NGX_CONF_UNSET_UINT, kNoStatus);
}

OverlaySpec SpecOf(const LocationConf& conf) {
  OverlaySpec spec;
  spec.mode = conf.Ceiling();
  // As libmodsecurity: rules that do not say SecRuleEngine only detect.
  const bool unsaid = conf.modsecurity == 1 && conf.rasp == NGX_CONF_UNSET_UINT;
  if (unsaid && !conf.ruleset->settings().mode) spec.mode = std::min(spec.mode, Mode::kDetect);
  spec.on_error = conf.OnError();
  spec.request_body_always = conf.body_variable == kAlways;
  spec.limits = LimitsOf(*conf.ruleset);
  spec.threshold = static_cast<int>(conf.threshold);
  spec.response_threshold = static_cast<int>(conf.response_threshold);
  for (std::size_t i = 0; i < kLimitCount; ++i) {
    if (conf.limits[i] != NGX_CONF_UNSET) kLimits[i].apply(spec.limits, conf.limits[i]);
  }
  for (const ngx_str_t& exclusion : Items(conf.exclusions)) {
    spec.exclusions.push_back(CopyOf(exclusion));
  }
  return spec;
}

bool HasRulesFor(const Ruleset& ruleset, Phase phase) {
  for (const RuleInfo& rule : ruleset.rules()) {
    if (rule.phase == phase && rule.mode != RuleMode::kOff) return true;
  }
  return false;
}

RuleSources SourcesOf(const LocationConf& conf) {
  RuleSources sources;
  sources.compat_warn = conf.compat == kWarn;
  for (const ngx_str_t& file : Items(conf.files))
    sources.list.push_back({CopyOf(file), {}, false, 0});
  if (conf.modsecurity != 1) return sources;
  for (const ModsecRules& rules : ModsecRulesOf(conf.modsec_rules)) {
    const bool is_text = rules.text.data != nullptr;
    sources.list.push_back({CopyOf(rules.name), is_text ? CopyOf(rules.text) : std::string(),
                            is_text, static_cast<uint32_t>(rules.level)});
  }
  return sources;
}

// Whether responses are to be had uncompressed: rules look into their bodies, and may.
bool ReadsResponseBodies(const LocationConf& conf) {
  const bool by_default = conf.modsecurity != 1;
  const LogicModel* const model = conf.ruleset->logic();
  return conf.ruleset->settings().response_body_access.value_or(by_default) &&
         (HasRulesFor(*conf.ruleset, Phase::kResponseBody) ||
          (model != nullptr && model->reads_response_bodies()));
}

// The audit log that the rules' directives want, if any.
bool OpenAuditLog(ngx_conf_t* cf, const RulesetRegistry& registry, LocationConf& conf) {
  const AuditLogSettings& settings = conf.ruleset->settings().audit_log;
  const bool concurrent = settings.type == AuditLogType::kConcurrent;
  if (concurrent && !settings.storage_dir) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "SecAuditLogType Concurrent needs a directory: say SecAuditLogStorageDir");
    return false;
  }
  if (!concurrent && !settings.file) return true;
  conf.audit = registry.AuditLogOf(*conf.ruleset);
  MainConfOf(cf).audits = true;
  if (!settings.file) return true;
  const ngx_str_t path = CopyToPool(cf->pool, *settings.file + '\0');
  if (path.data == nullptr) return false;
  constexpr uint32_t kDefaultMode = 0640;
  const AuditFileOf file = {{path.len - 1, path.data}, settings.file_mode.value_or(kDefaultMode)};
  conf.audit_file = OpenAuditFile(cf, file, MainConfOf(cf).logs);
  return conf.audit_file != nullptr;
}

bool ResolveNative(ngx_conf_t* cf, const RuleSources& sources, LocationConf& conf) {
  RulesetRegistry& registry = *MainConfOf(cf).rulesets;
  conf.ruleset = registry.Load(cf, sources);
  if (conf.ruleset == nullptr) return false;
  conf.overlay = registry.LoadOverlay(cf, *conf.ruleset, SpecOf(conf));
  if (conf.overlay == nullptr) return false;
  conf.has_response_body_rules = ReadsResponseBodies(conf);
  if (conf.ruleset->logic() != nullptr) MainConfOf(cf).models = true;
  conf.held_response_bytes = conf.overlay->limits().response_body_bytes;
  return true;
}

// What the rules' own SecRuleEngine leaves of the location's mode.
Mode ModeUnder(const LocationConf& conf, const ModsecRuleset& rules) {
  const bool unsaid = conf.modsecurity == 1 && conf.rasp == NGX_CONF_UNSET_UINT;
  return std::min(conf.Ceiling(), rules.mode().value_or(unsaid ? Mode::kDetect : Mode::kBlock));
}

bool ResolveModsecurity(ngx_conf_t* cf, const RuleSources& sources, LocationConf& conf) {
  if (conf.exclusions != nullptr && conf.exclusions->nelts != 0) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "rasp_exclude has no meaning under rasp_engine modsecurity: write "
                  "SecRuleRemoveById or SecRuleUpdateTargetById into the rules");
    return false;
  }
  conf.modsec = MainConfOf(cf).rulesets->LoadModsecurity(cf, sources, {.silent = false});
  if (conf.modsec == nullptr) return false;
  conf.mode = static_cast<ngx_uint_t>(ModeUnder(conf, *conf.modsec));
  conf.has_response_body_rules = conf.modsec->wants_response_bodies();
  const uint64_t limit = conf.modsec->response_body_limit();
  conf.held_response_bytes = limit != 0 ? limit : Limits().response_body_bytes;
  return true;
}

// Rules and overlay of a location whose settings are merged.
bool Resolve(ngx_conf_t* cf, LocationConf& conf) {
  const RuleSources sources = SourcesOf(conf);
  if (sources.list.empty()) return true;
  if (conf.ChosenEngine() == Engine::kModsecurity) return ResolveModsecurity(cf, sources, conf);
  if (!ResolveNative(cf, sources, conf)) return false;
  if (!OpenAuditLog(cf, *MainConfOf(cf).rulesets, conf)) return false;
  if (conf.ChosenEngine() == Engine::kNative) return true;
  conf.modsec = MainConfOf(cf).rulesets->LoadModsecurity(cf, sources, {.silent = true});
  return conf.modsec != nullptr;
}

bool RecordForStatus(ngx_conf_t* cf, const LocationConf& conf) {
  auto* const core = static_cast<ngx_http_core_loc_conf_t*>(
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
  auto* const server = static_cast<ngx_http_core_srv_conf_t*>(
      ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module));
  const bool is_server = server->ctx->loc_conf == core->loc_conf || core->name.data == nullptr;
  auto* const entry = static_cast<LocationEntry*>(ngx_array_push(&MainConfOf(cf).locations));
  if (entry == nullptr) return false;
  *entry = {&server->server_name, is_server ? nullptr : &core->name, &conf};

  const bool answers_requests = !is_server || core->locations == nullptr;
  if (answers_requests && conf.gate != nullptr && conf.Ceiling() == Mode::kOff &&
      conf.rasp == NGX_CONF_UNSET_UINT) {
    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "the network gate does nothing in server \"%V\", location \"%V\", where no "
                  "`rasp detect` or `rasp block` is in force",
                  entry->server, is_server ? &server->server_name : &core->name);
  }
  if (answers_requests && conf.Ceiling() != Mode::kOff && !conf.HasRules() &&
      conf.gate == nullptr) {
    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "inspection is on in server \"%V\", location \"%V\", but no rules apply there: "
                  "nothing is inspected",
                  entry->server, is_server ? &server->server_name : &core->name);
  }
  return true;
}

}  // namespace

std::span<const LimitDef> LimitTable() { return kLimits; }

void* CreateMainConf(ngx_conf_t* cf) noexcept {
  return Guarded<void*>(cf->log, nullptr, [&]() -> void* {
    auto* const conf = static_cast<MainConf*>(ngx_pcalloc(cf->pool, sizeof(MainConf)));
    if (conf == nullptr) return nullptr;
    if (ngx_array_init(&conf->logs, cf->pool, 2, sizeof(EventLog*)) != NGX_OK) return nullptr;
    if (ngx_array_init(&conf->locations, cf->pool, 16, sizeof(LocationEntry)) != NGX_OK) {
      return nullptr;
    }
    if (ngx_array_init(&conf->streaming_handlers, cf->pool, 8, sizeof(StreamingHandler)) !=
        NGX_OK) {
      return nullptr;
    }
    if (ngx_array_init(&conf->network_files, cf->pool, 4, sizeof(NetworkFile*)) != NGX_OK) {
      return nullptr;
    }
    conf->rulesets = RulesetRegistry::Create(cf->pool);
    return conf->rulesets == nullptr ? nullptr : conf;
  });
}

void* CreateLocationConf(ngx_conf_t* cf) noexcept {
  auto* const conf = static_cast<LocationConf*>(ngx_pcalloc(cf->pool, sizeof(LocationConf)));
  if (conf == nullptr) return nullptr;
  conf->rasp = NGX_CONF_UNSET_UINT;
  conf->modsecurity = NGX_CONF_UNSET;
  conf->transaction_id = static_cast<ngx_http_complex_value_t*>(NGX_CONF_UNSET_PTR);
  conf->modsec_error_log = NGX_CONF_UNSET;
  conf->error_log = NGX_CONF_UNSET;
  conf->compat = NGX_CONF_UNSET_UINT;
  conf->body_variable = NGX_CONF_UNSET_UINT;
  conf->audit_redact = NGX_CONF_UNSET;
  conf->on_error = NGX_CONF_UNSET_UINT;
  conf->threshold = NGX_CONF_UNSET;
  conf->response_threshold = NGX_CONF_UNSET;
  for (int64_t& limit : conf->limits) limit = NGX_CONF_UNSET;
  conf->block_page = static_cast<const BlockPage*>(NGX_CONF_UNSET_PTR);
  conf->log = static_cast<EventLog*>(NGX_CONF_UNSET_PTR);
  conf->headers = static_cast<const HeaderPreset*>(NGX_CONF_UNSET_PTR);
  conf->pool = static_cast<ngx_thread_pool_t*>(NGX_CONF_UNSET_PTR);
  conf->offload_bytes = NGX_CONF_UNSET_SIZE;
  conf->stream_window = NGX_CONF_UNSET_SIZE;
  conf->debug_malloc = NGX_CONF_UNSET;
  conf->engine = NGX_CONF_UNSET_UINT;
  conf->status = NGX_CONF_UNSET_UINT;
  return conf;
}

char* MergeLocationConf(ngx_conf_t* cf, void* parent, void* child) noexcept {
  return Guarded(cf, [&]() -> char* {
    const LocationConf& prev = *static_cast<const LocationConf*>(parent);
    LocationConf& conf = *static_cast<LocationConf*>(child);
    const bool same_inspection = prev.resolved && !ChangesInspection(conf);

    MergeSettings(prev, conf);
    if (!MergeGate(cf, prev, conf)) return kConfError;
    if (!AppendToParent(cf->pool, prev.files, conf.files)) return kConfError;
    if (!AppendToParent(cf->pool, prev.exclusions, conf.exclusions)) return kConfError;
    if (!AppendRules(cf->pool, prev.modsec_rules, conf.modsec_rules)) return kConfError;
    if (same_inspection) {
      conf.ruleset = prev.ruleset;
      conf.overlay = prev.overlay;
      conf.audit = prev.audit;
      conf.audit_file = prev.audit_file;
      conf.modsec = prev.modsec;
      conf.held_response_bytes = prev.held_response_bytes;
      if (conf.overlay == nullptr) conf.mode = prev.mode;
      conf.has_response_body_rules = prev.has_response_body_rules;
    } else if (!Resolve(cf, conf)) {
      return kConfError;
    }
    // What SecRuleEngine says is the mode that status pages and log lines should tell.
    if (conf.overlay != nullptr) conf.mode = static_cast<ngx_uint_t>(conf.overlay->mode());
    conf.resolved = true;
    return RecordForStatus(cf, conf) ? NGX_CONF_OK : kConfError;
  });
}

}  // namespace rasp
