// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"

namespace rasp {

// Applies the location's preset to the headers that are about to be sent. Applying it again changes
// nothing, which matters: nginx runs the header filters a second time for a 416. False if there is
// no memory.
bool ApplySecurityHeaders(ngx_http_request_t* r) noexcept;

}  // namespace rasp
