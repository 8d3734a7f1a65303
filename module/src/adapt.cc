// SPDX-License-Identifier: Apache-2.0
#include "adapt.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>
#include <span>

#include "location_conf.h"

namespace rasp {
namespace {

constexpr ngx_int_t kCloseConnection = NGX_HTTP_CLOSE;

std::size_t CountHeaders(ngx_list_t& headers) {
  std::size_t count = 0;
  ForEachHeader(headers, [&](const ngx_table_elt_t&) { ++count; });
  return count;
}

HeaderField* AllocateFields(ngx_http_request_t* r, std::size_t count) {
  return static_cast<HeaderField*>(ngx_palloc(r->pool, count * sizeof(HeaderField)));
}

// Every field as received. HTTP/3 (and HTTP/2 in some versions of nginx) keeps :authority out of
// the list; rules and the upstream see it as Host.
bool ViewHeaders(ngx_http_request_t* r, std::span<const HeaderField>& view) {
  HeaderField* const fields = AllocateFields(r, CountHeaders(r->headers_in.headers) + 1);
  if (fields == nullptr) return false;
  std::size_t count = 0;
  ForEachHeader(r->headers_in.headers, [&](const ngx_table_elt_t& field) {
    fields[count++] = {ViewOf(field.key), ViewOf(field.value)};
  });
  if (r->headers_in.host == nullptr && r->headers_in.server.len != 0) {
    fields[count++] = {"Host", ViewOf(r->headers_in.server)};
  }
  view = {fields, count};
  return true;
}

// The text of the address that requests last came to; nearly all come to the same.
struct LocalAddress {
  sockaddr_storage address;
  std::size_t size;
  char text[NGX_SOCKADDR_STRLEN];
  std::size_t text_size;
};
LocalAddress last_local;

Endpoint ServerOf(ngx_http_request_t* r) {
  ngx_connection_t* const c = r->connection;
  if (ngx_connection_local_sockaddr(c, nullptr, 0) != NGX_OK) return {};
  if (c->local_sockaddr->sa_family == AF_UNIX) return {};
  const std::size_t size = c->local_socklen;
  if (size != last_local.size || std::memcmp(&last_local.address, c->local_sockaddr, size) != 0) {
    if (size > sizeof(last_local.address)) return {};
    std::memcpy(&last_local.address, c->local_sockaddr, size);
    last_local.size = size;
    last_local.text_size =
        ngx_sock_ntop(c->local_sockaddr, c->local_socklen,
                      reinterpret_cast<u_char*>(last_local.text), NGX_SOCKADDR_STRLEN, 0);
  }
  const ngx_str_t copy = CopyToPool(r->pool, {last_local.text, last_local.text_size});
  if (copy.data == nullptr) return {};
  return {ViewOf(copy), ngx_inet_get_port(c->local_sockaddr)};
}

constexpr std::size_t kIdBytes = 16;

// Random bytes for identifiers, asked of the kernel many at a time.
const unsigned char* RandomId() {
  static unsigned char bytes[256 * kIdBytes];
  static std::size_t left = 0;
  if (left == 0) {
    std::size_t have = 0;
    while (have < sizeof(bytes)) {
      const ssize_t got = getrandom(bytes + have, sizeof(bytes) - have, 0);
      if (got > 0) have += static_cast<std::size_t>(got);
      if (got < 0 && errno != EINTR) return nullptr;
    }
    left = sizeof(bytes);
  }
  left -= kIdBytes;
  return bytes + left;
}

// nginx's $request_id. Where nothing has asked for it yet it gets its value here: nginx's own way
// to make one costs more than all else that is done for a request without rules.
std::string_view NginxRequestId(ngx_http_request_t* r) {
  const auto index = static_cast<ngx_uint_t>(MainConfOf(r).request_id);
  ngx_http_variable_value_t& own = r->variables[index];
  if (!own.valid && !own.not_found) {
    const unsigned char* const id = RandomId();
    auto* const text = static_cast<u_char*>(ngx_pnalloc(r->pool, 2 * kIdBytes));
    if (id != nullptr && text != nullptr) {
      ngx_hex_dump(text, const_cast<u_char*>(id), kIdBytes);
      own.data = text;
      own.len = 2 * kIdBytes;
      own.valid = 1;
      own.no_cacheable = 0;
      own.not_found = 0;
    }
  }
  const ngx_http_variable_value_t* const value = ngx_http_get_indexed_variable(r, index);
  if (value == nullptr || value->not_found) return {};
  return {reinterpret_cast<const char*>(value->data), value->len};
}

std::string_view RequestId(ngx_http_request_t* r) {
  if (ngx_http_complex_value_t* const id = ConfOf(r).transaction_id; id != nullptr) {
    ngx_str_t text;
    if (ngx_http_complex_value(r, id, &text) == NGX_OK && text.len != 0) return ViewOf(text);
  }
  return NginxRequestId(r);
}

std::string_view ProtocolOf(ngx_http_request_t* r) {
  return r->http_version == NGX_HTTP_VERSION_9 ? "HTTP/0.9" : ViewOf(r->http_protocol);
}

// "text/html; charset=utf-8": nginx keeps the two apart until it writes the header.
ngx_str_t ContentType(ngx_http_request_t* r) {
  const ngx_str_t type = r->headers_out.content_type;
  const ngx_str_t charset = r->headers_out.charset;
  if (charset.len == 0 || r->headers_out.content_type_len != type.len) return type;
  constexpr std::string_view kParameter = "; charset=";
  ngx_str_t whole = {type.len + kParameter.size() + charset.len, nullptr};
  whole.data = static_cast<u_char*>(ngx_pnalloc(r->pool, whole.len));
  if (whole.data == nullptr) return type;
  u_char* end = ngx_cpymem(whole.data, type.data, type.len);
  end = ngx_cpymem(end, kParameter.data(), kParameter.size());
  ngx_memcpy(end, charset.data, charset.len);
  return whole;
}

ngx_str_t Number(ngx_pool_t* pool, off_t number) {
  auto* const text = static_cast<u_char*>(ngx_pnalloc(pool, NGX_OFF_T_LEN));
  if (text == nullptr) return {0, nullptr};
  return {static_cast<std::size_t>(ngx_sprintf(text, "%O", number) - text), text};
}

}  // namespace

bool ViewRequest(ngx_http_request_t* r, RequestView& view) {
  auto* const server =
      static_cast<ngx_http_core_srv_conf_t*>(ngx_http_get_module_srv_conf(r, ngx_http_core_module));
  view.method = ViewOf(r->method_name);
  view.target = ViewOf(r->unparsed_uri);
  view.protocol = ProtocolOf(r);
  view.request_line = ViewOf(r->request_line);
  view.host = ViewOf(r->headers_in.server);
  view.server_name = ViewOf(server->server_name);
  view.routed_path = ViewOf(r->uri);
  view.unique_id = RequestId(r);
  view.client = ClientOf(r);
  view.server = ServerOf(r);
  return ViewHeaders(r, view.headers);
}

Endpoint ClientOf(ngx_http_request_t* r) {
  const ngx_connection_t* const c = r->connection;
  if (c->sockaddr->sa_family == AF_UNIX) return {};
  return {ViewOf(c->addr_text), ngx_inet_get_port(c->sockaddr)};
}

bool ViewResponse(ngx_http_request_t* r, ResponseView& view) {
  constexpr std::size_t kOwnFields = 2;
  HeaderField* const fields = AllocateFields(r, CountHeaders(r->headers_out.headers) + kOwnFields);
  if (fields == nullptr) return false;
  std::size_t count = 0;
  if (r->headers_out.content_type.len != 0) {
    fields[count++] = {"Content-Type", ViewOf(ContentType(r))};
  }
  if (r->headers_out.content_length == nullptr && r->headers_out.content_length_n >= 0) {
    fields[count++] = {"Content-Length", ViewOf(Number(r->pool, r->headers_out.content_length_n))};
  }
  ForEachHeader(r->headers_out.headers, [&](const ngx_table_elt_t& field) {
    fields[count++] = {ViewOf(field.key), ViewOf(field.value)};
  });
  view.status = static_cast<uint16_t>(r->headers_out.status);
  view.protocol = ProtocolOf(r);
  view.headers = {fields, count};
  return true;
}

std::string_view BytesOf(const ngx_buf_t& buffer) {
  if (!ngx_buf_in_memory(&buffer)) return {};
  return {reinterpret_cast<const char*>(buffer.pos),
          static_cast<std::size_t>(buffer.last - buffer.pos)};
}

uint16_t SentStatus(ngx_http_request_t* r) {
  if (r->err_status != 0) return static_cast<uint16_t>(r->err_status);
  return static_cast<uint16_t>(r->headers_out.status);
}

ngx_int_t CodeOf(const Verdict& verdict) {
  if (verdict.decision == Decision::kDrop) return kCloseConnection;
  const bool redirects = verdict.decision == Decision::kRedirect;
  const uint16_t lowest = redirects ? NGX_HTTP_MOVED_PERMANENTLY : NGX_HTTP_BAD_REQUEST;
  const uint16_t highest = redirects ? NGX_HTTP_PERMANENT_REDIRECT : 599;
  if (verdict.status >= lowest && verdict.status <= highest) return verdict.status;
  return redirects ? NGX_HTTP_MOVED_TEMPORARILY : NGX_HTTP_FORBIDDEN;
}

}  // namespace rasp
