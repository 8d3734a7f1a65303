// SPDX-License-Identifier: Apache-2.0
#include "eval/scan.h"

#include "eval/gate.h"
#include "eval/value_scan.h"
#include "eval/variables.h"

namespace rasp {
namespace {

// The clock is read after this many bytes.
constexpr uint64_t kBytesBetweenClockReads = 64 * 1024;

// The rules that will be come to if TX stays as it is: what gates skip is not worth a look. A rule
// that is come to all the same is run without having been looked for.
void MarkReachable(Inspection& in, uint32_t from, uint32_t end) {
  const Plan& plan = in.rules.plan;
  MatchContext context;
  for (uint32_t i = from; i < end;) {
    const uint32_t rule = i++;
    if (!IsOn(in, rule)) continue;
    if (plan.kinds[rule] == RuleKind::kGate) {
      if (GateMatches(in, plan.gates[rule], context)) i = in.rules.rules[rule].go_to;
    } else {
      SetBit(in.reach, rule);
    }
  }
}

// Sets the hits of what a value matches.
class Hits final : public ValueScan::Listener {
 public:
  explicit Hits(Inspection& in) : in_(in) {}
  bool Wants(const PlanTest& test) override {
    return HasBit(in_.reach, test.rule) && !HasBit(in_.hits, test.rule);
  }
  void Matched(const PlanTest& test, std::string_view, const MatchContext&) override {
    SetBit(in_.hits, test.rule);
  }

 private:
  Inspection& in_;
};

}  // namespace

void Scan(Inspection& in, Phase phase, uint32_t from) {
  const auto number = static_cast<size_t>(phase);
  const size_t words = in.rules.rules.size() / 64 + 1;
  in.hits.assign(words, 0);
  in.reach.assign(words, 0);
  MarkReachable(in, from, in.rules.phase_begin[number + 1]);
  in.scanned = true;

  const WorkspaceLease lease(in.rules);
  Hits hits(in);
  ValueScan scan(in.rules, *lease, hits);
  uint64_t bytes = 0;
  for (const PlanVariable& variable : in.rules.plan.phases[number]) {
    CollectAll(in, variable.whole);
    for (const Value& value : in.values) {
      bytes += value.value.size();
      if (bytes > kBytesBetweenClockReads) {
        if (in.OutOfTime()) return;
        bytes = 0;
      }
      const uint32_t root = variable.RootOf(value.name);
      if (root != PlanVariable::kNone) scan.Run(root, value.value);
    }
  }
}

}  // namespace rasp
