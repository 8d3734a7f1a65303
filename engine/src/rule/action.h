// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "http/body/body.h"
#include "rasp/verdict.h"
#include "rule/macro.h"
#include "rule/target.h"

namespace rasp {

enum class ActionKind : uint8_t {
  kSetVar,                    // tx.NAME=VALUE
  kAddVar,                    // tx.NAME=+VALUE
  kSubtractVar,               // tx.NAME=-VALUE
  kDeleteVar,                 // !tx.NAME
  kRemoveRules,               // ctl:ruleRemoveById, ctl:ruleRemoveByTag
  kRemoveTargets,             // ctl:ruleRemoveTargetById, ctl:ruleRemoveTargetByTag
  kRuleEngine,                // ctl:ruleEngine
  kForceRequestBodyVariable,  // ctl:forceRequestBodyVariable
  kRequestBodyProcessor,      // ctl:requestBodyProcessor
};

// What happens each time a link matches, besides the rule's disposition.
struct Action {
  ActionKind kind = ActionKind::kSetVar;
  MacroText name;                        // *Var: without "tx."
  MacroText value;                       // *Var
  std::vector<uint32_t> rules;           // kRemove*: indexes into CompiledRules::rules
  Exclusion exclusion;                   // kRemoveTargets
  Mode mode = Mode::kBlock;              // kRuleEngine
  bool on = false;                       // kForceRequestBodyVariable
  BodyKind body_kind = BodyKind::kNone;  // kRequestBodyProcessor
};

}  // namespace rasp
