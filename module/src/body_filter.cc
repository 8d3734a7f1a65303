// SPDX-License-Identifier: Apache-2.0
#include "body_filter.h"

#include <algorithm>
#include <utility>

#include "adapt.h"
#include "block_page.h"
#include "body_stream.h"
#include "transaction_log.h"

namespace rasp {
namespace {

constexpr off_t kReadBytes = 32 * 1024;

ngx_http_request_body_filter_pt next_filter;

// How much of a body that is sent on while it arrives is kept back. A gRPC call may be a
// conversation: its messages cannot wait for one another, only its end can.
std::size_t WindowOf(ngx_http_request_t* r, const RequestContext& ctx) {
  const bool converses = r->upstream != nullptr && r->upstream->conf->preserve_output;
  return converses ? 0 : ctx.conf->stream_window;
}

// Sends on what may leave before the verdict.
ngx_int_t SendOn(ngx_http_request_t* r, RequestContext& ctx) {
  // A thread may be about to judge: its verdict counts once it has been taken from it.
  ctx.stream.judged = ctx.offload.IsIdle() && ctx.judged;
  ngx_chain_t* out = nullptr;
  if (!TakeSendable(r, ctx.stream, WindowOf(r, ctx), out)) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  const ngx_int_t rc = next_filter(r, out);
  Reclaim(r, ctx.stream, out);
  return rc;
}

void Append(ngx_chain_t*& chain, ngx_chain_t* links) {
  ngx_chain_t** end = &chain;
  while (*end != nullptr) end = &(*end)->next;
  *end = links;
}

// nginx's links are its own; the buffers stay as they are for as long as they are not read.
bool AppendCopies(ngx_http_request_t* r, ngx_chain_t*& chain, const ngx_chain_t* in) {
  for (; in != nullptr; in = in->next) {
    ngx_chain_t* const link = ngx_alloc_chain_link(r->pool);
    if (link == nullptr) return false;
    *link = {in->buf, nullptr};
    Append(chain, link);
  }
  return true;
}

void FreeLinks(ngx_http_request_t* r, ngx_chain_t* chain) {
  while (chain != nullptr) {
    ngx_chain_t* const next = chain->next;
    ngx_free_chain(r->pool, chain);
    chain = next;
  }
}

// Passes on buffers that have been inspected. Takes the links.
ngx_int_t PassOn(ngx_http_request_t* r, RequestContext& ctx, ngx_chain_t* inspected) {
  if (!r->request_body_no_buffering) {
    const ngx_int_t rc = next_filter(r, inspected);
    FreeLinks(r, inspected);
    return rc;
  }
  CountStreamed(r, ctx);
  Append(ctx.stream.waiting, inspected);
  const ngx_int_t rc = SendOn(r, ctx);
  if (ctx.stream.judged && ctx.step == RequestStep::kStreaming) ctx.step = RequestStep::kDone;
  return rc;
}

// The body's length, -1 if it is not known.
off_t LengthOf(ngx_http_request_t* r) {
  return r->headers_in.chunked ? -1 : r->headers_in.content_length_n;
}

// The long way, for bodies of which pieces may be under inspection in a thread. Buffers are left
// unread until they have been inspected, so nginx stops reading from the client when it has filled
// its own.
ngx_int_t PassThroughPool(ngx_http_request_t* r, RequestContext& ctx, ngx_chain_t* in) {
  for (const ngx_chain_t* link = in; link != nullptr; link = link->next) {
    ctx.arrived_bytes += BytesOf(*link->buf).size();
  }
  if (!AppendCopies(r, ctx.arrived, in)) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  if (ctx.offload.InFlight()) return next_filter(r, nullptr);

  Verdict verdict;
  ngx_chain_t* inspected = nullptr;
  if (ctx.offload.state.load(std::memory_order_acquire) == Offload::kDone) {
    verdict = ctx.offload.verdict;
    inspected = std::exchange(ctx.offload.work, nullptr);
    ctx.offload.state.store(Offload::kIdle, std::memory_order_relaxed);
  }
  if (!verdict.Blocks() && ctx.arrived != nullptr) {
    const bool large = MayOffload(ctx, std::max(LengthOf(r), ctx.arrived_bytes));
    ngx_chain_t* const arrived = std::exchange(ctx.arrived, nullptr);
    if (!large || !Post(r, ctx, arrived)) {
      verdict = InspectBuffers(ctx, arrived);
      Append(inspected, arrived);
    }
  }
  if (verdict.Blocks()) return Refuse(r, ctx, verdict);
  return PassOn(r, ctx, inspected);
}

// Chunks arrive here unchunked and in order, before nginx decides whether they go to its temporary
// file, so the file is never read back. The last one passes only after the verdict. A refusal
// returns its code, at which nginx stops reading and, if the body is being sent on, closes the
// connection to the application.
ngx_int_t OnRequestBody(ngx_http_request_t* r, ngx_chain_t* in) noexcept {
  RequestContext* const ctx = r == r->main ? FindContext(r) : nullptr;
  if (ctx == nullptr ||
      (ctx->step != RequestStep::kReadingBody && ctx->step != RequestStep::kStreaming)) {
    return next_filter(r, in);
  }
  ctx->body_fed = true;
  if (MayOffload(*ctx, LengthOf(r))) {
    r->request_body->filter_need_buffering = 1;
    return PassThroughPool(r, *ctx, in);
  }
  const Verdict verdict = InspectBuffers(*ctx, in);
  if (verdict.Blocks()) return Refuse(r, *ctx, verdict);
  if (!r->request_body_no_buffering) return next_filter(r, in);
  ngx_chain_t* links = nullptr;
  if (!AppendCopies(r, links, in)) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  return PassOn(r, *ctx, links);
}

Verdict FeedFile(ngx_http_request_t* r, RequestContext& ctx, const ngx_buf_t& buffer) {
  auto* const chunk = static_cast<u_char*>(ngx_palloc(r->pool, kReadBytes));
  for (off_t at = buffer.file_pos; at < buffer.file_last;) {
    const auto wanted = static_cast<std::size_t>(std::min(kReadBytes, buffer.file_last - at));
    const ssize_t got =
        chunk == nullptr ? NGX_ERROR : ngx_read_file(buffer.file, chunk, wanted, at);
    if (got <= 0) {
      ctx.tx.OnRequestBodyUnreadable();
      return {};
    }
    at += got;
    const Verdict verdict = ctx.tx.OnRequestBodyChunk(
        {reinterpret_cast<const char*>(chunk), static_cast<std::size_t>(got)});
    if (verdict.Blocks()) return verdict;
  }
  return {};
}

}  // namespace

void InstallRequestBodyFilter() {
  next_filter = ngx_http_top_request_body_filter;
  ngx_http_top_request_body_filter = OnRequestBody;
}

Verdict FeedStoredBody(ngx_http_request_t* r, RequestContext& ctx) noexcept {
  ctx.body_fed = true;
  if (r->request_body == nullptr) return {};
  for (ngx_chain_t* link = r->request_body->bufs; link != nullptr; link = link->next) {
    const ngx_buf_t& buffer = *link->buf;
    const Verdict verdict =
        buffer.in_file ? FeedFile(r, ctx, buffer) : ctx.tx.OnRequestBodyChunk(BytesOf(buffer));
    if (verdict.Blocks()) return verdict;
  }
  return {};
}

}  // namespace rasp
