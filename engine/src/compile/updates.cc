// SPDX-License-Identifier: Apache-2.0
#include "compile/updates.h"

#include <algorithm>
#include <charconv>

#include "compile/rule_matcher.h"
#include "core/ascii.h"
#include "seclang/load.h"

namespace rasp {
namespace {

struct View {
  uint64_t id;
  const std::vector<std::string>& tags;
  std::string_view message;
};

RuleMatcher::By MatcherKind(UpdateSpec::By by) {
  switch (by) {
    case UpdateSpec::By::kTag:
      return RuleMatcher::By::kTag;
    case UpdateSpec::By::kMessage:
      return RuleMatcher::By::kMessage;
    case UpdateSpec::By::kId:
      break;
  }
  return RuleMatcher::By::kId;
}

bool SameTarget(const TargetSpec& a, const TargetSpec& b) {
  return EqualsIgnoreCase(a.variable, b.variable) && EqualsIgnoreCase(a.selector, b.selector) &&
         a.selector_is_regex == b.selector_is_regex && a.count == b.count && a.exclude == b.exclude;
}

bool Holds(const std::vector<TargetSpec>& targets, const TargetSpec& target) {
  return std::any_of(targets.begin(), targets.end(),
                     [&](const TargetSpec& other) { return SameTarget(other, target); });
}

void UpdateTargets(const UpdateSpec& update, LinkSpec& link) {
  std::erase_if(link.targets,
                [&](const TargetSpec& target) { return Holds(update.replaced, target); });
  for (const TargetSpec& target : update.targets) {
    if (!Holds(link.targets, target)) link.targets.push_back(target);
  }
}

// "ID:N" is the Nth chained link of rule ID.
size_t TakeLink(UpdateSpec::By by, std::string_view& rules) {
  const size_t colon = rules.find(':');
  size_t link = 0;
  if (by != UpdateSpec::By::kId || colon == std::string_view::npos) return link;
  const std::string_view number = Trim(rules.substr(colon + 1));
  std::from_chars(number.data(), number.data() + number.size(), link);
  rules = rules.substr(0, colon);
  return link;
}

class Updater {
 public:
  Updater(std::span<RulesetSpec> rulesets, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    for (RulesetSpec& ruleset : rulesets) {
      for (RuleSpec& rule : ruleset.rules) rules_.push_back(&rule);
    }
  }

  void Apply(const UpdateSpec& update) {
    std::string_view which = update.rules;
    const size_t link = TakeLink(update.by, which);
    const Result<RuleMatcher> matcher = RuleMatcher::Make(MatcherKind(update.by), which);
    if (!matcher) return Say(DiagnosticSeverity::kError, update, "bad-update", matcher.error());
    const std::vector<uint32_t> found = matcher->Select(rules_, [](const RuleSpec* rule) -> View {
      return {rule->id, rule->tags, rule->message.empty() ? rule->name : rule->message};
    });
    if (found.empty()) {
      return Say(DiagnosticSeverity::kWarning, update, "unknown-rule",
                 matcher->NotFound() + ": correct it, or remove it");
    }
    for (const uint32_t index : found) Change(update, link, *rules_[index]);
  }

 private:
  void Change(const UpdateSpec& update, size_t link, RuleSpec& rule) {
    switch (update.kind) {
      case UpdateSpec::Kind::kRemove:
        rule.removed = true;
        return;
      case UpdateSpec::Kind::kActions:
        return ApplyActions(update.actions, rule, diagnostics_, link);
      case UpdateSpec::Kind::kTargets:
        if (link < rule.links.size()) return UpdateTargets(update, rule.links[link]);
        return Say(DiagnosticSeverity::kError, update, "bad-update",
                   "rule " + std::to_string(rule.id) + " has " +
                       std::to_string(rule.links.size() - 1) + " chained links");
    }
  }

  void Say(DiagnosticSeverity severity, const UpdateSpec& update, std::string code,
           const std::string& text) {
    diagnostics_.push_back(
        {severity, update.where, std::move(code), "`" + update.text + "`: " + text});
  }

  std::vector<RuleSpec*> rules_;
  Diagnostics& diagnostics_;
};

}  // namespace

void ApplyUpdates(std::span<RulesetSpec> rulesets, Diagnostics& diagnostics) {
  Updater updater(rulesets, diagnostics);
  for (const RulesetSpec& ruleset : rulesets) {
    for (const UpdateSpec& update : ruleset.updates) updater.Apply(update);
  }
}

}  // namespace rasp
