// SPDX-License-Identifier: Apache-2.0
#include "body_filter.h"

#include <algorithm>

#include "adapt.h"
#include "block_page.h"
#include "body_stream.h"
#include "transaction_log.h"

namespace rasp {
namespace {

constexpr off_t kReadBytes = 32 * 1024;

ngx_http_request_body_filter_pt next_filter;

// Gives the engine one buffer as it arrives, and with the last one the whole body's end: phase 2.
Verdict Inspect(RequestContext& ctx, const ngx_buf_t& buffer) {
  const std::string_view bytes = BytesOf(buffer);
  if (!bytes.empty()) {
    const Verdict verdict = ctx.tx.OnRequestBodyChunk(bytes);
    if (verdict.Blocks()) return verdict;
  }
  if (!buffer.last_buf) return {};
  ctx.judged = true;
  return ctx.tx.OnRequestBodyEnd();
}

// How much of a body that is sent on while it arrives is kept back. A gRPC call may be a
// conversation: its messages cannot wait for one another, only its end can.
std::size_t WindowOf(ngx_http_request_t* r, const RequestContext& ctx) {
  const bool converses = r->upstream != nullptr && r->upstream->conf->preserve_output;
  return converses ? 0 : ctx.conf->stream_window;
}

// Sends on what may leave before the verdict.
ngx_int_t SendOn(ngx_http_request_t* r, RequestContext& ctx) {
  ctx.stream.judged = ctx.judged;
  ngx_chain_t* out = nullptr;
  if (!TakeSendable(r, ctx.stream, WindowOf(r, ctx), out)) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  const ngx_int_t rc = next_filter(r, out);
  Reclaim(r, ctx.stream, out);
  return rc;
}

// Chunks arrive here unchunked and in order, before nginx decides whether they go to its temporary
// file, so the file is never read back. The last one passes only after the verdict. A refusal
// returns its code, at which nginx stops reading and, if the body is being sent on, closes the
// connection to the application.
ngx_int_t OnRequestBody(ngx_http_request_t* r, ngx_chain_t* in) noexcept {
  RequestContext* const ctx = r == r->main ? FindContext(r) : nullptr;
  if (ctx == nullptr || (ctx->step != Step::kReadingBody && ctx->step != Step::kStreaming)) {
    return next_filter(r, in);
  }
  const bool streams = r->request_body_no_buffering;
  ctx->body_fed = true;
  for (ngx_chain_t* link = in; link != nullptr; link = link->next) {
    const Verdict verdict = Inspect(*ctx, *link->buf);
    if (verdict.Blocks()) return Refuse(r, *ctx, verdict);
    if (streams && !Enqueue(r, ctx->stream, link->buf)) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  }
  if (streams) CountStreamed(r, *ctx);
  const ngx_int_t rc = streams ? SendOn(r, *ctx) : next_filter(r, in);
  if (ctx->judged && ctx->step == Step::kStreaming && ctx->stream.waiting == nullptr) {
    ctx->step = Step::kDone;
  }
  return rc;
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
