// SPDX-License-Identifier: Apache-2.0
#include "request_context.h"

#include <new>

#include "entity_zone.h"
#include "guarded.h"

namespace rasp {
namespace {

void DestroyContext(void* data) { static_cast<RequestContext*>(data)->~RequestContext(); }

void** SlotOf(ngx_http_request_t* r) { return &r->ctx[ngx_http_rasp_module.ctx_index]; }

bool IsSampled(const LocationConf& conf) {
  return conf.sample >= kWholeSample ||
         static_cast<ngx_uint_t>(ngx_random()) % kWholeSample < conf.sample;
}

// Makes what the location's engine needs. The native engine by itself stays free of the second.
Inspector& Choose(RequestContext& ctx) {
  const LocationConf& conf = *ctx.conf;
  const ModsecLocation location = {conf.Ceiling(), conf.OnError()};
  if (conf.ChosenEngine() == Engine::kModsecurity) {
    ctx.modsec = MakeModsecInspector(*conf.modsec, location, SystemClock());
    return *ctx.modsec;
  }
  ctx.native.emplace(*conf.ruleset, *conf.overlay, &ctx.memory, ctx.clock, WorkerStore());
  ctx.native->SetEntities(Entities());
  if (conf.ChosenEngine() == Engine::kNative || !IsSampled(conf)) return *ctx.native;
  ctx.modsec = MakeComparingInspector(*ctx.native, *conf.modsec, location, SystemClock());
  return *ctx.modsec;
}

}  // namespace

RequestContext::RequestContext(const LocationConf& location)
    : conf(&location), memory(location.debug_malloc != 0), tx(Choose(*this)) {}

RequestContext* FindContext(ngx_http_request_t* r) {
  ngx_http_request_t* const main = r->main;
  if (main->ctx == nullptr) return nullptr;
  if (*SlotOf(main) != nullptr) return static_cast<RequestContext*>(*SlotOf(main));
  for (ngx_pool_cleanup_t* c = main->pool->cleanup; c != nullptr; c = c->next) {
    if (c->handler != DestroyContext) continue;
    *SlotOf(main) = c->data;
    return static_cast<RequestContext*>(c->data);
  }
  return nullptr;
}

RequestContext* CreateContext(ngx_http_request_t* r) {
  ngx_pool_cleanup_t* const cleanup = ngx_pool_cleanup_add(r->pool, sizeof(RequestContext));
  if (cleanup == nullptr) return nullptr;
  auto* const context = Guarded<RequestContext*>(
      r->connection->log, nullptr, [&] { return ::new (cleanup->data) RequestContext(ConfOf(r)); });
  if (context == nullptr) return nullptr;
  cleanup->handler = DestroyContext;
  *SlotOf(r) = context;
  return context;
}

}  // namespace rasp
