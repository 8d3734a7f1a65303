// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"
#include "request_context.h"

namespace rasp {

// Makes what business logic wants changed in the body that is held back whole (seals of forms), and
// corrects the header, which must not have been sent. False: no memory.
bool EditHeldBody(ngx_http_request_t* r, RequestContext& ctx) noexcept;

}  // namespace rasp
