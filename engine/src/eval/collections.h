// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// Runs an action on what outlives the transaction, or on its environment: initcol, setsid, setuid,
// setrsc, setenv, expirevar, deprecatevar, and setvar on any collection but TX.
void RunCollectionAction(Inspection& in, const Action& action);

}  // namespace rasp
