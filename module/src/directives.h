// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"

namespace rasp {

extern ngx_command_t kDirectives[];  // not const: nginx takes a mutable pointer and never writes

}  // namespace rasp
