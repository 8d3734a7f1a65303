// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json_rules/load.h"

namespace rasp {

// A ruleset of one rule that has what a rule must have, except a condition, and `members` besides.
inline std::string RuleText(std::string_view members, std::string_view phase = "request_body") {
  return R"({"ruleset": "test", "version": "1.0.0", "rules": [
{"id": 400001, "name": "n", "severity": "critical", "phase": ")" +
         std::string(phase) + R"(", "targets": ["ARGS"],
)" + std::string(members) +
         "}]}";
}

struct Loaded {
  RulesetSpec spec;
  Diagnostics diagnostics;
  std::string Listing() const {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics) out += FormatDiagnostic(diagnostic) + "\n";
    return out;
  }
};

// Loads from a buffer of exactly the text's size.
inline Loaded Load(std::string_view text, bool keep_examples = true) {
  const std::vector<char> exact(text.begin(), text.end());
  Loaded out;
  out.spec =
      LoadJsonRuleset({exact.data(), exact.size()}, "t.json", keep_examples, out.diagnostics);
  return out;
}

}  // namespace rasp
