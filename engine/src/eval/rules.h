// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// Runs the rules of one phase, once, in SecLang's order, and then compares the scores with their
// thresholds.
void RunPhase(Inspection& in, Phase phase);

}  // namespace rasp
