// SPDX-License-Identifier: Apache-2.0
#include "ruleset_registry.h"

#include <malloc.h>

#include <algorithm>
#include <new>
#include <utility>

namespace rasp {
namespace {

// Compiling leaves the heap full of holes; without this the master grows with the first reloads.
void DestroyRegistry(void* data) {
  static_cast<RulesetRegistry*>(data)->~RulesetRegistry();
  malloc_trim(0);
}

void LogLine(ngx_conf_t* cf, ngx_uint_t level, const std::string& text) {
  ngx_log_error(level, cf->log, 0, "%*s", text.size(), text.data());
}

ngx_uint_t LevelOf(DiagnosticSeverity severity) {
  switch (severity) {
    case DiagnosticSeverity::kError:
      return NGX_LOG_EMERG;
    case DiagnosticSeverity::kWarning:
      return NGX_LOG_WARN;
    case DiagnosticSeverity::kNote:
      break;
  }
  return NGX_LOG_NOTICE;
}

bool IsJsonFile(std::string_view name) {
  return name.ends_with(".json") || name.ends_with(".jsonc");
}

// An operator's own SecLang may well refuse what the self-test takes for an ordinary request.
bool HasSecLang(const RuleSources& sources) {
  return std::any_of(sources.list.begin(), sources.list.end(), [](const RuleSource& source) {
    return source.is_text || !IsJsonFile(source.name);
  });
}

CompileOptions OptionsFor(const RuleSources& sources) {
  CompileOptions options;
  options.compat_warn = sources.compat_warn;
  return options;
}

void Add(const RuleSources& sources, RulesetCompiler& compiler) {
  uint32_t level = sources.list.empty() ? 0 : sources.list.front().level;
  for (const RuleSource& source : sources.list) {
    if (source.level != level) compiler.BeginInnerLevel();
    level = source.level;
    if (source.is_text) {
      compiler.AddText(source.name, source.text);
    } else {
      compiler.AddFile(source.name);
    }
  }
}

// As the native engine orders them. Within a level the order is that of the configuration.
std::vector<ModsecSource> InnerLevelsFirst(const RuleSources& sources) {
  std::vector<RuleSource> ordered = sources.list;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const RuleSource& a, const RuleSource& b) { return a.level > b.level; });
  std::vector<ModsecSource> list;
  for (RuleSource& source : ordered) {
    list.push_back({std::move(source.name), std::move(source.text), source.is_text});
  }
  return list;
}

// Equal keys mean equal overlays; every field is in it.
std::string KeyOf(const OverlaySpec& spec) {
  const Limits& limits = spec.limits;
  std::string key;
  for (const uint64_t number :
       {static_cast<uint64_t>(spec.mode), static_cast<uint64_t>(spec.on_error),
        uint64_t{spec.request_body_always}, static_cast<uint64_t>(spec.threshold),
        static_cast<uint64_t>(spec.response_threshold), uint64_t{limits.request_headers},
        uint64_t{limits.request_header_bytes}, uint64_t{limits.arguments},
        uint64_t{limits.body_depth}, limits.request_body_bytes, limits.response_body_bytes,
        limits.memory_bytes, limits.time_us, uint64_t{limits.matches}}) {
    key.append(std::to_string(number)).push_back(',');
  }
  for (const std::string& exclusion : spec.exclusions) key.append(exclusion).push_back('\n');
  return key;
}

}  // namespace

RulesetRegistry* RulesetRegistry::Create(ngx_pool_t* pool) {
  ngx_pool_cleanup_t* const cleanup = ngx_pool_cleanup_add(pool, sizeof(RulesetRegistry));
  if (cleanup == nullptr) return nullptr;
  auto* const registry = ::new (cleanup->data) RulesetRegistry;
  cleanup->handler = DestroyRegistry;
  return registry;
}

void RulesetRegistry::RecordNaming(const std::string& file, std::string place) {
  named_at_.emplace(file, std::move(place));
}

std::string RulesetRegistry::PlaceOf(const RuleSources& sources) const {
  const auto found = named_at_.find(sources.list.back().name);
  return found == named_at_.end() ? std::string("the configuration") : found->second;
}

const Ruleset* RulesetRegistry::Load(ngx_conf_t* cf, const RuleSources& sources) {
  if (const auto known = by_sources_.find(sources); known != by_sources_.end()) {
    return &known->second->ruleset;
  }
  RulesetCompiler compiler(OptionsFor(sources));
  Add(sources, compiler);
  Result<Ruleset, Diagnostics> compiled = compiler.Compile();
  for (const Diagnostic& diagnostic : compiler.diagnostics()) {
    LogLine(cf, LevelOf(diagnostic.severity), FormatDiagnostic(diagnostic));
  }
  if (!compiled) {
    LogLine(cf, NGX_LOG_EMERG, PlaceOf(sources) + ": not loaded, see above");
    return nullptr;
  }
  if (const Result<bool> canary = SelfTest(*compiled); !canary) {
    const bool only_warn = HasSecLang(sources);
    LogLine(cf, only_warn ? NGX_LOG_WARN : NGX_LOG_EMERG,
            PlaceOf(sources) + ": self-test failed: " + canary.error());
    if (!only_warn) return nullptr;
  }
  Result<ModsecAuditLog> audit = ModsecAuditLog::Make(compiled->settings());
  if (!audit) {
    LogLine(cf, NGX_LOG_EMERG, PlaceOf(sources) + ": " + audit.error());
    return nullptr;
  }
  entries_.push_back(
      std::make_unique<Entry>(Entry{sources, *std::move(compiled), *std::move(audit), {}}));
  by_sources_.emplace(sources, entries_.back().get());
  return &entries_.back()->ruleset;
}

RulesetRegistry::Entry& RulesetRegistry::EntryOf(const Ruleset& ruleset) const {
  return **std::find_if(entries_.begin(), entries_.end(),
                        [&](const auto& entry) { return &entry->ruleset == &ruleset; });
}

const ModsecAuditLog* RulesetRegistry::AuditLogOf(const Ruleset& ruleset) const {
  return &EntryOf(ruleset).audit;
}

const ModsecRuleset* RulesetRegistry::LoadModsecurity(ngx_conf_t* cf, const RuleSources& sources,
                                                      const ModsecOptions& options) {
  for (const ModsecEntry& known : modsec_entries_) {
    const bool same = !(known.sources < sources) && !(sources < known.sources);
    if (same && known.silent == options.silent) return known.ruleset.get();
  }
  const std::vector<ModsecSource> ordered = InnerLevelsFirst(sources);
  auto loaded = ModsecRuleset::Load(ordered, options);
  if (!loaded) {
    LogLine(cf, NGX_LOG_EMERG, PlaceOf(sources) + ": " + loaded.error());
    return nullptr;
  }
  modsec_entries_.push_back({sources, options.silent, *std::move(loaded)});
  return modsec_entries_.back().ruleset.get();
}

const Overlay* RulesetRegistry::LoadOverlay(ngx_conf_t* cf, const Ruleset& ruleset,
                                            const OverlaySpec& spec) {
  Entry& entry = EntryOf(ruleset);
  std::string key = KeyOf(spec);
  if (const auto known = entry.overlays.find(key); known != entry.overlays.end()) {
    return &known->second;
  }
  Result<Overlay, std::vector<std::string>> made = Overlay::Make(ruleset, spec);
  if (!made) {
    for (const std::string& problem : made.error()) {
      LogLine(cf, NGX_LOG_EMERG,
              "rasp_exclude: " + problem + "; the rules come from " + PlaceOf(entry.sources));
    }
    return nullptr;
  }
  return &entry.overlays.emplace(std::move(key), *std::move(made)).first->second;
}

}  // namespace rasp
