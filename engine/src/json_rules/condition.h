// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_rules/reader.h"
#include "spec/rule_spec.h"

namespace rasp {

// The names under which a rule or a link of a chain holds its condition.
inline constexpr std::string_view kConditionKeys[] = {"operator", "any", "all", "not"};

// Reads `link`'s condition: exactly one of "operator", "any" and "all", which `"not": true`
// negates, or "not" with the condition that must not hold.
void ReadLinkCondition(JsonReader& reader, const JsonNode& link, ConditionSpec& out);

}  // namespace rasp
