// SPDX-License-Identifier: Apache-2.0
#include "security_headers.h"

#include "location_conf.h"
#include "rasp/response_headers.h"

namespace rasp {
namespace {

bool IsNamed(const ngx_table_elt_t& field, std::string_view name) {
  return field.key.len == name.size() &&
         ngx_strncasecmp(field.key.data, NgxString(name).data, name.size()) == 0;
}

bool IsSent(ngx_http_request_t* r, std::string_view name) {
  bool sent = false;
  ForEachHeader(r->headers_out.headers,
                [&](const ngx_table_elt_t& field) { sent |= IsNamed(field, name); });
  return sent;
}

void Remove(ngx_http_request_t* r, std::string_view name) {
  ForEachHeader(r->headers_out.headers, [&](ngx_table_elt_t& field) {
    if (IsNamed(field, name)) field.hash = 0;
  });
}

ngx_table_elt_t* Add(ngx_http_request_t* r, const HeaderEdit& edit) {
  auto* const field = static_cast<ngx_table_elt_t*>(ngx_list_push(&r->headers_out.headers));
  if (field == nullptr) return nullptr;
  ngx_memzero(field, sizeof(*field));
  field->hash = 1;
  field->key = NgxString(edit.name);
  field->value = NgxString(edit.value);
  return field;
}

// nginx writes its own Server line unless headers_out has one, even one that is not sent.
bool RemoveServer(ngx_http_request_t* r) {
  Remove(r, "Server");
  if (r->headers_out.server != nullptr) {
    r->headers_out.server->hash = 0;
    return true;
  }
  ngx_table_elt_t* const field = Add(r, {"Server", "", HeaderPolicy::kRemove});
  if (field == nullptr) return false;
  field->hash = 0;
  r->headers_out.server = field;
  return true;
}

bool IsTls(ngx_http_request_t* r) {
#if (NGX_HTTP_SSL)
  return r->connection->ssl != nullptr;
#else
  return false;
#endif
}

bool Apply(ngx_http_request_t* r, const HeaderEdit& edit) {
  if (edit.tls_only && !IsTls(r)) return true;
  switch (edit.policy) {
    case HeaderPolicy::kSetIfAbsent:
      return IsSent(r, edit.name) || Add(r, edit) != nullptr;
    case HeaderPolicy::kOverride:
      Remove(r, edit.name);
      return Add(r, edit) != nullptr;
    case HeaderPolicy::kRemove:
      if (edit.name == "Server") return RemoveServer(r);
      Remove(r, edit.name);
      return true;
  }
  return true;
}

}  // namespace

bool ApplySecurityHeaders(ngx_http_request_t* r) noexcept {
  const HeaderPreset* const preset = ConfOf(r).headers;
  if (preset == nullptr || r->headers_out.status == NGX_HTTP_SWITCHING_PROTOCOLS) return true;
  for (const HeaderEdit& edit : preset->edits) {
    if (!Apply(r, edit)) return false;
  }
  return true;
}

}  // namespace rasp
