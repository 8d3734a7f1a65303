// SPDX-License-Identifier: Apache-2.0
#include "request_context.h"

#include <new>

namespace rasp {
namespace {

void DestroyContext(void* data) { static_cast<RequestContext*>(data)->~RequestContext(); }

void** SlotOf(ngx_http_request_t* r) { return &r->ctx[ngx_http_rasp_module.ctx_index]; }

}  // namespace

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
  auto* const context = ::new (cleanup->data) RequestContext(r, ConfOf(r));
  cleanup->handler = DestroyContext;
  *SlotOf(r) = context;
  return context;
}

}  // namespace rasp
