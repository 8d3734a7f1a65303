// SPDX-License-Identifier: Apache-2.0
#include "eval/prologue.h"

#include <algorithm>
#include <string>
#include <vector>

#include "eval/rules.h"

namespace rasp {
namespace {

bool IsConstant(const Target& target) { return target.variable == nullptr || target.tx_slot >= 0; }
bool IsConstant(const MacroText& macro) {
  return std::all_of(macro.parts.begin(), macro.parts.end(),
                     [](const MacroPart& part) { return IsConstant(part.source); });
}
bool IsConstant(const Action& action) {
  return action.kind <= ActionKind::kDeleteVar && action.tx_slot >= 0 && IsConstant(action.value);
}

// The rule looks at TX alone, and if it matches, changes TX alone.
bool IsConstant(const CompiledRules& rules, uint32_t index) {
  const Rule& rule = rules.rules[index];
  const Link& link = rule.links.front();
  const auto& targets = rules.targets[link.targets].targets;
  return rules.plan.kinds[index] != RuleKind::kPlanned && rule.links.size() == 1 &&
         rules.infos[index].mode != RuleMode::kShadow && !link.capture &&
         IsConstant(link.argument) &&
         std::all_of(targets.begin(), targets.end(),
                     [](const Target& target) { return IsConstant(target); }) &&
         std::all_of(link.actions.begin(), link.actions.end(),
                     [](const Action& action) { return IsConstant(action); });
}

// It leaves no trace but in TX.
bool IsQuiet(const Rule& rule, const RuleInfo& info) {
  return rule.disposition == Disposition::kPass && !info.logged && !info.audited &&
         !info.has_severity;
}

// What TX is behind the prologue.
struct Outcome final : Scratch {
  struct Variable {
    int32_t slot;
    std::string name;
    std::string value;
  };
  std::vector<Variable> variables;
  uint32_t next = 0;
};

std::unique_ptr<Outcome> FindOut(const CompiledRules& rules, const CompiledOverlay& overlay,
                                 const Clock& clock) {
  auto outcome = std::make_unique<Outcome>();
  Inspection in(rules, overlay, std::pmr::new_delete_resource(), clock);
  in.phase = Phase::kRequestHeaders;
  const auto phase = static_cast<size_t>(Phase::kRequestHeaders);
  uint32_t next = rules.phase_begin[phase];
  const uint32_t end = rules.phase_begin[phase + 1];
  while (next < end) {
    const bool on = overlay.active[next];
    if (on && !IsConstant(rules, next)) break;
    auto before = in.tx.Save();
    const std::optional<uint32_t> matched = on ? RunConstant(in, next) : std::nullopt;
    if (matched && !IsQuiet(rules.rules[next], rules.infos[next])) {
      in.tx.Restore(std::move(before));
      break;
    }
    next = matched ? std::max(*matched, next + 1) : next + 1;
  }
  outcome->next = std::min(next, end);
  for (const TxStore::Entry& entry : in.tx.entries())
    outcome->variables.push_back({entry.slot, std::string(entry.name), std::string(entry.value)});
  return outcome;
}

}  // namespace

uint32_t RunPrologue(Inspection& in) {
  if (!in.rules.plan.on) return in.rules.phase_begin[static_cast<size_t>(in.phase)];
  Prologue& prologue = *in.overlay.prologue;
  std::call_once(prologue.once,
                 [&] { prologue.outcome = FindOut(in.rules, in.overlay, in.clock); });
  const auto& outcome = static_cast<const Outcome&>(*prologue.outcome);
  in.tx.Reserve(outcome.variables.size() + 32);
  for (const Outcome::Variable& variable : outcome.variables)
    in.tx.Set(variable.slot, variable.name, variable.value, true);
  return outcome.next;
}

}  // namespace rasp
