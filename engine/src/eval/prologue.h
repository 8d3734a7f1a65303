// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// The first rules of a ruleset set its defaults and depend on nothing of the request. What they
// make of TX is found out once for each location, and put there.

// Does what these rules do and notes them in `in.done`; returns the index of the first that is not
// among them.
uint32_t RunPrologue(Inspection& in);

}  // namespace rasp
