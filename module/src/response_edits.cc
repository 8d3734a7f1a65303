// SPDX-License-Identifier: Apache-2.0
#include "response_edits.h"

#include <algorithm>
#include <array>

#include "adapt.h"

namespace rasp {
namespace {

constexpr std::array<std::string_view, 4> kDigests = {"content-md5", "digest", "content-digest",
                                                      "repr-digest"};

// What they say would be wrong of the changed body.
void DropDigests(ngx_http_request_t* r) {
  ForEachHeader(r->headers_out.headers, [](ngx_table_elt_t& field) {
    const bool is_digest =
        std::any_of(kDigests.begin(), kDigests.end(), [&field](std::string_view name) {
          return field.key.len == name.size() &&
                 ngx_strncasecmp(field.key.data, NgxString(name).data, name.size()) == 0;
        });
    if (is_digest) field.hash = 0;
  });
}

void NoteCoded(ngx_http_request_t* r) {
  static bool noted = false;  // once a worker
  if (noted) return;
  noted = true;
  ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                "rasp: the application compresses although it is asked not to: its pages cannot be "
                "sealed");
}

u_char* Copy(u_char* to, std::string_view bytes) {
  return bytes.empty() ? to : ngx_cpymem(to, bytes.data(), bytes.size());
}

// The held bytes in one piece; empty without memory.
std::string_view Join(ngx_http_request_t* r, const HeldBody& held) {
  auto* const all = static_cast<u_char*>(ngx_pnalloc(r->pool, held.bytes));
  if (all == nullptr) return {};
  u_char* end = all;
  for (const ngx_chain_t* link = held.first; link != nullptr; link = link->next) {
    end = Copy(end, BytesOf(*link->buf));
  }
  return {reinterpret_cast<const char*>(all), static_cast<std::size_t>(end - all)};
}

}  // namespace

bool EditHeldBody(ngx_http_request_t* r, RequestContext& ctx) noexcept {
  if (!ctx.native) return true;
  const std::span<const BodyEdit> edits = ctx.native->response_edits();
  if (edits.empty() || ctx.held.first == nullptr) return true;
  if (r->headers_out.content_encoding != nullptr) {
    NoteCoded(r);
    return true;
  }
  std::size_t room = ctx.held.bytes;
  for (const BodyEdit& edit : edits) room += edit.insert.size();
  const std::string_view body = Join(r, ctx.held);
  ngx_buf_t* const buffer = ngx_create_temp_buf(r->pool, room);
  ngx_chain_t* const link = ngx_alloc_chain_link(r->pool);
  if (body.empty() || buffer == nullptr || link == nullptr) return false;

  std::size_t at = 0;
  for (const BodyEdit& edit : edits) {
    if (edit.offset < at || edit.offset > body.size()) continue;
    buffer->last = Copy(buffer->last, body.substr(at, edit.offset - at));
    buffer->last = Copy(buffer->last, edit.insert);
    at = std::min<std::size_t>(body.size(), edit.offset + edit.remove);
  }
  buffer->last = Copy(buffer->last, body.substr(at));
  *link = {buffer, nullptr};
  const auto size = static_cast<uint64_t>(buffer->last - buffer->pos);
  ctx.held = {link, link, size};

  ngx_http_clear_content_length(r);
  r->headers_out.content_length_n = static_cast<off_t>(size);
  ngx_http_clear_etag(r);
  ngx_http_clear_last_modified(r);
  DropDigests(r);
  return true;
}

}  // namespace rasp
