// SPDX-License-Identifier: Apache-2.0
#include "eval/scan.h"

#include "eval/reach.h"
#include "eval/value_scan.h"
#include "eval/variables.h"

namespace rasp {
namespace {

// The clock is read after this many bytes.
constexpr uint64_t kBytesBetweenClockReads = 64 * 1024;

// Which rules are looked for, as a number.
uint64_t ScopeOf(const Inspection& in) {
  uint64_t scope = 0;
  for (const uint64_t word : in.reach) scope = (scope ^ word) * 0x9e3779b97f4a7c15u + 1;
  return scope;
}

// Looks at values one after the other.
class PhaseScan final : public ValueScan::Listener {
 public:
  PhaseScan(Inspection& in, Workspace& workspace)
      : in_(in),
        workspace_(workspace),
        scope_(ScopeOf(in)),
        scan_(in.rules, workspace, *this, in.profile) {}

  void Look(uint32_t root, std::string_view value) {
    const ValueMemo::Key key = {root, scope_, value};
    const std::span<const uint32_t> known = workspace_.values.Find(key);
    if (known.data() != nullptr) return Hit(known);
    all_ = value.size() <= ValueMemo::kMaxBytes;
    workspace_.passed.clear();
    scan_.Run(root, value);
    Hit(workspace_.passed);
    if (all_) workspace_.values.Keep(key, workspace_.passed);
  }

  // Of a value that is remembered every test counts; of others those of rules without a hit so far.
  bool Wants(const PlanTest& test) override {
    return HasBit(in_.reach, test.rule) && (all_ || !HasBit(in_.hits, test.rule));
  }
  void Matched(const PlanTest& test, std::string_view, const MatchContext&) override {
    workspace_.passed.push_back(static_cast<uint32_t>(&test - in_.rules.plan.tests.data()));
  }

 private:
  void Hit(std::span<const uint32_t> tests) {
    const Plan& plan = in_.rules.plan;
    for (const uint32_t index : tests) {
      const PlanTest& test = plan.tests[index];
      const bool alone = test.chain == PlanTest::kAlone;
      if (alone || (in_.chain_hits[test.chain] |= test.bit) == plan.chains[test.chain])
        SetBit(in_.hits, test.rule);
    }
  }

  Inspection& in_;
  Workspace& workspace_;
  uint64_t scope_;
  ValueScan scan_;
  bool all_ = false;
};

}  // namespace

void Scan(Inspection& in, Phase phase, uint32_t from, uint32_t end, Workspace& workspace) {
  const auto number = static_cast<size_t>(phase);
  const size_t words = in.rules.rules.size() / 64 + 1;
  in.hits.assign(words, 0);
  in.reach.assign(words, 0);
  in.chain_hits.assign(in.rules.plan.chains.size(), 0);
  MarkReachable(in, from, end, Gates::kAll, in.reach);
  in.scanned = true;
  for (const StreamHit& hit : in.stream_hits) SetBit(in.hits, hit.rule);

  PhaseScan scan(in, workspace);
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
      if (root != PlanVariable::kNone) scan.Look(root, value.value);
    }
  }
}

}  // namespace rasp
