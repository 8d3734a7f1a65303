// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"
#include "request_context.h"

namespace rasp {

// Puts the filter that feeds request bodies to the engine on top of nginx's chain.
void InstallRequestBodyFilter();

// Feeds a body that was read before the inspection began, as after an internal redirect out of a
// location where it is off. From memory, or from nginx's temporary file.
Verdict FeedStoredBody(ngx_http_request_t* r, RequestContext& ctx) noexcept;

}  // namespace rasp
