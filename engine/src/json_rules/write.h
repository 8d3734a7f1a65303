// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "rasp/diagnostic.h"
#include "spec/rule_spec.h"

namespace rasp {

// The rulesets as one JSON ruleset that loads again and whose rules match the same. A rule that
// JSON has no words for is left out, which is an error in `diagnostics`, at the rule's place; what
// is lost of a rule that stays, or of the files around the rules, is a warning. REQUIRES: updates
// have been applied.
std::string WriteJsonRuleset(const std::string& name, std::span<const RulesetSpec> rulesets,
                             Diagnostics& diagnostics);

}  // namespace rasp
