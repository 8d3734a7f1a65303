// SPDX-License-Identifier: Apache-2.0
#include "eval/workspace.h"

namespace rasp {

void NodeMemo::Forget() {
  for (Entry& entry : entries_) entry.node = PlanVariable::kNone;
  stored_.clear();
}

NodeMemo::Answer NodeMemo::Of(const Plan& plan, uint32_t node, ByteKinds kinds) {
  if (entries_.empty()) {
    entries_.resize(size_t{1} << kEntryBits);
    stored_.reserve(kStored);
  }
  // The upper bits of the product depend on all of the factor's.
  const uint64_t hash = (kinds ^ uint64_t{node} * 0xff51afd7ed558ccdu) * 0x9e3779b97f4a7c15u;
  Entry& entry = entries_[hash >> (64 - kEntryBits)];
  if (entry.node != node || entry.kinds != kinds) {
    found_tests_.clear();
    found_steps_.clear();
    open_.assign(1, node);
    while (!open_.empty()) {
      const PlanNode& at = plan.nodes[open_.back()];
      open_.pop_back();
      for (const uint32_t test : at.tests) {
        const Link& link = *plan.tests[test].link;
        if (link.negated || link.presence == nullptr || link.presence->MayMatch(kinds))
          found_tests_.push_back(test);
      }
      for (const uint32_t child : at.children) {
        const PlanNode& step = plan.nodes[child];
        const bool acts = step.always_acts || (step.acts_on & kinds) != 0;
        (acts ? found_steps_ : open_).push_back(child);
      }
    }
    if (stored_.size() + found_tests_.size() + found_steps_.size() > kStored) Forget();
    entry = {node, static_cast<uint32_t>(stored_.size()),
             static_cast<uint32_t>(found_tests_.size()), static_cast<uint32_t>(found_steps_.size()),
             kinds};
    stored_.insert(stored_.end(), found_tests_.begin(), found_tests_.end());
    stored_.insert(stored_.end(), found_steps_.begin(), found_steps_.end());
  }
  const uint32_t* const begin = stored_.data() + entry.begin;
  return {{begin, entry.tests}, {begin + entry.tests, entry.steps}};
}

void Workspace::Shrink() {
  const auto shrink = [](ByteBuffer& buffer) {
    if (buffer.capacity() <= kKeptBytes) return;
    buffer.clear();
    buffer.shrink_to_fit();
  };
  for (ByteBuffer& buffer : windows_) shrink(buffer);
  for (const auto& level : levels_) {
    for (const auto& step : level->steps) shrink(step->result);
  }
}

WorkspaceLease::WorkspaceLease(const CompiledRules& rules)
    : pool_(rules.scratches), scratch_(pool_.Take()) {
  if (scratch_ == nullptr) scratch_ = std::make_unique<Workspace>();
}

WorkspaceLease::~WorkspaceLease() {
  (**this).Shrink();
  pool_.Give(std::move(scratch_));
}

}  // namespace rasp
