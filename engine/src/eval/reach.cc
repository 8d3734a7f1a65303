// SPDX-License-Identifier: Apache-2.0
#include "eval/reach.h"

#include <algorithm>

#include "eval/gate.h"

namespace rasp {
namespace {

void ClearBits(std::pmr::vector<uint64_t>& bits, uint32_t begin, uint32_t end) {
  while (begin < end) {
    const uint32_t next = std::min(end, (begin | 63) + 1);
    const uint64_t above = ~uint64_t{0} << (begin & 63);
    const uint64_t below = ~uint64_t{0} >> (63 - ((next - 1) & 63));
    bits[begin >> 6] &= ~(above & below);
    begin = next;
  }
}

}  // namespace

void MarkReachable(const Inspection& in, uint32_t from, uint32_t end, Gates gates,
                   std::pmr::vector<uint64_t>& bits) {
  const Plan& plan = in.rules.plan;
  for (uint32_t word = from >> 6; word <= (end >> 6) && word < bits.size(); ++word) {
    uint64_t wanted = in.overlay.active_bits[word] & (plan.direct[word] | plan.planned[word]);
    if (word == from >> 6) wanted &= ~uint64_t{0} << (from & 63);
    if (word == end >> 6) wanted &= (uint64_t{1} << (end & 63)) - 1;
    bits[word] |= wanted;
  }
  auto rule = std::lower_bound(plan.gate_rules.begin(), plan.gate_rules.end(), from);
  while (rule != plan.gate_rules.end() && *rule < end) {
    const uint32_t index = *rule++;
    const Gate& gate = plan.gates[index];
    if (gate.go_to == 0 || !IsOn(in, index)) continue;
    if ((gates == Gates::kSettled && !gate.settled) || !GateMatches(in, gate)) continue;
    ClearBits(bits, index, std::min(gate.go_to, end));
    while (rule != plan.gate_rules.end() && *rule < gate.go_to) ++rule;
  }
}

}  // namespace rasp
