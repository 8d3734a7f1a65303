// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "eval/inspection.h"

namespace rasp {

// Fills in.values with what `list` selects for the rule in.rule_index: exclusions of the rule, of
// the location and of this transaction taken away, counts (&) put in their values' place.
void CollectValues(Inspection& in, const TargetList& list);

// Fills in.values with every value of the variable, whatever rules exclude.
void CollectAll(Inspection& in, const Target& whole);

// Whether UNPARSED_BODY shows the request's body, as far as that is known by now.
bool ShowsUnparsed(const RequestBody& body);

// The first value that `source` selects; empty if there is none. What rules and locations exclude
// is no matter here: the value is written down or compared with, not inspected. Lives as long as
// the chain does.
std::string_view FirstValue(Inspection& in, const Target& source);

}  // namespace rasp
