// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"

namespace rasp {

ngx_int_t OnGate(ngx_http_request_t* r) noexcept;     // PREACCESS
ngx_int_t OnRequest(ngx_http_request_t* r) noexcept;  // ACCESS
ngx_int_t OnLog(ngx_http_request_t* r) noexcept;      // LOG

}  // namespace rasp
