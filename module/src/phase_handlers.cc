// SPDX-License-Identifier: Apache-2.0
#include "phase_handlers.h"

#include "adapt.h"
#include "block_page.h"
#include "body_filter.h"
#include "location_conf.h"
#include "network_gate.h"
#include "request_context.h"
#include "streaming_handlers.h"
#include "transaction_log.h"
#include "upstream_headers.h"

namespace rasp {
namespace {

// Ends the request with `code`. A code that is merely returned from ACCESS could be overruled by
// `satisfy any`.
ngx_int_t Finalize(ngx_http_request_t* r, ngx_int_t code) {
  ngx_http_finalize_request(r, code);  // r may be gone
  return NGX_DONE;
}

// There was no memory to inspect `r` at all.
ngx_int_t FailWithoutContext(ngx_http_request_t* r) {
  CountUninspected(r);
  if (ConfOf(r).Ceiling() != Mode::kBlock || ConfOf(r).OnError() == FailPolicy::kPass) {
    return NGX_DECLINED;
  }
  return Finalize(r, NGX_HTTP_SERVICE_UNAVAILABLE);
}

// The request goes on, as `verdict` says: what the upstream is told, and when.
ngx_int_t GoOn(ngx_http_request_t* r, RequestContext& ctx, const Verdict& verdict) {
  if (ctx.conf->has_response_body_rules) ConcealFromUpstream(r, ctx);
  if (!TellUpstream(r, verdict.upstream_headers)) {
    return Finalize(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
  }
  const ngx_int_t code = ctx.delay.Wait(r, verdict.delay_ms);
  return code >= NGX_HTTP_SPECIAL_RESPONSE ? Finalize(r, code) : code;
}

ngx_int_t Answer(ngx_http_request_t* r, RequestContext& ctx, const Verdict& verdict) {
  if (verdict.Blocks()) return Finalize(r, Refuse(r, ctx, verdict));
  ctx.step = RequestStep::kDone;
  return GoOn(r, ctx, verdict);
}

// `modsecurity $variable`: whatever is not "off" means that rules are wanted; a typing error must
// not switch them off.
bool ConditionHolds(ngx_http_request_t* r) {
  ngx_http_complex_value_t* const condition = ConfOf(r).modsecurity_if;
  ngx_str_t value;
  return condition == nullptr || ngx_http_complex_value(r, condition, &value) != NGX_OK ||
         ViewOf(value) != "off";
}

bool HasBody(ngx_http_request_t* r) {
  return r->headers_in.content_length_n > 0 || r->headers_in.chunked;
}

// nginx resumes the phases once the whole body is in memory or in its temporary file.
void OnBodyRead(ngx_http_request_t* r) noexcept {
  FindContext(r)->step = RequestStep::kBodyRead;
  r->preserve_body = 1;  // the upstream module reads it again
  r->write_event_handler = ngx_http_core_run_phases;
  ngx_http_core_run_phases(r);
}

ngx_int_t ReadBody(ngx_http_request_t* r, RequestContext& ctx) {
  ctx.step = RequestStep::kReadingBody;
  const ngx_int_t rc = ngx_http_read_client_request_body(r, OnBodyRead);
  if (rc >= NGX_HTTP_SPECIAL_RESPONSE) return Finalize(r, rc);
  return Finalize(r, NGX_DONE);  // gives back the reference that the reader took
}

// A body that nginx holds in memory in any case is judged before anything of it goes on.
bool FitsBuffer(ngx_http_request_t* r) {
  const auto* const core =
      static_cast<ngx_http_core_loc_conf_t*>(ngx_http_get_module_loc_conf(r, ngx_http_core_module));
  return !r->headers_in.chunked &&
         r->headers_in.content_length_n <= static_cast<off_t>(core->client_body_buffer_size);
}

// Reads the body, or lets the content handler do it if that sends it on while it arrives: then the
// body filter judges it.
ngx_int_t TakeBody(ngx_http_request_t* r, RequestContext& ctx, const Verdict& verdict) {
  if (FitsBuffer(r) || !StreamsBody(r, MainConfOf(r).streaming_handlers)) return ReadBody(r, ctx);
  ctx.step = RequestStep::kStreaming;
  return GoOn(r, ctx, verdict);
}

ngx_int_t InspectHeaders(ngx_http_request_t* r, RequestContext& ctx) {
  ctx.view.client = ClientOf(r);
  ctx.view.routed_path = ViewOf(r->uri);
  const Verdict verdict = ctx.tx.OnRequestHeaders(ctx.view);
  if (verdict.Blocks()) return Answer(r, ctx, verdict);
  if (HasBody(r) && ctx.tx.WantsRequestBody()) return TakeBody(r, ctx, verdict);
  return Answer(r, ctx, ctx.tx.OnRequestBodyEnd());
}

ngx_int_t InspectBodyEnd(ngx_http_request_t* r, RequestContext& ctx) {
  const Verdict arrived = InspectArrived(ctx);
  if (arrived.Blocks()) return Answer(r, ctx, arrived);
  if (ctx.judged) return Answer(r, ctx, ctx.judgement);
  if (!ctx.body_fed) {
    const Verdict verdict = FeedStoredBody(r, ctx);
    if (verdict.Blocks()) return Answer(r, ctx, verdict);
  }
  return Answer(r, ctx, ctx.tx.OnRequestBodyEnd());
}

}  // namespace

// The cheap gate. A dynamic module's handler runs first in its phase, so this is before limit_req
// and limit_conn, and before a `real_ip_header` that a location sets.
ngx_int_t OnGate(ngx_http_request_t* r) noexcept {
  if (r != r->main || !ConfOf(r).Inspects() || FindContext(r) != nullptr) return NGX_DECLINED;
  if (r->internal && IsRefusedByGate(r)) return NGX_DECLINED;  // an error_page for the refusal
  if (!ConditionHolds(r)) return NGX_DECLINED;
  RequestContext* const ctx = CreateContext(r);
  if (ctx == nullptr || !ViewRequest(r, ctx->view)) return FailWithoutContext(r);

  const Verdict verdict = ctx->tx.OnGate(ctx->view);
  if (verdict.Blocks()) return Answer(r, *ctx, verdict);
  ctx->step = RequestStep::kHeaders;
  return NGX_DECLINED;
}

// Inspection, behind limit_req and realip. Runs once for the headers and, if rules ask for the
// body, once more when that has been read; after an internal redirect, no more.
ngx_int_t OnRequest(ngx_http_request_t* r) noexcept {
  if (r != r->main) return NGX_DECLINED;
  RequestContext* const ctx = FindContext(r);
  if (ctx == nullptr) return NGX_DECLINED;
  Join(*ctx);

  switch (ctx->step) {
    case RequestStep::kHeaders:
      return InspectHeaders(r, *ctx);
    case RequestStep::kReadingBody:  // reading failed, and an error_page brought the request here:
                                     // judge what arrived
    case RequestStep::kBodyRead:
      return InspectBodyEnd(r, *ctx);
    case RequestStep::kStreaming:  // an internal redirect: perhaps to where nothing streams
      if (r->request_body == nullptr) return TakeBody(r, *ctx, {});
      break;
    case RequestStep::kGate:
    case RequestStep::kDone:
      break;
  }
  return NGX_DECLINED;
}

ngx_int_t OnLog(ngx_http_request_t* r) noexcept {
  if (r == r->main) RecordTransaction(r);
  return NGX_OK;
}

}  // namespace rasp
