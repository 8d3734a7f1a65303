// SPDX-License-Identifier: Apache-2.0
#include "eval/tx_runs.h"

#include <algorithm>

namespace rasp {
namespace {

// Bits of the rules that are run unless a gate skips them.
uint64_t Candidates(const Inspection& in, size_t word) {
  return in.overlay.active_bits[word] &
         ~(in.rules.plan.planned[word] & in.reach[word] & ~in.hits[word]);
}

bool CanBeKnown(const Inspection& in) {
  const auto of_tx = [](const Exclusion& exclusion) {
    return exclusion.variable == VariableId::kTx;
  };
  return in.scanned && !in.reach.empty() && in.removed_rules.empty() &&
         !in.degraded.Has(DegradedReason::kMemoryLimit) &&
         std::none_of(in.overlay.exclusions.begin(), in.overlay.exclusions.end(), of_tx) &&
         std::none_of(in.removed_targets.begin(), in.removed_targets.end(),
                      [&](const Action* action) { return of_tx(action->exclusion); });
}

// The first rule from `from` on, before `end`, that looks at more than TX or may lead behind `end`.
uint32_t EndBefore(const Inspection& in, uint32_t from, uint32_t end) {
  const Plan& plan = in.rules.plan;
  for (uint32_t rule = from; rule < end; ++rule) {
    if (((Candidates(in, rule >> 6) >> (rule & 63)) & 1) == 0) continue;
    if (!HasBit(plan.tx_only, rule)) return rule;
    const uint32_t go_to = in.rules.rules[rule].go_to;
    if (go_to > end || (plan.kinds[rule] != RuleKind::kGate && go_to != 0)) return rule;
  }
  return end;
}

// The same, where nothing before it leads behind it.
uint32_t EndOfRun(const Inspection& in, uint32_t from, uint32_t end) {
  for (uint32_t nearer = EndBefore(in, from, end); nearer != end;
       nearer = EndBefore(in, from, end)) {
    end = nearer;
  }
  return end;
}

void AddSlot(std::vector<int32_t>& slots, int32_t slot) {
  if (slot >= 0 && std::find(slots.begin(), slots.end(), slot) == slots.end())
    slots.push_back(slot);
}
void AddSlots(std::vector<int32_t>& slots, const MacroText& macro) {
  for (const MacroPart& part : macro.parts) {
    if (part.source.variable != nullptr) AddSlot(slots, part.source.tx_slot);
  }
}

}  // namespace

uint64_t TxRuns::OnBits(const Inspection& in, const Run& run, size_t word) {
  uint64_t bits = Candidates(in, word);
  if (word == run.begin >> 6) bits &= ~uint64_t{0} << (run.begin & 63);
  if (word == run.end >> 6) bits &= (uint64_t{1} << (run.end & 63)) - 1;
  return bits;
}

bool TxRuns::Fits(const Inspection& in, const Run& run) {
  const auto same = [&in](const Variable& variable) {
    const TxStore::Entry* const entry = in.tx.FindSlot(variable.slot);
    return entry == nullptr ? !variable.set : variable.set && entry->value == variable.value;
  };
  if (!std::all_of(run.before.begin(), run.before.end(), same)) return false;
  size_t word = run.begin >> 6;
  return std::all_of(run.on.begin(), run.on.end(),
                     [&](uint64_t bits) { return bits == OnBits(in, run, word++); });
}

std::optional<uint32_t> TxRuns::Replay(Inspection& in, uint32_t from) const {
  if (places_.size() <= from || !CanBeKnown(in)) return std::nullopt;
  const std::vector<Run>& runs = places_[from].runs;
  const auto run =
      std::find_if(runs.begin(), runs.end(), [&in](const Run& known) { return Fits(in, known); });
  if (run == runs.end()) return std::nullopt;
  for (const Variable& variable : run->after) {
    if (variable.set) {
      in.tx.Set(variable.slot, variable.name, variable.value, false);
    } else {
      in.tx.Erase(variable.name);
    }
  }
  return run->end;
}

void TxRuns::Watch(const Inspection& in, uint32_t from, uint32_t end) {
  if (watching_ || !CanBeKnown(in)) return;
  if (places_.empty()) places_.resize(in.rules.rules.size());
  Place& place = places_[from];
  if (++place.missed > kRuns && place.missed % kMissedForOne != 0) return;
  watched_.begin = from;
  watched_.end = EndOfRun(in, from, end);
  watched_.on.clear();
  uint32_t rules = 0;
  for (size_t word = from >> 6; word <= (watched_.end - 1) >> 6; ++word) {
    watched_.on.push_back(OnBits(in, watched_, word));
    rules += static_cast<uint32_t>(__builtin_popcountll(watched_.on.back()));
  }
  if (rules < kLeast) return;
  read_.clear();
  written_.clear();
  for (uint32_t rule = from; rule < watched_.end; ++rule) {
    if (((watched_.on[(rule >> 6) - (from >> 6)] >> (rule & 63)) & 1) == 0) continue;
    const Link& link = in.rules.rules[rule].links.front();
    for (const Target& target : in.rules.targets[link.targets].targets)
      AddSlot(read_, target.tx_slot);
    AddSlots(read_, link.argument);
    for (const Action& action : link.actions) {
      AddSlots(read_, action.value);
      if (action.kind != ActionKind::kSetVar) AddSlot(read_, action.tx_slot);
      if (Written(action.tx_slot) == nullptr)
        written_.push_back({action.tx_slot, false, action.name.text(), {}});
    }
  }
  watched_.before.clear();
  for (const int32_t slot : read_) {
    const TxStore::Entry* const entry = in.tx.FindSlot(slot);
    if (entry != nullptr && entry->value.size() > kMaxBytes) return;
    const std::string_view value = entry == nullptr ? std::string_view() : entry->value;
    watched_.before.push_back({slot, entry != nullptr, {}, std::string(value)});
  }
  watching_ = true;
}

const TxRuns::Variable* TxRuns::Written(int32_t slot) const {
  const auto found = std::find_if(written_.begin(), written_.end(),
                                  [slot](const Variable& known) { return known.slot == slot; });
  return found == written_.end() ? nullptr : &*found;
}

void TxRuns::Keep(const Inspection& in) {
  watching_ = false;
  if (!CanBeKnown(in)) return;
  watched_.after.clear();
  // In the order in which they were set, so that they are in TX as they would have been.
  for (const TxStore::Entry& entry : in.tx.entries()) {
    const Variable* const written = Written(entry.slot);
    if (written == nullptr) continue;
    if (entry.value.size() > kMaxBytes) return;
    watched_.after.push_back({entry.slot, true, written->name, std::string(entry.value)});
  }
  for (const Variable& written : written_) {
    if (in.tx.FindSlot(written.slot) == nullptr) watched_.after.push_back(written);
  }
  Place& place = places_[watched_.begin];
  if (place.runs.size() < kRuns) {
    place.runs.push_back(watched_);
  } else {
    place.runs[place.missed / kMissedForOne % kRuns] = watched_;
  }
}

}  // namespace rasp
