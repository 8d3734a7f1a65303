// SPDX-License-Identifier: Apache-2.0
#include "directives.h"

#include <glob.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "block_page.h"
#include "directive_arguments.h"
#include "entity_zone.h"
#include "event_log.h"
#include "gate_conf.h"
#include "guarded.h"
#include "location_conf.h"
#include "ruleset_registry.h"
#include "status.h"

namespace rasp {
namespace {

ngx_conf_enum_t kModes[] = {
    {ngx_string("off"), static_cast<ngx_uint_t>(Mode::kOff)},
    {ngx_string("detect"), static_cast<ngx_uint_t>(Mode::kDetect)},
    {ngx_string("block"), static_cast<ngx_uint_t>(Mode::kBlock)},
    {ngx_null_string, 0},
};

ngx_conf_enum_t kCompats[] = {
    {ngx_string("strict"), kStrict},
    {ngx_string("warn"), kWarn},
    {ngx_null_string, 0},
};

ngx_conf_enum_t kBodyVariables[] = {
    {ngx_string("v2"), kAsInV2},
    {ngx_string("v3"), kAlways},
    {ngx_null_string, 0},
};

ngx_conf_enum_t kFailPolicies[] = {
    {ngx_string("pass"), static_cast<ngx_uint_t>(FailPolicy::kPass)},
    {ngx_string("block"), static_cast<ngx_uint_t>(FailPolicy::kBlock)},
    {ngx_null_string, 0},
};

constexpr std::pair<std::string_view, Engine> kEngines[] = {
    {"native", Engine::kNative},
    {"modsecurity", Engine::kModsecurity},
    {"compare", Engine::kCompare},
};

bool Push(ngx_conf_t* cf, ngx_array_t*& array, std::string_view text) {
  if (array == nullptr) array = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
  if (array == nullptr) return false;
  auto* const slot = static_cast<ngx_str_t*>(ngx_array_push(array));
  if (slot == nullptr) return false;
  *slot = CopyToPool(cf->pool, text);
  return slot->data != nullptr;
}

// The files that a pattern names, sorted; a name without wildcards is a pattern that matches
// itself.
std::vector<std::string> Expand(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> files;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return files;
}

// rasp_rules FILE|GLOB ...;
char* SetRules(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return Guarded(cf, [&]() -> char* {
    LocationConf& conf = *static_cast<LocationConf*>(data);
    const std::string place = "rasp_rules at " + PlaceOf(cf);
    for (ngx_str_t& argument : Arguments(cf)) {
      if (ngx_conf_full_name(cf->cycle, &argument, 1) != NGX_OK) return kConfError;
      const std::vector<std::string> files = Expand(std::string(ViewOf(argument)));
      if (files.empty()) return Invalid(cf, argument, "no such file");
      for (const std::string& file : files) {
        MainConfOf(cf).rulesets->RecordNaming(file, place);
        if (!Push(cf, conf.files, file)) return kConfError;
      }
    }
    return NGX_CONF_OK;
  });
}

ModsecRules* PushModsecRules(ngx_conf_t* cf, LocationConf& conf) {
  if (conf.modsec_rules == nullptr) {
    conf.modsec_rules = ngx_array_create(cf->pool, 4, sizeof(ModsecRules));
  }
  if (conf.modsec_rules == nullptr) return nullptr;
  auto* const rules = static_cast<ModsecRules*>(ngx_array_push(conf.modsec_rules));
  if (rules != nullptr) *rules = {};
  return rules;
}

// modsecurity on | off | VARIABLE;  the variable's value is on or off, request by request
char* SetModsecurity(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  if (conf.modsecurity != NGX_CONF_UNSET) return kDuplicate;
  const ngx_str_t& argument = Arguments(cf).front();
  const std::string_view text = ViewOf(argument);
  conf.modsecurity = text == "off" ? 0 : 1;
  if (text == "on" || text == "off") return NGX_CONF_OK;
  if (text.find('$') == text.npos) return Invalid(cf, argument, "on, off, or a variable");
  return ngx_http_set_complex_value_slot(cf, command, data);
}

// modsecurity_rules_file FILE|GLOB;
char* SetModsecRulesFile(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return Guarded(cf, [&]() -> char* {
    ngx_str_t& argument = Arguments(cf).front();
    if (ngx_conf_full_name(cf->cycle, &argument, 1) != NGX_OK) return kConfError;
    const std::vector<std::string> files = Expand(std::string(ViewOf(argument)));
    if (files.empty()) return Invalid(cf, argument, "no such file");
    for (const std::string& file : files) {
      MainConfOf(cf).rulesets->RecordNaming(file, "modsecurity_rules_file at " + PlaceOf(cf));
      ModsecRules* const rules = PushModsecRules(cf, *static_cast<LocationConf*>(data));
      if (rules == nullptr) return kConfError;
      rules->name = CopyToPool(cf->pool, file);
      if (rules->name.data == nullptr) return kConfError;
    }
    return NGX_CONF_OK;
  });
}

// modsecurity_rules TEXT;
// Line breaks in front of the text make its lines count as in the file that it stands in.
char* SetModsecRules(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return Guarded(cf, [&]() -> char* {
    const std::string_view text = ViewOf(Arguments(cf).front());
    const std::string file(ViewOf(cf->conf_file->file.name));
    const auto lines = static_cast<ngx_uint_t>(std::count(text.begin(), text.end(), '\n'));
    const ngx_uint_t last = cf->conf_file->line;
    const std::string padding(last > lines ? last - lines - 1 : 0, '\n');
    MainConfOf(cf).rulesets->RecordNaming(file, "modsecurity_rules at " + PlaceOf(cf));
    ModsecRules* const rules = PushModsecRules(cf, *static_cast<LocationConf*>(data));
    if (rules == nullptr) return kConfError;
    rules->name = CopyToPool(cf->pool, file);
    rules->text = CopyToPool(cf->pool, padding + std::string(text));
    return rules->name.data == nullptr || rules->text.data == nullptr ? kConfError : NGX_CONF_OK;
  });
}

// modsecurity_rules_remote KEY URL;  not supported: a server's rules must not be another's to
// change
char* RefuseRemoteRules(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
  ngx_conf_log_error(
      NGX_LOG_EMERG, cf, 0,
      "modsecurity_rules_remote is not supported: fetch \"%V\" by a job of your own, "
      "check what came, and name the file with modsecurity_rules_file",
      &Arguments(cf)[1]);
  return kConfError;
}

// modsecurity_transaction_id STRING;
char* SetTransactionId(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  if (conf.transaction_id != NGX_CONF_UNSET_PTR) return kDuplicate;
  conf.transaction_id = nullptr;
  return ngx_http_set_complex_value_slot(cf, command, data);
}

// rasp_exclude RULE [TARGET];
char* SetExclusion(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return Guarded(cf, [&]() -> char* {
    std::string exclusion;
    for (const ngx_str_t& argument : Arguments(cf)) {
      if (!exclusion.empty()) exclusion.push_back(' ');
      exclusion.append(ViewOf(argument));
    }
    LocationConf& conf = *static_cast<LocationConf*>(data);
    return Push(cf, conf.exclusions, exclusion) ? NGX_CONF_OK : kConfError;
  });
}

// rasp_threshold SCORE [response=SCORE];
char* SetThreshold(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  if (conf.threshold != NGX_CONF_UNSET || conf.response_threshold != NGX_CONF_UNSET) {
    return kDuplicate;
  }
  for (const ngx_str_t& argument : Arguments(cf)) {
    const std::optional<ngx_str_t> response = ValueOf(argument, "response");
    const ngx_str_t number = response.value_or(argument);
    const ngx_int_t score = ngx_atoi(number.data, number.len);
    if (score == NGX_ERROR || score == 0 || score > NGX_MAX_INT32_VALUE) {
      return Invalid(cf, argument, "a score is a whole number above 0");
    }
    (response ? conf.response_threshold : conf.threshold) = score;
  }
  return NGX_CONF_OK;
}

int64_t ParseLimit(LimitUnit unit, ngx_str_t value) {
  if (value.len == 0) return NGX_ERROR;
  if (unit == LimitUnit::kMilliseconds) return ngx_parse_time(&value, 0);
  const int64_t limit =
      unit == LimitUnit::kBytes ? ngx_parse_offset(&value) : ngx_atoi(value.data, value.len);
  return limit > NGX_MAX_UINT32_VALUE && unit == LimitUnit::kCount ? NGX_ERROR : limit;
}

// rasp_body_limit SIZE;
char* SetBodyLimit(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  int64_t& limit = static_cast<LocationConf*>(data)->limits[kBodyLimit];
  if (limit != NGX_CONF_UNSET) return kDuplicate;
  const ngx_str_t& argument = Arguments(cf).front();
  limit = ParseLimit(LimitTable()[kBodyLimit].unit, argument);
  return limit == NGX_ERROR ? Invalid(cf, argument, "a size like 512k or 8m") : NGX_CONF_OK;
}

// rasp_limits NAME=VALUE ...;
char* SetLimits(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  for (const ngx_str_t& argument : Arguments(cf)) {
    std::size_t which = kBodyLimit + 1;
    while (which < kLimitCount && !ValueOf(argument, LimitTable()[which].name)) ++which;
    if (which == kLimitCount) {
      return Invalid(cf, argument,
                     "NAME=VALUE, NAME being headers, header_bytes, arguments, body_depth, "
                     "decompression_ratio, response_body, memory, time or matches");
    }
    const LimitDef& def = LimitTable()[which];
    conf.limits[which] = ParseLimit(def.unit, *ValueOf(argument, def.name));
    const bool fits = def.name != "header_bytes" || conf.limits[which] <= NGX_MAX_UINT32_VALUE;
    if (conf.limits[which] == NGX_ERROR || !fits) {
      return Invalid(cf, argument, "counts are plain, sizes like 64k, times like 500ms");
    }
  }
  return NGX_CONF_OK;
}

// rasp_block_page on | off | [html=FILE] [json=FILE] [status=N];
char* SetBlockPage(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return Guarded(cf, [&]() -> char* {
    LocationConf& conf = *static_cast<LocationConf*>(data);
    if (conf.block_page != NGX_CONF_UNSET_PTR) return kDuplicate;
    const std::span<ngx_str_t> arguments = Arguments(cf);
    const std::string_view first = ViewOf(arguments.front());
    if (arguments.size() == 1 && (first == "on" || first == "off")) {
      conf.block_page = first == "on" ? &DefaultBlockPage() : nullptr;
      return NGX_CONF_OK;
    }
    auto* const page = static_cast<BlockPage*>(ngx_palloc(cf->pool, sizeof(BlockPage)));
    if (page == nullptr) return kConfError;
    *page = DefaultBlockPage();
    for (const ngx_str_t& argument : arguments) {
      if (const auto html = ValueOf(argument, "html")) {
        if (!ReadTemplate(cf, *html, page->html)) return kConfError;
      } else if (const auto json = ValueOf(argument, "json")) {
        if (!ReadTemplate(cf, *json, page->json)) return kConfError;
      } else if (const auto status = ValueOf(argument, "status")) {
        page->status = static_cast<ngx_uint_t>(ngx_atoi(status->data, status->len));
        if (page->status < 400 || page->status > 599) return Invalid(cf, argument, "400 to 599");
      } else {
        return Invalid(cf, argument, "on, off, or any of html=FILE, json=FILE, status=N");
      }
    }
    conf.block_page = page;
    return NGX_CONF_OK;
  });
}

// rasp_engine native | modsecurity | compare [sample=PERCENT];
char* SetEngine(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  if (conf.engine != NGX_CONF_UNSET_UINT) return kDuplicate;
  const std::span<ngx_str_t> arguments = Arguments(cf);
  for (const auto& [name, engine] : kEngines) {
    if (ViewOf(arguments.front()) == name) conf.engine = static_cast<ngx_uint_t>(engine);
  }
  if (conf.engine == NGX_CONF_UNSET_UINT) {
    return Invalid(cf, arguments.front(), "native, modsecurity or compare");
  }
  if (conf.ChosenEngine() != Engine::kNative && !HasModsec()) {
    return Invalid(cf, arguments.front(), "this build has no libmodsecurity engine");
  }
  conf.sample = kWholeSample;
  if (arguments.size() == 1) return NGX_CONF_OK;
  constexpr std::size_t kDecimals = 2;  // 0.01 % is one of 10'000
  const std::optional<ngx_str_t> percent = ValueOf(arguments[1], "sample");
  const ngx_int_t share = percent ? ngx_atofp(percent->data, percent->len, kDecimals) : NGX_ERROR;
  const bool fits = share > 0 && static_cast<ngx_uint_t>(share) <= kWholeSample;
  if (!fits || conf.ChosenEngine() != Engine::kCompare) {
    return Invalid(cf, arguments[1], "with compare, sample=PERCENT: above 0, up to 100");
  }
  conf.sample = static_cast<ngx_uint_t>(share);
  return NGX_CONF_OK;
}

// rasp_thread_pool NAME | off;
char* SetThreadPool(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  if (conf.pool != NGX_CONF_UNSET_PTR) return kDuplicate;
  ngx_str_t& name = Arguments(cf).front();
  conf.pool = nullptr;
  if (ViewOf(name) == "off") return NGX_CONF_OK;
#if (NGX_THREADS)
  conf.pool = ngx_thread_pool_add(cf, &name);
  return conf.pool == nullptr ? kConfError : NGX_CONF_OK;
#else
  return Invalid(cf, name, "this nginx was built without thread pools");
#endif
}

// rasp_log FILE | off;
char* SetLog(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  if (conf.log != NGX_CONF_UNSET_PTR) return kDuplicate;
  ngx_str_t& argument = Arguments(cf).front();
  conf.log = nullptr;
  if (ViewOf(argument) == "off") return NGX_CONF_OK;
  conf.log = OpenEventLog(cf, argument, MainConfOf(cf).logs);
  return conf.log == nullptr ? kConfError : NGX_CONF_OK;
}

// rasp_headers PRESET | off;
char* SetHeaders(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  if (conf.headers != NGX_CONF_UNSET_PTR) return kDuplicate;
  const ngx_str_t& argument = Arguments(cf).front();
  conf.headers = nullptr;
  if (ViewOf(argument) == "off") return NGX_CONF_OK;
  conf.headers = FindHeaderPreset(ViewOf(argument));
  return conf.headers == nullptr ? Invalid(cf, argument, "no such preset of security headers")
                                 : NGX_CONF_OK;
}

// rasp_status [allow];
char* SetStatus(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  if (conf.status != NGX_CONF_UNSET_UINT) return kDuplicate;
  conf.status = kStatusForLoopback;
  if (!Arguments(cf).empty()) {
    if (ViewOf(Arguments(cf).front()) != "allow") {
      return Invalid(cf, Arguments(cf).front(), "allow, or nothing");
    }
    conf.status = kStatusForAll;
  }
  auto* const core = static_cast<ngx_http_core_loc_conf_t*>(
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
  core->handler = AnswerStatus;
  return NGX_CONF_OK;
}

}  // namespace

ngx_command_t kDirectives[] = {
    {ngx_string("rasp"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_enum_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, rasp), &kModes},
    {ngx_string("rasp_rules"), kAnywhere | NGX_CONF_1MORE, SetRules, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("rasp_engine"), kAnywhere | NGX_CONF_TAKE12, SetEngine, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("rasp_exclude"), kAnywhere | NGX_CONF_TAKE12, SetExclusion,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_on_error"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_enum_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, on_error), &kFailPolicies},
    {ngx_string("rasp_threshold"), kAnywhere | NGX_CONF_TAKE12, SetThreshold,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_body_limit"), kAnywhere | NGX_CONF_TAKE1, SetBodyLimit,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_limits"), kAnywhere | NGX_CONF_1MORE, SetLimits, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("rasp_log"), kAnywhere | NGX_CONF_TAKE1, SetLog, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("rasp_block_page"), kAnywhere | NGX_CONF_1MORE, SetBlockPage,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_headers"), kAnywhere | NGX_CONF_TAKE1, SetHeaders, NGX_HTTP_LOC_CONF_OFFSET,
     0, nullptr},
    {ngx_string("rasp_status"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS | NGX_CONF_TAKE1, SetStatus,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_compat"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_enum_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, compat), &kCompats},
    {ngx_string("rasp_request_body_variable"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_enum_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, body_variable), &kBodyVariables},
    {ngx_string("rasp_error_log"), kAnywhere | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, error_log), nullptr},
    {ngx_string("rasp_audit_redact"), kAnywhere | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, audit_redact), nullptr},
    {ngx_string("modsecurity"), kAnywhere | NGX_CONF_TAKE1, SetModsecurity,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, modsecurity_if), nullptr},
    {ngx_string("modsecurity_rules"), kAnywhere | NGX_CONF_TAKE1, SetModsecRules,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("modsecurity_rules_file"), kAnywhere | NGX_CONF_TAKE1, SetModsecRulesFile,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("modsecurity_rules_remote"), kAnywhere | NGX_CONF_TAKE2, RefuseRemoteRules,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("modsecurity_transaction_id"), kAnywhere | NGX_CONF_TAKE1, SetTransactionId,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, transaction_id), nullptr},
    {ngx_string("modsecurity_use_error_log"), kAnywhere | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, modsec_error_log), nullptr},
    {ngx_string("rasp_thread_pool"), kAnywhere | NGX_CONF_TAKE1, SetThreadPool,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_offload_bytes"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_size_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, offload_bytes), nullptr},
    {ngx_string("rasp_stream_window"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_size_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, stream_window), nullptr},
    {ngx_string("rasp_debug_malloc"), kAnywhere | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, debug_malloc), nullptr},
    {ngx_string("rasp_allow"), kAnywhere | NGX_CONF_1MORE, SetAllow, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("rasp_deny"), kAnywhere | NGX_CONF_1MORE, SetDeny, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("rasp_geoip"), kAnywhere | NGX_CONF_1MORE, SetGeoip, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("rasp_allow_country"), kAnywhere | NGX_CONF_1MORE, SetAllowCountry,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_deny_country"), kAnywhere | NGX_CONF_1MORE, SetDenyCountry,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_deny_asn"), kAnywhere | NGX_CONF_1MORE, SetDenyAsn, NGX_HTTP_LOC_CONF_OFFSET,
     0, nullptr},
    {ngx_string("rasp_rate"), kAnywhere | NGX_CONF_1MORE, SetRate, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("rasp_rate_zone"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, SetRateZone,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_zone"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE2, SetZone,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("rasp_flood"), kAnywhere | NGX_CONF_1MORE, SetFlood, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("rasp_slow_body"), kAnywhere | NGX_CONF_TAKE12, SetSlowBody,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    ngx_null_command,
};

}  // namespace rasp
