// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"

namespace rasp {

// Content handler of a location with `rasp_status`: what is on where, and the counters. JSON, or
// Prometheus' text format for `?format=prometheus` and for clients that accept text/plain.
ngx_int_t AnswerStatus(ngx_http_request_t* r) noexcept;

}  // namespace rasp
