// SPDX-License-Identifier: Apache-2.0
#include "block_page.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "adapt.h"
#include "guarded.h"

namespace rasp {
namespace {

constexpr off_t kMaxTemplateBytes = 1 << 20;

constexpr std::string_view kHtml = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Request blocked</title>
</head>
<body>
<h1>Request blocked</h1>
<p>This request was not let through, because it looks like an attack on this site.</p>
<p>If it was not, tell the site's operator this reference: <code>{{reference}}</code></p>
</body>
</html>
)";
constexpr std::string_view kJson =
    R"({"error":"request blocked","status":{{status}},"reference":"{{reference}}"}
)";

void ReplaceAll(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

bool ContainsIgnoringCase(std::string_view text, std::string_view what) {
  const auto equal = [](char a, char b) { return ngx_tolower(a) == ngx_tolower(b); };
  return std::search(text.begin(), text.end(), what.begin(), what.end(), equal) != text.end();
}

// JSON only for clients that ask for it and not for HTML: browsers say text/html.
bool PrefersJson(const RequestView& request) {
  bool html = false;
  bool json = false;
  for (const HeaderField& field : request.headers) {
    if (field.name.size() != 6 || !ContainsIgnoringCase(field.name, "accept")) continue;
    html |= ContainsIgnoringCase(field.value, "text/html");
    json |= ContainsIgnoringCase(field.value, "json");
  }
  return json && !html;
}

bool AddHeader(ngx_http_request_t* r, std::string_view name, std::string_view value,
               ngx_table_elt_t** slot = nullptr) {
  auto* const field = static_cast<ngx_table_elt_t*>(ngx_list_push(&r->headers_out.headers));
  if (field == nullptr) return false;
  ngx_memzero(field, sizeof(*field));
  field->hash = 1;
  field->key = NgxString(name);
  field->value = CopyToPool(r->pool, value);
  if (slot != nullptr) *slot = field;
  return field->value.data != nullptr;
}

bool AddRetryAfter(ngx_http_request_t* r, const Verdict& verdict) {
  if (verdict.retry_after_s == 0) return true;
  char seconds[NGX_INT32_LEN];
  const char* const end =
      std::to_chars(seconds, seconds + sizeof(seconds), verdict.retry_after_s).ptr;
  return AddHeader(r, "Retry-After", {seconds, static_cast<std::size_t>(end - seconds)});
}

// Nothing of the application's answer may remain: neither its headers nor what nginx derived from
// them.
void ClearHeaders(ngx_http_request_t* r) {
  ForEachHeader(r->headers_out.headers, [](ngx_table_elt_t& field) { field.hash = 0; });
  ngx_http_clear_content_length(r);
  ngx_http_clear_accept_ranges(r);
  ngx_http_clear_last_modified(r);
  ngx_http_clear_location(r);
  ngx_http_clear_etag(r);
  r->headers_out.content_encoding = nullptr;
  r->headers_out.refresh = nullptr;
  r->headers_out.www_authenticate = nullptr;
  r->headers_out.expires = nullptr;
  r->headers_out.content_range = nullptr;
  r->headers_out.status_line.len = 0;
  r->headers_out.charset = NgxString("");
  r->headers_out.content_type = NgxString("");
  r->headers_out.content_type_lowcase = nullptr;
  r->expect_trailers = 0;
}

ngx_chain_t* WholeBody(ngx_http_request_t* r, std::string_view text) {
  ngx_buf_t* const buffer = ngx_create_temp_buf(r->pool, text.size());
  ngx_chain_t* const chain = ngx_alloc_chain_link(r->pool);
  if (buffer == nullptr || chain == nullptr) return nullptr;
  buffer->last = ngx_cpymem(buffer->last, text.data(), text.size());
  buffer->last_buf = 1;
  buffer->last_in_chain = 1;
  *chain = {buffer, nullptr};
  return chain;
}

ngx_chain_t* EmptyBody(ngx_http_request_t* r) {
  auto* const buffer = static_cast<ngx_buf_t*>(ngx_calloc_buf(r->pool));
  ngx_chain_t* const chain = ngx_alloc_chain_link(r->pool);
  if (buffer == nullptr || chain == nullptr) return nullptr;
  buffer->last_buf = 1;
  buffer->last_in_chain = 1;
  *chain = {buffer, nullptr};
  return chain;
}

PageBody Redirect(ngx_http_request_t* r, const RequestContext& ctx) {
  r->headers_out.status = static_cast<ngx_uint_t>(CodeOf(ctx.refusal));
  r->headers_out.content_length_n = 0;
  if (!AddHeader(r, "Location", ctx.refusal.redirect_to, &r->headers_out.location)) return {};
  ngx_chain_t* const body = EmptyBody(r);
  return {body != nullptr, body};
}

PageBody Page(ngx_http_request_t* r, const RequestContext& ctx) {
  const BlockPage& page = *ctx.conf->Page();
  const auto code = static_cast<ngx_uint_t>(CodeOf(ctx.refusal));
  const ngx_uint_t status = page.status != 0 ? page.status : code;
  const bool json = PrefersJson(ctx.view);

  std::string text(ViewOf(json ? page.json : page.html));
  ReplaceAll(text, "{{reference}}", ctx.tx.event().id);
  ReplaceAll(text, "{{status}}", std::to_string(status));

  r->headers_out.status = status;
  r->headers_out.content_type = NgxString(json ? "application/json" : "text/html");
  r->headers_out.content_type_len = r->headers_out.content_type.len;
  r->headers_out.charset = NgxString("utf-8");
  r->headers_out.content_length_n = static_cast<off_t>(text.size());
  if (!AddHeader(r, "Cache-Control", "no-store")) return {};
  ngx_chain_t* const body = text.empty() ? EmptyBody(r) : WholeBody(r, text);
  return {body != nullptr, body};
}

}  // namespace

const BlockPage& DefaultBlockPage() {
  static const BlockPage kPage = {NgxString(kHtml), NgxString(kJson), 0};
  return kPage;
}

bool ReadTemplate(ngx_conf_t* cf, ngx_str_t path, ngx_str_t& text) {
  if (ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK) return false;
  ngx_file_t file{};
  file.name = path;
  file.log = cf->log;
  file.fd = ngx_open_file(path.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
  if (file.fd == NGX_INVALID_FILE) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "cannot open block page \"%V\"", &path);
    return false;
  }
  ngx_file_info_t info;
  bool ok = ngx_fd_info(file.fd, &info) != NGX_FILE_ERROR && ngx_is_file(&info) &&
            ngx_file_size(&info) <= kMaxTemplateBytes;
  if (ok) {
    const auto size = static_cast<std::size_t>(ngx_file_size(&info));
    text = {size, static_cast<u_char*>(ngx_pnalloc(cf->pool, size))};
    ok = text.data != nullptr &&
         ngx_read_file(&file, text.data, size, 0) == static_cast<ssize_t>(size);
  }
  if (!ok) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "block page \"%V\" is not a readable file of at most 1 MiB", &path);
  }
  ngx_close_file(file.fd);
  return ok;
}

ngx_int_t Refuse(ngx_http_request_t* r, RequestContext& ctx, const Verdict& verdict) noexcept {
  ctx.step = RequestStep::kDone;
  ctx.refusal = verdict;
  ctx.enforced = true;
  const ngx_int_t code = CodeOf(verdict);
  const bool replaced = verdict.decision == Decision::kRedirect || ctx.conf->Page() != nullptr;
  if (replaced && code != NGX_HTTP_CLOSE) {
    ctx.page_pending = true;
    r->error_page = 1;  // the page is ours, an `error_page` of the location's has no say
  } else {
    AddRetryAfter(r, verdict);
  }
  return code;
}

PageBody ReplaceByPage(ngx_http_request_t* r, RequestContext& ctx) noexcept {
  return Guarded<PageBody>(r->connection->log, {}, [&] {
    ctx.page_pending = false;
    ClearHeaders(r);
    r->err_status = 0;  // nginx's log prefers it to the status that is sent
    r->allow_ranges = 0;
    if (!AddRetryAfter(r, ctx.refusal)) return PageBody{};
    return ctx.refusal.decision == Decision::kRedirect ? Redirect(r, ctx) : Page(r, ctx);
  });
}

}  // namespace rasp
