// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "compile/resolver.h"
#include "spec/rule_spec.h"

namespace rasp {

// A rule that is to be compiled.
struct Source {
  const RulesetSpec* ruleset;
  const RuleSpec* rule;
  size_t order = 0;  // among all rules, whatever their phase
};

// Turns skip and skipAfter into the index of the rule to go on at. `sources` is parallel to
// out.rules, whose phases are known. As in ModSecurity, a marker is looked for behind the rule, and
// a rule whose marker is not there goes on after the last rule of its phase.
void ResolveSkips(std::span<const RulesetSpec> rulesets, std::span<const Source> sources,
                  Resolver& resolver, CompiledRules& out);

}  // namespace rasp
