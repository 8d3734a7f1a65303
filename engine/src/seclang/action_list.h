// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rasp/diagnostic.h"
#include "seclang/source_text.h"
#include "spec/rule_spec.h"

namespace rasp {

// "id:1,phase:2,msg:'a, b',deny" taken apart at its commas, names as written and values without
// their quotes. What cannot be read is a diagnostic and ends the list; a false `complete` says so.
struct ActionList {
  std::vector<ActionSpec> actions;
  bool complete = true;
};
ActionList ReadActions(const Piece& piece, Diagnostics& diagnostics);

}  // namespace rasp
