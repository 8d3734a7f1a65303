// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

#include "rasp/ruleset.h"
#include "rule/compiled_rules.h"
#include "spec/rule_spec.h"

namespace rasp {

// Resolves every name of `rulesets` and lays the rules out for evaluation. Appends every finding to
// `diagnostics`; returns nullptr if one is an error. The built-in canary rule is always among the
// rules.
std::unique_ptr<const CompiledRules> BuildRules(std::span<const RulesetSpec> rulesets,
                                                std::string hash, const CompileOptions& options,
                                                Diagnostics& diagnostics);

}  // namespace rasp
