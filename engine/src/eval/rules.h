// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "eval/inspection.h"

namespace rasp {

// Runs the rules of one phase, once, in SecLang's order, and then compares the scores with their
// thresholds.
void RunPhase(Inspection& in, Phase phase);

// Runs one rule that looks at TX alone. If it matches: the index of the rule to go on at, 0 for the
// next.
std::optional<uint32_t> RunConstant(Inspection& in, uint32_t index);

}  // namespace rasp
