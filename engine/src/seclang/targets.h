// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rasp/diagnostic.h"
#include "seclang/source_text.h"
#include "spec/rule_spec.h"

namespace rasp {

// "ARGS|!ARGS:password|REQUEST_HEADERS:/^x-(a|b)/|&TX:score|XML:/*". Parted by '|' or ','. What
// cannot be read is a diagnostic and ends the list.
std::vector<TargetSpec> ReadTargets(const Piece& piece, Diagnostics& diagnostics);

}  // namespace rasp
