// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rule/compiled_rules.h"

namespace rasp {

// A rule as a person reads it: what it looks at, after which transformations, for what, and what it
// does then.
std::string DescribeRule(const CompiledRules& rules, size_t index);

// The names of a chain's steps, first to last.
std::vector<std::string_view> TransformNames(const CompiledRules& rules, uint32_t node);

}  // namespace rasp
