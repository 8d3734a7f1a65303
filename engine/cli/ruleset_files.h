// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rasp/result.h"
#include "rasp/ruleset.h"

namespace CLI {
class App;
}

namespace rasp {

// The ruleset files that the arguments name: a file is itself, a directory all *.json (but schemas)
// and *.conf in and below it, and what is neither a pattern for glob(7). Sorted within each
// argument, none twice. Fails if an argument names no file.
Result<std::vector<std::string>> ExpandRulesetFiles(const std::vector<std::string>& arguments);

// Adds --compat: whether SecLang that is not run, and would weaken protection if it were left out,
// is an error ("strict") or a warning ("warn"). `compat` must outlive `verb`.
void AddCompat(CLI::App* verb, std::string& compat);

// The files compiled together, in this order. Findings go to stderr; nothing if one of them is an
// error.
std::optional<Ruleset> LoadRuleset(const std::vector<std::string>& arguments,
                                   CompileOptions options = {});

// The bytes of a file, or of stdin for "-".
Result<std::string> ReadInput(const std::string& path);

}  // namespace rasp
