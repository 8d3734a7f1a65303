// SPDX-License-Identifier: Apache-2.0
#include "compile/tx_slots.h"

#include <algorithm>
#include <map>
#include <string>

#include "core/ascii.h"

namespace rasp {
namespace {

class Slots {
 public:
  explicit Slots(CompiledRules& rules) : names_(rules.tx_names), hashes_(rules.tx_name_hashes) {}

  // -1: what TX shows by that name is not what setvar put there.
  int32_t Of(std::string_view name) {
    const bool capture = name.size() == 1 && IsDigit(name[0]);
    if (name.empty() || capture || EqualsIgnoreCase(name, "MSC_PCRE_LIMITS_EXCEEDED")) return -1;
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
    const auto [found, added] = known_.emplace(lower, static_cast<int32_t>(names_.size()));
    if (added) {
      names_.push_back(lower);
      hashes_.push_back(HashIgnoringCase(lower));
    }
    return found->second;
  }

  void Assign(Target& target) {
    const Selector& selector = target.selector;
    if (target.variable != nullptr && target.variable->id == VariableId::kTx &&
        selector.regex == nullptr)
      target.tx_slot = Of(selector.name);
  }

  void Assign(MacroText& macro) {
    for (MacroPart& part : macro.parts) Assign(part.source);
  }

  void Assign(Action& action) {
    Assign(action.name);
    Assign(action.value);
    const bool of_tx =
        action.kind <= ActionKind::kDeleteVar && action.collection == CollectionId::kTx;
    if (of_tx && action.name.literal()) action.tx_slot = Of(action.name.text());
  }

 private:
  std::vector<std::string>& names_;
  std::vector<uint32_t>& hashes_;
  std::map<std::string, int32_t> known_;
};

void SelectSlots(const CompiledRules& rules, Target& target) {
  if (target.variable->id != VariableId::kTx || target.selector.regex == nullptr) return;
  for (const std::string& name : rules.tx_names)
    target.tx_slots.push_back(target.selector.Accepts(name, true));
}

void PlaceByHash(CompiledRules& rules) {
  size_t places = 16;
  while (places < 2 * rules.tx_name_hashes.size()) places *= 2;
  rules.tx_slots_by_hash.assign(places, -1);
  for (size_t slot = 0; slot < rules.tx_name_hashes.size(); ++slot) {
    size_t at = rules.tx_name_hashes[slot] & (places - 1);
    while (rules.tx_slots_by_hash[at] >= 0) at = (at + 1) & (places - 1);
    rules.tx_slots_by_hash[at] = static_cast<int32_t>(slot);
  }
}

}  // namespace

void AssignTxSlots(CompiledRules& rules) {
  Slots slots(rules);
  for (TargetList& list : rules.targets) {
    for (Target& target : list.targets) slots.Assign(target);
  }
  for (Rule& rule : rules.rules) {
    slots.Assign(rule.redirect_to);
    slots.Assign(rule.message);
    slots.Assign(rule.log_data);
    for (Link& link : rule.links) {
      slots.Assign(link.argument);
      for (Action& action : link.actions) slots.Assign(action);
    }
  }
  for (TargetList& list : rules.targets) {
    for (Target& target : list.targets) SelectSlots(rules, target);
  }
  PlaceByHash(rules);
}

}  // namespace rasp
