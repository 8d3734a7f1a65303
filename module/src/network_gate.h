// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"

namespace rasp {

// PREACCESS, before all else of ours and of nginx's in that phase.
ngx_int_t OnNetworkGate(ngx_http_request_t* r) noexcept;

// Length and pace of bodies. To be installed behind the inspection's filter, so that it comes
// first.
void InstallGateBodyFilter();

// The gate has refused the request, and has told so.
bool IsRefusedByGate(ngx_http_request_t* r);

}  // namespace rasp
