// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"

namespace rasp {

// A content handler that can send a request's body on while it arrives (proxy_pass and its kin).
struct StreamingHandler {
  ngx_http_handler_pt handler;
  ngx_uint_t module;   // its index among the HTTP modules' settings
  ngx_uint_t flag;     // where in its settings `proxy_request_buffering` or the like is kept
  bool never_buffers;  // it has no such directive
};

// Finds those that this nginx has, once the configuration is read. False if there is no memory.
bool FindStreamingHandlers(ngx_conf_t* cf, ngx_array_t& found);

// Whether the request's content handler will send the body on while it arrives, as far as the
// configuration says.
bool StreamsBody(ngx_http_request_t* r, const ngx_array_t& handlers);

}  // namespace rasp
