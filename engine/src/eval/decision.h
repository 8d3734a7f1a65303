// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// What a rule, a threshold or a fail policy wants to happen.
struct Wish {
  Decision decision = Decision::kBlock;
  uint16_t status = 403;
  uint64_t rule_id = 0;
  std::string_view redirect_to;
  bool shadow = false;  // of a shadow rule: is never carried out
  uint32_t retry_after_s = 0;
};

// The first wish that may be carried out is the verdict; the first that may not, because of the
// mode or a shadow rule, is remembered as what would have happened. None of these allocates.
void Decide(Inspection& in, const Wish& wish) noexcept;

// Notes the reason, and blocks if the location's policy is to. Limits on the response never block:
// its beginning was inspected, and large or compressed answers are ordinary. Nor does a store that
// fails: every rule was run.
void Degrade(Inspection& in, DegradedReason reason) noexcept;

// Blocks if the score of the phase's direction has reached its threshold.
void DecideByScore(Inspection& in) noexcept;

// What the host is told now.
Verdict CurrentVerdict(const Inspection& in) noexcept;

}  // namespace rasp
