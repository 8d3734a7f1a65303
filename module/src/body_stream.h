// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ngx.h"

namespace rasp {

// The way of a request body that is sent on while it arrives. The last `window` bytes, and in any
// case the end, are kept back until the verdict, so that no request is complete for the application
// before. nginx's buffers for what arrives are few and used again, so what is kept back is copied
// into buffers of its own; their number is bounded. When they are all in use, nginx's buffers are
// left unread, at which nginx stops reading from the client.
struct BodyStream {
  ngx_chain_t* waiting = nullptr;  // nginx's buffers: inspected, not yet taken over or sent on
  ngx_chain_t* held = nullptr;     // own buffers, filled
  ngx_chain_t* free = nullptr;     // own buffers, empty
  ngx_chain_t* busy = nullptr;     // own buffers, on their way to the application
  uint64_t held_bytes = 0;
  uint64_t taken_bytes = 0;  // of the body: sent on or held
  ngx_uint_t buffers = 0;    // own ones that were made
  bool judged = false;       // the verdict was to let the request pass
};

// Takes out of `stream` what may go on now, in `out`, and keeps the rest. False if there is no
// memory.
bool TakeSendable(ngx_http_request_t* r, BodyStream& stream, std::size_t window, ngx_chain_t*& out);

// After `out` was given to the next filter.
void Reclaim(ngx_http_request_t* r, BodyStream& stream, ngx_chain_t* out);

}  // namespace rasp
