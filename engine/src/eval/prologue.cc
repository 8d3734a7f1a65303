// SPDX-License-Identifier: Apache-2.0
#include "eval/prologue.h"

#include <algorithm>
#include <string>
#include <vector>

#include "eval/rules.h"

namespace rasp {
namespace {

// It neither asks for TX nor changes it, nor keeps others from being run, so that those of the
// prologue may be run before it.
bool StandsApart(const CompiledRules& rules, uint32_t index) {
  const Rule& rule = rules.rules[index];
  const std::vector<Action>& actions = rule.links.front().actions;
  return rules.plan.kinds[index] == RuleKind::kPlanned && rule.links.size() == 1 &&
         rule.go_to == 0 && !rule.links.front().capture && rule.quiet &&
         std::all_of(actions.begin(), actions.end(), [](const Action& action) {
           return action.kind == ActionKind::kRequestBodyProcessor;
         });
}

// What TX is behind the prologue, and which rules were run for it.
struct Outcome final : Scratch {
  struct Variable {
    int32_t slot;
    std::string name;
    std::string value;
  };
  std::vector<Variable> variables;
  std::vector<uint64_t> done;  // bits by rule: run, or skipped
  uint32_t first = 0;          // that is not
};

std::unique_ptr<Outcome> FindOut(const CompiledRules& rules, const CompiledOverlay& overlay,
                                 const Clock& clock) {
  auto outcome = std::make_unique<Outcome>();
  outcome->done.assign(rules.rules.size() / 64 + 1, 0);
  Inspection in(rules, overlay, std::pmr::new_delete_resource(), clock);
  in.phase = Phase::kRequestHeaders;
  const auto phase = static_cast<size_t>(Phase::kRequestHeaders);
  uint32_t next = rules.phase_begin[phase];
  const uint32_t end = rules.phase_begin[phase + 1];
  std::optional<uint32_t> apart;  // the first of those that were passed over
  while (next < end) {
    const bool on = overlay.active[next];
    if (on && !HasBit(rules.plan.tx_only, next)) {
      if (!StandsApart(rules, next)) break;
      if (!apart) apart = next;
      ++next;
      continue;
    }
    // Where rules begin again is before it, and so it would be asked a second time.
    if (on && apart && rules.plan.kinds[next] == RuleKind::kGate) break;
    auto before = in.tx.Save();
    const std::optional<uint32_t> matched = on ? RunConstant(in, next) : std::nullopt;
    if (matched && !rules.rules[next].quiet) {
      in.tx.Restore(std::move(before));
      break;
    }
    const uint32_t behind = matched ? std::max(*matched, next + 1) : next + 1;
    for (; next < std::min(behind, end); ++next) SetBit(outcome->done, next);
  }
  outcome->first = apart.value_or(next);
  for (const TxStore::Entry& entry : in.tx.entries())
    outcome->variables.push_back({entry.slot, std::string(entry.name), std::string(entry.value)});
  return outcome;
}

}  // namespace

uint32_t RunPrologue(Inspection& in) {
  if (!in.rules.plan.on) return in.rules.phase_begin[static_cast<size_t>(Phase::kRequestHeaders)];
  Prologue& prologue = *in.overlay.prologue;
  std::call_once(prologue.once,
                 [&] { prologue.outcome = FindOut(in.rules, in.overlay, in.clock); });
  const auto& outcome = static_cast<const Outcome&>(*prologue.outcome);
  in.tx.Reserve(outcome.variables.size() + 32);
  for (const Outcome::Variable& variable : outcome.variables)
    in.tx.Set(variable.slot, variable.name, variable.value, true);
  in.done = outcome.done;
  return outcome.first;
}

}  // namespace rasp
