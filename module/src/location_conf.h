// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "ngx.h"
#include "rasp/modsec.h"
#include "rasp/response_headers.h"
#include "rasp/ruleset.h"

namespace rasp {

class ModsecAuditLog;
class RulesetRegistry;
struct BlockPage;
const BlockPage& DefaultBlockPage();
struct EventLog;
struct GateConf;

// A bound that a directive can set: `rasp_body_limit` (the first) and the names that `rasp_limits`
// knows.
enum class LimitUnit : uint8_t { kCount, kBytes, kMilliseconds };
struct LimitDef {
  std::string_view name;
  LimitUnit unit;
  void (*apply)(Limits&, int64_t value);
};
inline constexpr std::size_t kLimitCount = 10;
inline constexpr std::size_t kBodyLimit = 0;
std::span<const LimitDef> LimitTable();

// Whose verdicts hold (`rasp_engine`), and whether libmodsecurity is asked besides.
enum class Engine : ngx_uint_t { kNative, kModsecurity, kCompare };
inline constexpr ngx_uint_t kWholeSample = 10'000;  // of 10'000 requests

enum StatusAccess : ngx_uint_t { kNoStatus, kStatusForLoopback, kStatusForAll };

// What becomes of SecLang that would weaken protection if it were left out.
enum SecLangCompat : ngx_uint_t { kStrict, kWarn };
// When REQUEST_BODY holds the body: as in ModSecurity 2 or 3.
enum BodyVariable : ngx_uint_t { kAsInV2, kAlways };

// Rules that ModSecurity-nginx's directives name. `level` counts the contexts around the one that
// they stand in, as far as those name rules too.
struct ModsecRules {
  ngx_str_t name;  // the file's; for a text, that of the configuration file it stands in
  ngx_str_t text;  // data == nullptr: it is a file
  ngx_uint_t level;
};

// What is set for a location. Fields hold nginx's "unset" values until MergeLocationConf ran.
struct LocationConf {
  ngx_uint_t rasp;      // the directive `rasp`: a rasp::Mode; unset where nothing says it
  ngx_uint_t mode;      // rasp::Mode: what holds here after all that was said
  ngx_uint_t on_error;  // rasp::FailPolicy; unset where nothing says it
  ngx_int_t threshold;
  ngx_int_t response_threshold;
  int64_t limits[kLimitCount];  // NGX_CONF_UNSET: the engine's default
  ngx_array_t* files;  // of ngx_str_t: ruleset files in order of evaluation, the parent's first
  ngx_array_t* exclusions;      // of ngx_str_t: "RULE [TARGET]"
  const BlockPage* block_page;  // nullptr: off; unset where nothing says it
  EventLog* log;                // nullptr: off
  const HeaderPreset* headers;  // nullptr: off
  ngx_uint_t engine;            // rasp::Engine
  ngx_uint_t sample;            // kCompare: of 10'000 requests, how many are compared
  ngx_thread_pool_t* pool;      // nullptr: inspection stays on the event loop
  size_t offload_bytes;         // bodies above are inspected in `pool`
  size_t stream_window;         // bytes of a streamed body that are kept back until the verdict
  ngx_flag_t debug_malloc;      // every allocation of a transaction is a malloc of its own
  ngx_uint_t status;            // StatusAccess; not inherited
  GateConf* gate;               // the network gate's; nullptr: nothing is said of it

  ngx_flag_t modsecurity;  // 1: rules of ModSecurity-nginx's directives are in force
  ngx_http_complex_value_t* modsecurity_if;  // `modsecurity $variable`; nullptr: no condition
  ngx_array_t* modsec_rules;                 // of ModsecRules, levels ascending
  ngx_http_complex_value_t* transaction_id;  // nullptr: nginx's $request_id
  ngx_flag_t modsec_error_log;               // modsecurity_use_error_log
  ngx_flag_t error_log;                      // rasp_error_log
  ngx_uint_t compat;                         // SecLangCompat
  ngx_uint_t body_variable;                  // BodyVariable
  ngx_flag_t audit_redact;

  // Set by MergeLocationConf; owned by the RulesetRegistry (the file by nginx). nullptr: no rules
  // apply here.
  const Ruleset* ruleset;
  const Overlay* overlay;
  const ModsecAuditLog* audit;   // nullptr: the rules name none
  EventLog* audit_file;          // SecAuditLog; nullptr: none
  const ModsecRuleset* modsec;   // the same rules by libmodsecurity, if `engine` wants them
  uint64_t held_response_bytes;  // most that is held back of a response
  bool has_response_body_rules;
  bool resolved;  // those above are final, so a child that changes nothing may take them

  Mode Ceiling() const { return static_cast<Mode>(mode); }
  // SecLang has directives of its own for what cannot be inspected, so by default nothing else
  // comes on top of them.
  FailPolicy OnError() const {
    if (on_error != NGX_CONF_UNSET_UINT) return static_cast<FailPolicy>(on_error);
    return modsecurity == 1 ? FailPolicy::kPass : OverlaySpec().on_error;
  }
  // nullptr: nginx's own error page.
  const BlockPage* Page() const {
    if (block_page != NGX_CONF_UNSET_PTR) return block_page;
    return modsecurity == 1 ? nullptr : &DefaultBlockPage();
  }
  // Matches are told in nginx's error log in ModSecurity's words.
  bool WritesErrorLog() const { return modsecurity == 1 ? modsec_error_log == 1 : error_log == 1; }
  Engine ChosenEngine() const { return static_cast<Engine>(engine); }
  bool HasModel() const { return ruleset != nullptr && ruleset->logic() != nullptr; }
  bool HasRules() const { return ruleset != nullptr || modsec != nullptr; }
  bool Inspects() const { return Ceiling() != Mode::kOff && HasRules(); }
};

// nginx writes into LocationConf through offsetof and frees it without a destructor.
static_assert(std::is_standard_layout_v<LocationConf>);
static_assert(std::is_trivially_destructible_v<LocationConf>);

// One line of the status page: where, and what is set there.
struct LocationEntry {
  const ngx_str_t* server;
  const ngx_str_t* location;  // nullptr: the server itself
  const LocationConf* conf;
};

struct MainConf {
  RulesetRegistry* rulesets;
  ngx_array_t logs;                // of EventLog*
  ngx_array_t locations;           // of LocationEntry
  ngx_array_t streaming_handlers;  // of StreamingHandler
  bool audits;                     // some location has an audit log
  ngx_shm_zone_t* counters;
  ngx_int_t request_id;         // index of nginx's variable
  ngx_array_t network_files;    // of NetworkFile*
  ngx_uint_t rates;             // directives rasp_rate so far
  std::size_t rate_zone_bytes;  // 0: not said
  ngx_shm_zone_t* rate_zone;    // nullptr: no rate is counted anywhere
  ngx_shm_zone_t* entity_zone;  // rasp_zone; nullptr: there is none
  bool models;                  // some location has business-logic rules
};
static_assert(std::is_trivially_destructible_v<MainConf>);

void* CreateMainConf(ngx_conf_t* cf) noexcept;
void* CreateLocationConf(ngx_conf_t* cf) noexcept;
char* MergeLocationConf(ngx_conf_t* cf, void* parent, void* child) noexcept;

inline const LocationConf& ConfOf(ngx_http_request_t* r) {
  return *static_cast<const LocationConf*>(ngx_http_get_module_loc_conf(r, ngx_http_rasp_module));
}
inline MainConf& MainConfOf(ngx_http_request_t* r) {
  return *static_cast<MainConf*>(ngx_http_get_module_main_conf(r, ngx_http_rasp_module));
}
inline MainConf& MainConfOf(ngx_conf_t* cf) {
  return *static_cast<MainConf*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_rasp_module));
}

}  // namespace rasp
