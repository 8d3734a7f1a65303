// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rule/compiled_rules.h"

namespace rasp {

// Works out rules.plan. REQUIRES: everything else of `rules` is there and stays where it is.
// Without `prefilter` every rule is direct.
void MakePlan(bool prefilter, CompiledRules& rules);

}  // namespace rasp
