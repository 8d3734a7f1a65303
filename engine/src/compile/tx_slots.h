// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rule/compiled_rules.h"

namespace rasp {

// Gives every variable of TX whose name the rules spell out a slot, so that none is looked for by
// name when a request comes.
void AssignTxSlots(CompiledRules& rules);

}  // namespace rasp
