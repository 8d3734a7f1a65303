// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"
#include "eval/workspace.h"

namespace rasp {

// Looks at every value that the phase's planned rules look at, for all of them at once, and fills
// in.hits: the rules in [from, end) whose first link matches a value, or could. Values that rules
// exclude count too: running the rule sorts them out.
void Scan(Inspection& in, Phase phase, uint32_t from, uint32_t end, Workspace& workspace);

}  // namespace rasp
