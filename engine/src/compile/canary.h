// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rule/canary.h"
#include "spec/rule_spec.h"

namespace rasp {

// The built-in rule that every Ruleset holds: it blocks a request whose argument kCanaryArgument is
// kCanaryToken, which nobody sends but SelfTest and an operator who wants to see a location block.
RulesetSpec CanaryRuleset();

}  // namespace rasp
