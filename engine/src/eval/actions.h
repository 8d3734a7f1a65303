// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// Runs a link's actions for the value in in.matched.back(). A shadow rule changes TX alone (its own
// later links may look there; RunPhase takes it back), never what is inspected or how.
void RunActions(Inspection& in, const Link& link, bool shadow);

// Appends the text with its macros' values put in.
void ExpandMacro(Inspection& in, const MacroText& macro, ByteBuffer& out);

}  // namespace rasp
