// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"
#include "request_context.h"

namespace rasp {

// Finishes the request's transaction, counts it, and writes its event if that is worth it. A
// request that nginx itself refused as malformed or too large, where inspection is on, is counted
// and written too. Once for each request.
void RecordTransaction(ngx_http_request_t* r) noexcept;

// Writes an event that no transaction has, into `log` if that is not nullptr.
void WriteEcsEvent(EventLog* log, const Event& event) noexcept;

// Counts a request that could not be inspected for want of memory.
void CountUninspected(ngx_http_request_t* r) noexcept;

// Counts a request whose body is sent on while it arrives, once.
void CountStreamed(ngx_http_request_t* r, RequestContext& ctx) noexcept;

}  // namespace rasp
