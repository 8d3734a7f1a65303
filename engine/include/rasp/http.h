// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rasp {

struct HeaderField {
  std::string_view name;  // as received, case kept
  std::string_view value;
};

struct Endpoint {
  std::string_view address;  // textual IP address, without brackets; empty for a Unix socket
  uint16_t port = 0;
};

// A request's line and headers as the host received them, before anything was decoded. Every view
// points to memory of the host's that stays unchanged until the Transaction is destroyed.
struct RequestView {
  std::string_view method;    // "GET"
  std::string_view target;    // RFC 9112 request-target, raw: "/a%20b?x=1"; for HTTP/2 the :path
  std::string_view protocol;  // "HTTP/1.1", "HTTP/2.0"
  std::string_view request_line;  // raw; made from the three above where the protocol has none
  std::string_view host;          // the host that the server chose the virtual host by
  std::string_view server_name;   // that virtual host's name
  std::string_view routed_path;   // the decoded, normalised path that the host routes by (nginx:
                                  // $uri); may be empty
  std::string_view unique_id;     // identifies the request in the host's logs (nginx: $request_id)
  std::span<const HeaderField> headers;  // in order of arrival, repeated ones kept
  Endpoint client;
  Endpoint server;
};

struct ResponseView {
  uint16_t status = 0;
  std::string_view protocol;
  std::span<const HeaderField>
      headers;  // what will be sent, Content-Type and Content-Length included
};

}  // namespace rasp
