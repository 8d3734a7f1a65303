// SPDX-License-Identifier: Apache-2.0
#include "compile/spec_builder.h"

namespace rasp {
namespace {

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

LinkSpec MakeLink(const LinkText& text) {
  LinkSpec link;
  for (const std::string_view target : Split(text.targets, '|')) {
    Result<TargetSpec> spec = ParseTarget(target, {});
    EXPECT_TRUE(spec.ok()) << target;
    if (spec) link.targets.push_back(*std::move(spec));
  }
  for (const std::string_view name : Split(text.transforms, '|')) {
    link.transforms.push_back({std::string(name), {}});
  }
  std::string_view condition = text.condition;
  link.condition.negated = condition.substr(0, 1) == "!";
  if (link.condition.negated) condition.remove_prefix(1);
  const size_t space = std::min(condition.find(' '), condition.size());
  link.condition.operator_name = condition.substr(0, space);
  link.condition.argument = condition.substr(std::min(space + 1, condition.size()));
  for (const std::string_view action : text.actions) {
    const size_t colon = action.find(':');
    link.actions.push_back(
        {std::string(action.substr(0, colon)), std::string(action.substr(colon + 1)), {}});
  }
  link.capture = text.capture;
  link.multi_match = text.multi_match;
  return link;
}

RuleSpec MakeRule(uint64_t id, Phase phase, DispositionSpec disposition,
                  const std::vector<LinkText>& links) {
  RuleSpec rule;
  rule.id = id;
  rule.name = "rule " + std::to_string(id);
  rule.phase = phase;
  rule.disposition = disposition;
  rule.severity = Severity::kCritical;
  for (const LinkText& link : links) rule.links.push_back(MakeLink(link));
  return rule;
}

Ruleset MakeRuleset(std::vector<RuleSpec> rules) {
  RulesetSpec spec;
  spec.name = "test";
  spec.file = "test.json";
  spec.rules = std::move(rules);
  Diagnostics diagnostics;
  auto compiled = BuildRules({&spec, 1}, "hash", {}, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) {
    EXPECT_NE(diagnostic.severity, DiagnosticSeverity::kError) << FormatDiagnostic(diagnostic);
  }
  return Ruleset(std::move(compiled));
}

}  // namespace rasp
