// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "compile/build.h"
#include "spec/rule_spec.h"

namespace rasp {

// Rules for tests, in few words: targets and transformations apart at '|', the condition as SecLang
// has it
// ("!rx ^a"), actions as "setvar:tx.a=+1".
struct LinkText {
  std::string_view targets;
  std::string_view condition;
  std::string_view transforms = "";
  std::vector<std::string_view> actions = {};
  bool capture = false;
  bool multi_match = false;
};

LinkSpec MakeLink(const LinkText& text);
RuleSpec MakeRule(uint64_t id, Phase phase, DispositionSpec disposition,
                  const std::vector<LinkText>& links);

// REQUIRES: the rules have no error.
Ruleset MakeRuleset(std::vector<RuleSpec> rules);

}  // namespace rasp
