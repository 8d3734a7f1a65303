// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "rasp/diagnostic.h"
#include "spec/rule_spec.h"

namespace rasp {

// Carries out every ruleset's updates on the rules of all of them, in order: SecRuleRemoveBy*,
// SecRuleUpdateTargetBy*, SecRuleUpdateActionById. One that changes no rule is a warning.
void ApplyUpdates(std::span<RulesetSpec> rulesets, Diagnostics& diagnostics);

}  // namespace rasp
