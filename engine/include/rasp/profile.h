// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rasp/ruleset.h"

namespace rasp {

// What one rule has cost in the transactions that were given a Profile.
struct RuleCost {
  uint64_t tests = 0;    // operators run on a value
  uint64_t matches = 0;  // times the rule matched as a whole
  uint64_t nanoseconds =
      0;  // in its operators and actions; not in transformations, which are shared
};

// Where the time of inspections goes. Filled by every Transaction that SetProfile() gives it to,
// one at a time: measuring costs two readings of the clock for each test.
class Profile {
 public:
  explicit Profile(const Ruleset& ruleset) : rules_(ruleset.rules().size()) {}

  std::span<const RuleCost> rules() const { return rules_; }  // parallel to Ruleset::rules()
  uint64_t transactions = 0;
  uint64_t prefilter_nanoseconds = 0;  // transformations, and finding out what could match
  RuleCost& at(size_t rule) { return rules_[rule]; }

 private:
  std::vector<RuleCost> rules_;
};

}  // namespace rasp
