// SPDX-License-Identifier: Apache-2.0
#include "eval/reach.h"

#include "eval/gate.h"

namespace rasp {

void MarkReachable(const Inspection& in, uint32_t from, uint32_t end, Gates gates,
                   std::pmr::vector<uint64_t>& bits) {
  const Plan& plan = in.rules.plan;
  MatchContext context;
  for (uint32_t i = from; i < end;) {
    const uint32_t rule = i++;
    if (!IsOn(in, rule)) continue;
    if (plan.kinds[rule] != RuleKind::kGate) {
      SetBit(bits, rule);
      continue;
    }
    const Gate& gate = plan.gates[rule];
    const bool believed = gates == Gates::kAll || gate.settled;
    if (believed && GateMatches(in, gate, context)) i = in.rules.rules[rule].go_to;
  }
}

}  // namespace rasp
