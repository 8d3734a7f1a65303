// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "compile/resolver.h"
#include "spec/rule_spec.h"

namespace rasp {

// What can be said of rules without resolving their names: ids, empty rulesets, settings that
// contradict each other.
void CheckRulesets(std::span<const RulesetSpec> rulesets, Resolver& resolver);

// A link without a target matches once, always; its operator must say so.
void CheckUnconditional(const LinkSpec& spec, Resolver& resolver);

}  // namespace rasp
