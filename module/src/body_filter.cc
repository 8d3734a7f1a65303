// SPDX-License-Identifier: Apache-2.0
#include "body_filter.h"

#include <algorithm>

#include "adapt.h"
#include "block_page.h"

namespace rasp {
namespace {

constexpr off_t kReadBytes = 32 * 1024;

ngx_http_request_body_filter_pt next_filter;

// Chunks arrive here unchunked and in order, before nginx decides whether they go to its temporary
// file, so the file is never read back. A refusal returns its code, at which nginx stops reading.
ngx_int_t OnRequestBody(ngx_http_request_t* r, ngx_chain_t* in) noexcept {
  RequestContext* const ctx = r == r->main ? FindContext(r) : nullptr;
  if (ctx == nullptr || ctx->step != Step::kReadingBody) return next_filter(r, in);

  ctx->body_fed = true;
  for (ngx_chain_t* link = in; link != nullptr; link = link->next) {
    const std::string_view bytes = BytesOf(*link->buf);
    if (bytes.empty()) continue;
    const Verdict verdict = ctx->tx.OnRequestBodyChunk(bytes);
    if (verdict.Blocks()) return Refuse(r, *ctx, verdict);
  }
  return next_filter(r, in);
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
