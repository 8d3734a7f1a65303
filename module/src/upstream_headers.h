// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "ngx.h"
#include "rasp/http.h"
#include "request_context.h"

namespace rasp {

// Changes what an upstream is asked for, so that response body rules see all of the bytes: no part
// of the body only, and no content coding that the engine does not decode. nginx's own gzip and its
// log see the client's wish again after RevealHeaders.
void ConcealFromUpstream(ngx_http_request_t* r, RequestContext& ctx) noexcept;
void RevealHeaders(ngx_http_request_t* r, RequestContext& ctx) noexcept;

// Each of `fields` in place of whatever the client sent under its name, or under one that an
// application would take for it; an empty value: nothing. False: no memory; the request must not go
// on.
bool TellUpstream(ngx_http_request_t* r, std::span<const HeaderField> fields) noexcept;

}  // namespace rasp
