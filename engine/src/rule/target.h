// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/ascii.h"
#include "core/byte_mask.h"
#include "http/body/xml_query.h"
#include "match/regex.h"
#include "rule/variable.h"

namespace rasp {

// Which values of a collection: all, those of one name (without regard to case), or those whose
// name a regular expression matches.
struct Selector {
  std::string name;
  std::unique_ptr<const match::Regex> regex;
  std::string
      prefix;  // if the expression is ^ and letters, digits, - or _ alone: these, else empty
  std::string needle;  // such bytes that any name must hold to be accepted; empty: none are known

  bool All() const { return regex == nullptr && name.empty(); }
  // `if_unknown` is the answer if a regular expression gives up for want of memory: true to look at
  // a value all the same, false not to exclude it.
  bool Accepts(std::string_view value_name, bool if_unknown) const {
    if (regex == nullptr) return name.empty() || EqualsIgnoreCase(name, value_name);
    if (!prefix.empty()) {
      if (StartsWithIgnoreCase(value_name, prefix)) return true;
      // Behind a newline ^ matches too.
      if (value_name.find('\n') == std::string_view::npos) return false;
    }
    if (!needle.empty() && !ContainsIgnoreCase(value_name, needle)) return false;
    if (!regex->presence().MayMatch(KindsIn(value_name))) return false;
    const match::Regex::Outcome outcome = regex->Search(value_name, nullptr);
    return outcome == match::Regex::Outcome::kGaveUp ? if_unknown
                                                     : outcome == match::Regex::Outcome::kMatch;
  }
};

// A variable, or a part of it: `ARGS`, `ARGS:id`, `ARGS:/^x_/`, `&ARGS`.
struct Target {
  const VariableDef* variable = nullptr;
  Selector selector;
  bool count = false;
  std::string text;  // as it is written in diagnostics
  // TX:NAME: where TxStore has it; -1: it is looked for by name
  int32_t tx_slot = -1;
  // TX:/REGEX/: by slot, whether the expression accepts its name; empty: of any other target
  std::vector<bool> tx_slots;
  // XML:XPATH but for /* and //@*, which are names of what the body's parser keeps anyway
  std::unique_ptr<const XmlQuery> xpath;
};

// Values that a rule does not look at.
struct Exclusion {
  VariableId variable = VariableId::kArgs;
  Selector selector;
  std::string text;

  bool Covers(VariableId id, std::string_view name) const {
    return id == variable && selector.Accepts(name, false);
  }
};

struct TargetList {
  std::vector<Target> targets;
  std::vector<Exclusion> exclusions;
};

}  // namespace rasp
