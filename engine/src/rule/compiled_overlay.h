// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "rasp/ruleset.h"
#include "rule/compiled_rules.h"
#include "rule/target.h"

namespace rasp {

// An exclusion of one rule's targets at one location.
struct RuleExclusion {
  uint32_t rule = 0;       // index into CompiledRules::rules
  uint32_t exclusion = 0;  // index into CompiledOverlay::exclusions
};

// What eval/ finds out, once, about the rules that depend on nothing of a request.
struct Prologue {
  std::once_flag once;
  std::unique_ptr<const Scratch> outcome;
};

struct CompiledOverlay {
  Mode mode = Mode::kDetect;     // at the beginning of a transaction
  Mode ceiling = Mode::kDetect;  // what ctl:ruleEngine may raise it to
  FailPolicy on_error = FailPolicy::kBlock;
  int threshold = 5;
  int response_threshold = 4;
  Limits limits;
  bool request_body_always = false;
  std::vector<bool> active;           // parallel to CompiledRules::rules
  std::vector<uint64_t> active_bits;  // the same
  uint32_t active_count = 0;
  std::vector<Exclusion> exclusions;
  std::vector<RuleExclusion> rule_exclusions;  // sorted by rule
  bool reads_response_body = false;            // some active rule does
  std::vector<bool> logic_active;              // parallel to LogicModel::rules()
  std::unique_ptr<Prologue> prologue = std::make_unique<Prologue>();
};

// Every rule on that is not off by itself, default limits and thresholds.
CompiledOverlay MakeOverlay(const CompiledRules& rules, Mode mode);
// Sets what follows from `active`.
void CountActive(const CompiledRules& rules, CompiledOverlay& overlay);

}  // namespace rasp
