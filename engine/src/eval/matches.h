// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// A chain has matched as a whole: writes what its links matched into in.matches, up to the limit on
// matches.
void KeepMatches(Inspection& in, const Rule& rule, const RuleInfo& info);

}  // namespace rasp
