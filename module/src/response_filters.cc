// SPDX-License-Identifier: Apache-2.0
#include "response_filters.h"

#include <algorithm>
#include <array>

#include "adapt.h"
#include "block_page.h"
#include "request_context.h"
#include "response_edits.h"
#include "security_headers.h"
#include "upstream_headers.h"

namespace rasp {
namespace {

constexpr std::size_t kHeldBufferBytes = 16 * 1024;

ngx_http_output_header_filter_pt next_header_filter;
ngx_http_output_body_filter_pt next_body_filter;

ngx_int_t SendHeader(ngx_http_request_t* r) {
  return ApplySecurityHeaders(r) ? next_header_filter(r) : NGX_ERROR;
}

// Marks bytes that nobody will send as sent, so that whoever made the buffers can use them again.
void Discard(ngx_chain_t* in) {
  for (; in != nullptr; in = in->next) {
    in->buf->pos = in->buf->last;
    in->buf->file_pos = in->buf->file_last;
  }
}

// A client that has the end of a response may ask again at once, and another worker may get that:
// what business logic has counted, claimed or lent for this request is settled before the end
// leaves.
void SettleBefore(ngx_http_request_t* r, RequestContext& ctx, const ngx_chain_t* out) {
  if (ctx.step != RequestStep::kDone || !ctx.conf->HasModel()) return;
  for (; out != nullptr; out = out->next) {
    if (out->buf->last_buf) ctx.tx.Finish(SentStatus(r), ctx.enforced);
  }
}

ngx_int_t SendBody(ngx_http_request_t* r, RequestContext& ctx, ngx_chain_t* out) {
  SettleBefore(r, ctx, out);
  return next_body_filter(r, out);
}

ngx_int_t SendPage(ngx_http_request_t* r, RequestContext& ctx) {
  const bool upgrades = r->headers_out.status == NGX_HTTP_SWITCHING_PROTOCOLS;
  ctx.response = ResponseStep::kDiscarding;
  const PageBody page = ReplaceByPage(r, ctx);
  if (!page.ok) return NGX_ERROR;

  ngx_int_t rc = SendHeader(r);
  if (rc == NGX_ERROR || rc > NGX_OK) return rc;
  if (!r->header_only) rc = SendBody(r, ctx, page.chain);
  if (!upgrades) return rc;
  r->keepalive = 0;
  return NGX_ERROR;  // or nginx would go on to tunnel bytes behind the page
}

// Carries out a verdict on a response of which nothing has been sent.
ngx_int_t RefuseResponse(ngx_http_request_t* r, RequestContext& ctx, const Verdict& verdict) {
  ctx.held = {};
  const ngx_int_t code = Refuse(r, ctx, verdict);
  if (ctx.page_pending) return SendPage(r, ctx);
  r->keepalive = 0;
  if (code == NGX_HTTP_CLOSE) {
    ctx.response = ResponseStep::kDiscarding;
    return NGX_ERROR;
  }
  ctx.response = ResponseStep::kPassing;
  return ngx_http_filter_finalize_request(r, &ngx_http_rasp_module, code);
}

bool HasNoBody(ngx_http_request_t* r) {
  const ngx_uint_t status = r->headers_out.status;
  return r->header_only || r->method == NGX_HTTP_HEAD || status < NGX_HTTP_OK ||
         status == NGX_HTTP_NO_CONTENT || status == NGX_HTTP_NOT_MODIFIED;
}

// Responses whose bytes must reach the client as they come.
bool MustFlow(ngx_http_request_t* r) {
  constexpr std::array<std::string_view, 2> kStreaming = {"text/event-stream", "application/grpc"};
  const ngx_str_t& type = r->headers_out.content_type;
  return std::any_of(kStreaming.begin(), kStreaming.end(), [&](std::string_view prefix) {
    return type.len >= prefix.size() &&
           ngx_strncasecmp(type.data, NgxString(prefix).data, prefix.size()) == 0;
  });
}

// The application (or nginx) answers before the request's body has come to its end. What came is
// judged: the application has had most of it. A conversation (gRPC) goes on, and so does the
// inspection of its request.
Verdict JudgeEarly(ngx_http_request_t* r, RequestContext& ctx) {
  if (r->upstream != nullptr && r->upstream->conf->preserve_output) return {};
  ctx.step = RequestStep::kDone;
  Verdict verdict = InspectArrived(ctx);
  if (verdict.Blocks() || ctx.judged) return verdict;
  ctx.judged = true;
  verdict = ctx.tx.OnRequestBodyEnd();
  // An answer that refuses the request, or that no application gave, hangs on nothing that is still
  // to come.
  const bool accepted = r->upstream != nullptr && r->headers_out.status < NGX_HTTP_BAD_REQUEST;
  if (accepted && !verdict.Blocks()) ctx.tx.OnRequestBodyUnreadable();
  return verdict;
}

// Runs once for each response that is about to be sent: again if a filter further on, or an error,
// replaced it.
ngx_int_t OnHeader(ngx_http_request_t* r) noexcept {
  RequestContext* const ctx = r == r->main ? FindContext(r) : nullptr;
  if (ctx == nullptr) return r == r->main ? SendHeader(r) : next_header_filter(r);
  Join(*ctx);
  RevealHeaders(r, *ctx);
  if (ctx->page_pending) return SendPage(r, *ctx);
  if (ctx->step == RequestStep::kStreaming) {
    const Verdict verdict = JudgeEarly(r, *ctx);
    if (verdict.Blocks()) return RefuseResponse(r, *ctx, verdict);
  }

  const bool inspect = ctx->response == ResponseStep::kNotSeen && ctx->step == RequestStep::kDone &&
                       !ctx->refusal.Blocks();
  ctx->response = ResponseStep::kPassing;
  ctx->held = {};
  ResponseView view;
  if (!inspect || !ViewResponse(r, view)) return SendHeader(r);

  const Verdict verdict = ctx->tx.OnResponseHeaders(view);
  if (verdict.Blocks()) return RefuseResponse(r, *ctx, verdict);
  if (HasNoBody(r) || !ctx->tx.WantsResponseBody()) return SendHeader(r);

  r->filter_need_in_memory = 1;
  if (MustFlow(r)) {
    ctx->response = ResponseStep::kFlowing;
    return SendHeader(r);
  }
  r->allow_ranges = 0;  // the range filter would slice bytes that it has not seen
  ngx_http_clear_accept_ranges(r);
  ctx->response = ResponseStep::kHolding;
  return NGX_OK;
}

ngx_buf_t* BufferWithRoom(ngx_http_request_t* r, HeldBody& held, std::size_t wanted) {
  if (held.last != nullptr && held.last->buf->last < held.last->buf->end) return held.last->buf;
  ngx_buf_t* const buffer = ngx_create_temp_buf(r->pool, std::max(wanted, kHeldBufferBytes));
  ngx_chain_t* const link = ngx_alloc_chain_link(r->pool);
  if (buffer == nullptr || link == nullptr) return nullptr;
  *link = {buffer, nullptr};
  (held.last != nullptr ? held.last->next : held.first) = link;
  held.last = link;
  return buffer;
}

// Copies, since the buffers belong to whoever reads the file or the upstream, and are needed for
// what follows.
bool Keep(ngx_http_request_t* r, HeldBody& held, std::string_view bytes) {
  held.bytes += bytes.size();
  while (!bytes.empty()) {
    ngx_buf_t* const buffer = BufferWithRoom(r, held, bytes.size());
    if (buffer == nullptr) return false;
    const auto room = static_cast<std::size_t>(buffer->end - buffer->last);
    const std::size_t size = std::min(bytes.size(), room);
    buffer->last = ngx_cpymem(buffer->last, bytes.data(), size);
    bytes.remove_prefix(size);
  }
  return true;
}

// Sends header and bytes that were held, followed by `rest`.
ngx_int_t Release(ngx_http_request_t* r, RequestContext& ctx, ngx_chain_t* rest) {
  const HeldBody held = ctx.held;
  ctx.held = {};
  const ngx_int_t rc = SendHeader(r);
  if (rc > NGX_OK) return ngx_http_filter_finalize_request(r, &ngx_http_rasp_module, rc);
  if (rc == NGX_ERROR || r->header_only) return rc;
  if (held.last != nullptr) held.last->next = rest;
  return SendBody(r, ctx, held.first != nullptr ? held.first : rest);
}

// Feeds what passes by. A match cannot be enforced any more; the engine's event tells of it.
void Watch(RequestContext& ctx, ngx_chain_t* in) {
  for (; in != nullptr && ctx.response == ResponseStep::kFlowing; in = in->next) {
    Verdict verdict = ctx.tx.OnResponseBodyChunk(BytesOf(*in->buf));
    if (!verdict.Blocks() && in->buf->last_buf) verdict = ctx.tx.OnResponseBodyEnd();
    if (verdict.Blocks() || in->buf->last_buf) ctx.response = ResponseStep::kPassing;
  }
}

// A buffer without bytes that ends (or, if the response broke off, flushes) what was held. The one
// that came from nginx cannot be passed on: it is empty now, and an empty buffer with memory is an
// error to nginx's writer.
ngx_chain_t* Ending(ngx_http_request_t* r, bool is_last) {
  auto* const buffer = static_cast<ngx_buf_t*>(ngx_calloc_buf(r->pool));
  ngx_chain_t* const link = ngx_alloc_chain_link(r->pool);
  if (buffer == nullptr || link == nullptr) return nullptr;
  buffer->last_buf = is_last;
  buffer->last_in_chain = is_last;
  buffer->flush = !is_last;
  *link = {buffer, nullptr};
  return link;
}

// An upstream that fails in the middle of its response makes nginx flush what there is; no last
// buffer will come.
bool BreaksOff(ngx_http_request_t* r, const ngx_buf_t& buffer) {
  return buffer.flush && r->upstream != nullptr && r->upstream->cleanup == nullptr;
}

ngx_int_t Judge(ngx_http_request_t* r, RequestContext& ctx, bool is_whole) {
  const Verdict verdict = ctx.tx.OnResponseBodyEnd();
  if (verdict.Blocks()) return RefuseResponse(r, ctx, verdict);
  ctx.response = ResponseStep::kPassing;
  if (is_whole && !EditHeldBody(r, ctx)) return NGX_ERROR;
  ngx_chain_t* const ending = Ending(r, is_whole);
  return ending == nullptr ? NGX_ERROR : Release(r, ctx, ending);
}

ngx_int_t Hold(ngx_http_request_t* r, RequestContext& ctx, ngx_chain_t* in) {
  const uint64_t limit = ctx.conf->held_response_bytes;
  for (; in != nullptr; in = in->next) {
    ngx_buf_t& buffer = *in->buf;
    const std::string_view bytes = BytesOf(buffer);
    const bool unseen = !ngx_buf_in_memory(&buffer) && !ngx_buf_special(&buffer);
    if (unseen || ctx.held.bytes + bytes.size() > limit) {
      ctx.response = ResponseStep::kFlowing;
      Watch(ctx, in);
      return Release(r, ctx, in);
    }
    const Verdict verdict = ctx.tx.OnResponseBodyChunk(bytes);
    if (verdict.Blocks()) {
      Discard(in);
      return RefuseResponse(r, ctx, verdict);
    }
    if (!Keep(r, ctx.held, bytes)) return NGX_ERROR;
    buffer.pos = buffer.last;
    if (buffer.last_buf || BreaksOff(r, buffer)) return Judge(r, ctx, buffer.last_buf != 0);
  }
  return NGX_OK;
}

ngx_int_t OnBody(ngx_http_request_t* r, ngx_chain_t* in) noexcept {
  RequestContext* const ctx = r == r->main ? FindContext(r) : nullptr;
  if (ctx == nullptr) return next_body_filter(r, in);

  switch (ctx->response) {
    case ResponseStep::kHolding:
      return Hold(r, *ctx, in);
    case ResponseStep::kFlowing:
      Watch(*ctx, in);
      break;
    case ResponseStep::kDiscarding:
      Discard(in);
      return next_body_filter(r, nullptr);  // what is left of the page
    case ResponseStep::kNotSeen:
    case ResponseStep::kPassing:
      break;
  }
  return SendBody(r, *ctx, in);
}

}  // namespace

void InstallResponseFilters() {
  next_header_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = OnHeader;
  next_body_filter = ngx_http_top_body_filter;
  ngx_http_top_body_filter = OnBody;
}

}  // namespace rasp
