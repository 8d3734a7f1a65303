// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "compile/rule_matcher.h"
#include "rasp/result.h"
#include "rule/compiled_rules.h"

namespace rasp {

// The indexes of the rules that "400100", "400100-400199", "tag:NAME", "msg:TEXT" or "*" names (see
// RuleMatcher); never empty. Needs infos.
Result<std::vector<uint32_t>> SelectRules(const CompiledRules& rules, std::string_view text);

// The same for a matcher; empty if there is none.
std::vector<uint32_t> SelectRules(const CompiledRules& rules, const RuleMatcher& matcher);

// Whether some link of the rule looks at what `exclusion` covers.
bool LooksAt(const CompiledRules& rules, uint32_t rule, const Exclusion& exclusion);

}  // namespace rasp
