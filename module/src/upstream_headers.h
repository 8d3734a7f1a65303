// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"
#include "request_context.h"

namespace rasp {

// Changes what an upstream is asked for, so that response body rules see all of the bytes: no part
// of the body only, and no content coding that the engine does not decode. nginx's own gzip and its
// log see the client's wish again after RevealHeaders.
void ConcealFromUpstream(ngx_http_request_t* r, RequestContext& ctx) noexcept;
void RevealHeaders(ngx_http_request_t* r, RequestContext& ctx) noexcept;

}  // namespace rasp
