// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "json_rules/document.h"
#include "rasp/diagnostic.h"
#include "spec/rule_spec.h"

namespace rasp {

// Reads a JSON ruleset (rulesets/schema/ruleset.schema.json; // and /* */ comments allowed).
// Appends every finding to `diagnostics`, with line, column and JSON pointer. What is returned
// holds the rules that could be read; the caller must not use it if an error was added. Knows no
// operator, transformation or variable: the compiler does.
RulesetSpec LoadJsonRuleset(std::string_view text, const std::string& file, bool keep_examples,
                            Diagnostics& diagnostics);
// The same of a text that was parsed.
RulesetSpec LoadJsonRuleset(const JsonDocument& document, const std::string& file,
                            bool keep_examples, Diagnostics& diagnostics);

}  // namespace rasp
