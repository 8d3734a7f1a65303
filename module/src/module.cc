// SPDX-License-Identifier: Apache-2.0
// Wiring only: where the module's parts meet nginx.
#include "body_filter.h"
#include "counters.h"
#include "directives.h"
#include "entity_zone.h"
#include "event_log.h"
#include "event_sink.h"
#include "guarded.h"
#include "location_conf.h"
#include "network_files.h"
#include "network_gate.h"
#include "phase_handlers.h"
#include "rate_zone.h"
#include "response_filters.h"
#include "streaming_handlers.h"
#include "variables.h"
#include "worker_blocks.h"
#include "worker_store.h"

namespace rasp {
namespace {

bool AddHandler(ngx_conf_t* cf, ngx_http_phases phase, ngx_http_handler_pt handler) {
  auto* const core = static_cast<ngx_http_core_main_conf_t*>(
      ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
  auto* const slot =
      static_cast<ngx_http_handler_pt*>(ngx_array_push(&core->phases[phase].handlers));
  if (slot == nullptr) return false;
  *slot = handler;
  return true;
}

// nginx gives directives of one name to whichever module was loaded first, without a word: who
// means to inspect by one would do it by the other.
bool HasRival(ngx_conf_t* cf) {
  constexpr std::string_view kRival = "ngx_http_modsecurity_module";
  for (ngx_module_t** module = cf->cycle->modules; *module != nullptr; ++module) {
    if ((*module)->name == nullptr || (*module)->name != kRival) continue;
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "ngx_http_modsecurity_module and ngx_http_rasp_module have the same directives: "
                  "load one of them");
    return true;
  }
  return false;
}

ngx_int_t Preconfigure(ngx_conf_t* cf) noexcept {
  if (HasRival(cf)) return NGX_ERROR;
  return Guarded(cf->log, ngx_int_t{NGX_ERROR},
                 [&]() -> ngx_int_t { return AddVariables(cf) ? NGX_OK : NGX_ERROR; });
}

ngx_int_t Postconfigure(ngx_conf_t* cf) noexcept {
  MainConf& conf = MainConfOf(cf);
  ngx_str_t request_id = NgxString("request_id");
  conf.request_id = ngx_http_get_variable_index(cf, &request_id);
  conf.counters = AddCounterZone(cf);
  if (conf.request_id == NGX_ERROR || conf.counters == nullptr) return NGX_ERROR;
  if (!FindStreamingHandlers(cf, conf.streaming_handlers)) return NGX_ERROR;

  if (conf.rates != 0) {
    const std::size_t bytes = conf.rate_zone_bytes != 0 ? conf.rate_zone_bytes : kRateZoneBytes;
    conf.rate_zone = AddRateZone(cf, bytes);
    if (conf.rate_zone == nullptr) return NGX_ERROR;
  }
  CheckZone(cf, conf);
  // nginx runs the handlers of a phase from the last to the first.
  if (!AddHandler(cf, NGX_HTTP_PREACCESS_PHASE, OnGate) ||
      !AddHandler(cf, NGX_HTTP_PREACCESS_PHASE, OnNetworkGate) ||
      !AddHandler(cf, NGX_HTTP_ACCESS_PHASE, OnRequest) ||
      !AddHandler(cf, NGX_HTTP_LOG_PHASE, OnLog)) {
    return NGX_ERROR;
  }
  InstallRequestBodyFilter();
  InstallGateBodyFilter();
  InstallResponseFilters();
  return NGX_OK;
}

// Audit logs of the concurrent type may have no file here.
bool WritesLogs(const MainConf& conf) { return conf.logs.nelts != 0 || conf.audits; }

// Once for each configuration, when its files are open.
ngx_int_t InitModule(ngx_cycle_t* cycle) noexcept {
  auto* const conf =
      static_cast<MainConf*>(ngx_http_cycle_get_module_main_conf(cycle, ngx_http_rasp_module));
  if (conf != nullptr) SetFileModes(conf->logs);
  return NGX_OK;
}

ngx_int_t InitWorker(ngx_cycle_t* cycle) noexcept {
  // nginx calls this in its cache processes too, which serve no requests.
  if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE) return NGX_OK;
  auto* const conf =
      static_cast<MainConf*>(ngx_http_cycle_get_module_main_conf(cycle, ngx_http_rasp_module));
  StartWorkerStore(cycle->log);
  if (conf != nullptr) StartEntities(cycle->log, *conf);
  if (conf != nullptr && WritesLogs(*conf))
    StartEventSink(cycle, CountersOf(conf->counters), conf->audits);
  if (conf != nullptr) StartWatchingFiles(cycle, conf->network_files, CountersOf(conf->counters));
  return NGX_OK;
}

void ExitWorker(ngx_cycle_t*) noexcept {
  StopWatchingFiles();
  StopEventSink();
  StopEntities();
  StopWorkerStore();
  FreeKeptBlocks();
}

ngx_http_module_t callbacks = {
    Preconfigure, Postconfigure, CreateMainConf,     nullptr /* init main */,
    nullptr,      nullptr,       CreateLocationConf, MergeLocationConf,
};

}  // namespace
}  // namespace rasp

ngx_module_t ngx_http_rasp_module = {
    NGX_MODULE_V1,
    &rasp::callbacks,
    rasp::kDirectives,
    NGX_HTTP_MODULE,
    nullptr,  // master
    rasp::InitModule,
    rasp::InitWorker,
    nullptr,  // thread
    nullptr,  // thread
    rasp::ExitWorker,
    nullptr,  // master
    NGX_MODULE_V1_PADDING,
};
