// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "eval/inspection.h"

namespace rasp {

// Takes the values of one variable and keeps those that the target selects and nothing excludes.
class Sink {
 public:
  // For a rule: appends to in.values.
  Sink(Inspection& in, const Target& target, const std::vector<Exclusion>& exclusions)
      : in_(in), target_(target), exclusions_(&exclusions) {
    const auto& all = in.overlay.rule_exclusions;
    const auto by_rule = [](const RuleExclusion& e, uint32_t rule) { return e.rule < rule; };
    local_ = std::lower_bound(all.begin(), all.end(), in.rule_index, by_rule);
  }
  // For a macro: only remembers the first value.
  Sink(Inspection& in, const Target& target) : in_(in), target_(target) {}

  const Target& target() const { return target_; }
  // Whether a value of that name would be kept; for values that cost something to make.
  bool Wants(std::string_view name) const { return Wanted(name); }
  int64_t count() const { return count_; }
  std::string_view first() const { return first_; }

  // Bytes that stay until the transaction ends.
  void Add(std::string_view name, std::string_view value) { Put(name, value, true); }
  void Add(std::string_view value) { Put({}, value, true); }
  // Bytes that stay while this chain is evaluated.
  void AddBrief(std::string_view name, std::string_view value) { Put(name, value, false); }
  // So many more values that are not kept: they count all the same.
  void AddUnkept(uint64_t values) {
    if (target_.count && target_.selector.All()) count_ += static_cast<int64_t>(values);
  }
  void AddNumber(std::string_view name, int64_t number) {
    if (Wanted(name)) Keep(name, NumberText(in_, number), false);
  }

 private:
  void Put(std::string_view name, std::string_view value, bool stable) {
    if (Wanted(name)) Keep(name, value, stable);
  }

  bool Wanted(std::string_view name) const {
    if (exclusions_ == nullptr && count_ > 0) return false;
    if (!target_.selector.All() && !target_.selector.Accepts(name, true)) return false;
    return exclusions_ == nullptr || !Excluded(name);
  }

  void Keep(std::string_view name, std::string_view value, bool stable) {
    ++count_;
    if (exclusions_ == nullptr) {
      first_ = value;
    } else if (!target_.count) {
      in_.values.push_back({&target_, name, value, stable});
    }
  }

  bool Excluded(std::string_view name) const {
    const VariableId id = target_.variable->id;
    for (const Exclusion& exclusion : *exclusions_) {
      if (exclusion.Covers(id, name)) return true;
    }
    const auto end = in_.overlay.rule_exclusions.end();
    for (auto at = local_; at != end && at->rule == in_.rule_index; ++at) {
      if (in_.overlay.exclusions[at->exclusion].Covers(id, name)) return true;
    }
    for (const Action* action : in_.removed_targets) {
      if (action->exclusion.Covers(id, name) &&
          std::binary_search(action->rules.begin(), action->rules.end(), in_.rule_index)) {
        return true;
      }
    }
    return false;
  }

  Inspection& in_;
  const Target& target_;
  const std::vector<Exclusion>* exclusions_ = nullptr;
  std::vector<RuleExclusion>::const_iterator local_;
  int64_t count_ = 0;
  std::string_view first_;
};

}  // namespace rasp
