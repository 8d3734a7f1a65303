// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// Whether a rule that is a gate matches, which is all there is to running it.
inline bool GateMatches(const Inspection& in, const Gate& gate, MatchContext& context) {
  const TxStore::Entry* const entry = in.tx.FindSlot(gate.slot);
  if (entry == nullptr && !gate.count) return false;
  const std::string_view value =
      !gate.count ? entry->value : std::string_view(entry == nullptr ? "0" : "1");
  return in.rules.conditions[gate.condition]->Matches(value, context) != gate.negated;
}

}  // namespace rasp
