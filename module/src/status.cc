// SPDX-License-Identifier: Apache-2.0
#include "status.h"

#include <string>

#include "guarded.h"
#include "location_conf.h"
#include "status_report.h"

namespace rasp {
namespace {

bool IsLoopback(const sockaddr* address) {
  switch (address->sa_family) {
    case AF_UNIX:
      return true;
    case AF_INET: {
      const auto* const v4 = reinterpret_cast<const sockaddr_in*>(address);
      return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    }
#if (NGX_HAVE_INET6)
    case AF_INET6: {
      const in6_addr& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
      return IN6_IS_ADDR_LOOPBACK(&v6) ||
             (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == IN_LOOPBACKNET);
    }
#endif
  }
  return false;
}

bool WantsPrometheus(ngx_http_request_t* r) {
  ngx_str_t format;
  if (ngx_http_arg(r, NgxString("format").data, 6, &format) == NGX_OK) {
    return ViewOf(format) == "prometheus";
  }
  bool plain = false;
  ForEachHeader(r->headers_in.headers, [&](const ngx_table_elt_t& field) {
    if (ViewOf(field.key).size() != 6 ||
        ngx_strncasecmp(field.key.data, NgxString("accept").data, 6) != 0) {
      return;
    }
    const std::string_view accept = ViewOf(field.value);
    plain |= accept.find("text/plain") != accept.npos && accept.find("json") == accept.npos;
  });
  return plain;
}

ngx_int_t Send(ngx_http_request_t* r, std::string_view type, const std::string& text) {
  r->headers_out.status = NGX_HTTP_OK;
  r->headers_out.content_type = NgxString(type);
  r->headers_out.content_type_len = type.size();
  r->headers_out.content_length_n = static_cast<off_t>(text.size());
  const ngx_int_t rc = ngx_http_send_header(r);
  if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;

  ngx_buf_t* const buffer = ngx_create_temp_buf(r->pool, text.size());
  if (buffer == nullptr) return NGX_ERROR;
  buffer->last = ngx_cpymem(buffer->last, text.data(), text.size());
  buffer->last_buf = 1;
  buffer->last_in_chain = 1;
  ngx_chain_t out = {buffer, nullptr};
  return ngx_http_output_filter(r, &out);
}

}  // namespace

ngx_int_t AnswerStatus(ngx_http_request_t* r) noexcept {
  if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD))) return NGX_HTTP_NOT_ALLOWED;
  if (ConfOf(r).status != kStatusForAll && !IsLoopback(r->connection->sockaddr)) {
    return NGX_HTTP_FORBIDDEN;
  }
  const ngx_int_t rc = ngx_http_discard_request_body(r);
  if (rc != NGX_OK) return rc;

  return Guarded(r->connection->log, ngx_int_t{NGX_HTTP_INTERNAL_SERVER_ERROR}, [&] {
    const MainConf& conf = MainConfOf(r);
    if (WantsPrometheus(r)) {
      return Send(r, "text/plain; version=0.0.4", PrometheusReport(conf));
    }
    return Send(r, "application/json", JsonReport(conf));
  });
}

}  // namespace rasp
