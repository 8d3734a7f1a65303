// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/ascii.h"
#include "match/regex.h"
#include "rule/variable.h"

namespace rasp {

// Which values of a collection: all, those of one name (without regard to case), or those whose name a regular
// expression matches.
struct Selector {
  std::string name;
  std::unique_ptr<const match::Regex> regex;

  bool All() const { return regex == nullptr && name.empty(); }
  // A regular expression that gave up for want of memory counts as no match: the value stays inspected.
  bool Accepts(std::string_view value_name) const {
    if (regex != nullptr) return regex->Search(value_name, nullptr) == match::Regex::Outcome::kMatch;
    return name.empty() || EqualsIgnoreCase(name, value_name);
  }
};

// A variable, or a part of it: `ARGS`, `ARGS:id`, `ARGS:/^x_/`, `&ARGS`.
struct Target {
  const VariableDef* variable = nullptr;
  Selector selector;
  bool count = false;
  std::string text;  // as it is written in diagnostics
};

// Values that a rule does not look at.
struct Exclusion {
  VariableId variable = VariableId::kArgs;
  Selector selector;
  std::string text;

  bool Covers(VariableId id, std::string_view name) const { return id == variable && selector.Accepts(name); }
};

struct TargetList {
  std::vector<Target> targets;
  std::vector<Exclusion> exclusions;
};

}  // namespace rasp
