// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"
#include "rasp/http.h"
#include "rasp/verdict.h"

namespace rasp {

// nginx's request as the engine sees it. Views point into the request's memory; the list of headers
// is allocated from its pool. False if the pool has no memory.
bool ViewRequest(ngx_http_request_t* r, RequestView& view);

// The client's address as it is now: the realip module may have replaced it since ViewRequest.
Endpoint ClientOf(ngx_http_request_t* r);

// What will be sent if nothing changes. Lives as long as ViewRequest's.
bool ViewResponse(ngx_http_request_t* r, ResponseView& view);

// The bytes of a buffer that is in memory.
std::string_view BytesOf(const ngx_buf_t& buffer);

// What the client got, as nginx's access log says it; 0 if nothing.
uint16_t SentStatus(ngx_http_request_t* r);

// nginx's code for carrying out `verdict`, which blocks: a status of 300 or more, 444 for
// closing the connection.
ngx_int_t CodeOf(const Verdict& verdict);

}  // namespace rasp
