// SPDX-License-Identifier: Apache-2.0
#include "transaction_log.h"

#include <algorithm>
#include <array>
#include <string>

#include "adapt.h"
#include "counters.h"
#include "event_sink.h"
#include "guarded.h"
#include "location_conf.h"
#include "modsec_log.h"
#include "network_gate.h"
#include "rasp/audit.h"
#include "rasp/logic.h"
#include "request_context.h"

namespace rasp {
namespace {

Counters& CountersOfRequest(ngx_http_request_t* r) { return CountersOf(MainConfOf(r).counters); }

// nginx declares its cycle volatile; the name does not change while requests run.
std::string_view Hostname() { return ViewOf(const_cast<const ngx_cycle_t*>(ngx_cycle)->hostname); }

using AppendLine = void (*)(const Event& event, const Observer& observer, std::string& out);

void Write(EventLog* log, const Event& event, AppendLine append) {
  if (log == nullptr) return;
  Guarded(ngx_cycle->log, false, [&] {
    std::string record;
    append(event, {Hostname(), RASP_VERSION}, record);
    WriteEvent(*log, record);
    return true;
  });
}

// With these nginx refuses a request before any phase runs: it is malformed, too large, or not what
// TLS asks for.
bool IsRefusedByNginx(ngx_http_request_t* r) {
  constexpr std::array<uint16_t, 5> kOwn = {NGX_HTTP_BAD_REQUEST, NGX_HTTP_REQUEST_URI_TOO_LARGE,
                                            431, NGX_HTTP_VERSION_NOT_SUPPORTED,
                                            NGX_HTTP_REQUEST_TIME_OUT};
  return std::find(kOwn.begin(), kOwn.end(), SentStatus(r)) != kOwn.end();
}

void RecordRefusal(ngx_http_request_t* r) {
  Add(CountersOfRequest(r).refused_by_nginx);
  RequestView view;
  if (!ViewRequest(r, view)) return;
  Event event;
  event.time_us = SystemClock().UnixMicros();
  event.id = view.unique_id;
  event.request = &view;
  event.response_status = SentStatus(r);
  event.mode = ConfOf(r).Ceiling();
  event.refused_by_host = true;
  event.worth_logging = true;
  if (ConfOf(r).ruleset != nullptr) event.ruleset_hash = ConfOf(r).ruleset->hash();
  Write(ConfOf(r).log, event, AppendEcsJson);
}

bool IsOfLogic(const LocationConf& conf, uint64_t rule) {
  if (conf.ruleset == nullptr || conf.ruleset->logic() == nullptr) return false;
  const auto rules = conf.ruleset->logic()->rules();
  return std::any_of(rules.begin(), rules.end(),
                     [rule](const RuleInfo& info) { return info.id == rule; });
}

}  // namespace

void WriteEcsEvent(EventLog* log, const Event& event) noexcept { Write(log, event, AppendEcsJson); }

void RecordTransaction(ngx_http_request_t* r) noexcept {
  RequestContext* const ctx = FindContext(r);
  if (ctx == nullptr) {
    const bool refused = ConfOf(r).Inspects() && IsRefusedByNginx(r) && !IsRefusedByGate(r);
    if (refused) RecordRefusal(r);
    return;
  }
  if (ctx->finished) return;
  Join(*ctx);
  ctx->finished = true;
  // The client left in the middle of a response that flows; what it got so far is judged all the
  // same.
  if (ctx->response == ResponseStep::kFlowing) ctx->tx.OnResponseBodyEnd();
  const Event& event = ctx->tx.Finish(SentStatus(r), ctx->enforced);
  CountEvent(CountersOfRequest(r), event);
  if (event.enforced && IsOfLogic(*ctx->conf, event.verdict.rule_id)) {
    Add(CountersOfRequest(r).logic_refused);
  }
  if (event.worth_logging) Write(ctx->conf->log, event, AppendEcsJson);
  if (event.comparison != nullptr && event.comparison->Differs()) {
    Write(ctx->conf->log, event, AppendComparisonJson);
  }
  WriteModsecLogs(r, *ctx->conf, event);
}

void CountUninspected(ngx_http_request_t* r) noexcept { Add(CountersOfRequest(r).uninspected); }

void CountStreamed(ngx_http_request_t* r, RequestContext& ctx) noexcept {
  if (!ctx.streamed) Add(CountersOfRequest(r).streamed);
  ctx.streamed = true;
}

}  // namespace rasp
