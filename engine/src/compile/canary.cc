// SPDX-License-Identifier: Apache-2.0
#include "compile/canary.h"

namespace rasp {

RulesetSpec CanaryRuleset() {
  LinkSpec link;
  TargetSpec target;
  target.variable = "ARGS";
  target.selector = kCanaryArgument;
  link.targets.push_back(std::move(target));
  for (const char* name : {"urlDecodeUni", "lowercase"}) link.transforms.push_back({name, {}});
  link.condition.operator_name = "rx";
  link.condition.argument = "^<canary> 'or 1=1$";

  RuleSpec rule;
  rule.id = kCanaryId;
  rule.name = "canary: this location inspects and blocks";
  rule.severity = Severity::kInfo;
  rule.score = 0;
  rule.disposition = DispositionSpec::kBlock;
  rule.links.push_back(std::move(link));

  RulesetSpec ruleset;
  ruleset.name = "built-in";
  ruleset.rules.push_back(std::move(rule));
  return ruleset;
}

}  // namespace rasp
