// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// Whether a rule that is a gate matches, which is all there is to running it.
inline bool GateMatches(const Inspection& in, const Gate& gate) {
  const TxStore::Entry* const entry = in.tx.FindSlot(gate.slot);
  if (entry == nullptr && !gate.count) return false;
  const int64_t number = gate.count ? (entry == nullptr ? 0 : 1) : entry->number;
  return gate.test.Holds(number) != gate.negated;
}

}  // namespace rasp
