// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "location_conf.h"
#include "ngx.h"
#include "rasp/event.h"

namespace rasp {

// What ModSecurity's users expect besides the event log, as far as `conf` wants it: a line in
// nginx's error log for each rule that matched, and the audit log.
void WriteModsecLogs(ngx_http_request_t* r, const LocationConf& conf, const Event& event) noexcept;

}  // namespace rasp
