// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"

namespace rasp {

// Adds $rasp_verdict, $rasp_score, $rasp_rule, $rasp_event_id and $rasp_time_us. False if there is
// no memory.
bool AddVariables(ngx_conf_t* cf);

}  // namespace rasp
