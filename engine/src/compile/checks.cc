// SPDX-License-Identifier: Apache-2.0
#include "compile/checks.h"

#include <map>

#include "core/ascii.h"
#include "rule/canary.h"

namespace rasp {
namespace {

std::string Place(const RuleSpec& rule, const RulesetSpec& ruleset) {
  const std::string& file = rule.where.file.empty() ? ruleset.file : rule.where.file;
  return rule.where.line == 0 ? file : file + ":" + std::to_string(rule.where.line);
}

bool IsRedirect(uint16_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

void CheckDisposition(const RuleSpec& rule, Resolver& resolver) {
  const bool scores = rule.disposition == DispositionSpec::kScore;
  if (!scores && rule.score.value_or(0) != 0) {
    resolver.Warn(rule.where, "score-without-effect",
                  "rule " + std::to_string(rule.id) +
                      " has a score, but only the action `score` adds it: remove one");
  }
  if (scores && rule.score && *rule.score < 0) {
    resolver.Error(rule.where, "negative-score", "a score takes nothing away: use 0 or more");
  }
  if (scores && rule.score && *rule.score == 0) {
    resolver.Warn(rule.where, "score-without-effect",
                  "rule " + std::to_string(rule.id) +
                      " adds a score of 0: use the action `log` if that is meant");
  }
  // SecLang lets a rule answer with any status.
  const int lowest = resolver.format() == RulesetFormat::kJson ? 400 : 200;
  if (rule.disposition == DispositionSpec::kBlock && (rule.status < lowest || rule.status > 599)) {
    resolver.Error(rule.where, "bad-status",
                   "a block answers with a status from " + std::to_string(lowest) +
                       " to 599, not " + std::to_string(rule.status));
  }
  if (rule.disposition != DispositionSpec::kRedirect) return;
  if (rule.redirect_to.empty()) {
    resolver.Error(rule.where, "missing-redirect",
                   "the action `redirect` needs an address to redirect to");
  }
  for (const char c : rule.redirect_to) {
    if (static_cast<unsigned char>(c) > ' ' && c != '\x7f') continue;
    resolver.Error(rule.where, "bad-redirect",
                   "the address to redirect to holds a space or a control character");
    break;
  }
  const bool ours = resolver.format() == RulesetFormat::kJson;
  if (ours && rule.redirect_to.find("%{") != std::string::npos) {
    resolver.Error(rule.where, "bad-redirect",
                   "the address to redirect to holds a macro: what a client sends must not decide "
                   "where it goes");
  }
  if (rule.status != 403 && !IsRedirect(rule.status)) {
    resolver.Error(
        rule.where, "bad-status",
        "a redirect answers with 301, 302, 303, 307 or 308, not " + std::to_string(rule.status));
  }
}

bool ReadsCaptures(const LinkSpec& link) {
  for (const TargetSpec& target : link.targets) {
    const bool tx = EqualsIgnoreCase(target.variable, "TX");
    if (tx && target.selector.size() == 1 && IsDigit(target.selector[0])) return true;
  }
  return false;
}

// CVE-2026-21876's shape: the captures of a link that looks at many values are those of its last
// match only.
void CheckIteratedCapture(const RuleSpec& rule, Resolver& resolver) {
  for (size_t i = 0; i + 1 < rule.links.size(); ++i) {
    const LinkSpec& link = rule.links[i];
    const bool many =
        link.targets.size() > 1 || (link.targets.size() == 1 && link.targets[0].selector.empty());
    if (!link.capture || !many || !ReadsCaptures(rule.links[i + 1])) continue;
    const std::string text =
        "TX:0 to TX:9 hold the captures of the last value that matched: look at MATCHED_VARS for "
        "all of them";
    resolver.format() == RulesetFormat::kJson
        ? resolver.Warn(rule.links[i + 1].where, "capture-of-last-match", text)
        : resolver.Note(rule.links[i + 1].where, "capture-of-last-match", text);
  }
}

void CheckId(const RuleSpec& rule, const RulesetSpec& ruleset,
             std::map<uint64_t, std::string>& seen, Resolver& resolver) {
  if (rule.id == 0) {
    resolver.Error(rule.where, "missing-id", "a rule needs an id of 1 or more");
    return;
  }
  const auto [first, fresh] = seen.emplace(rule.id, Place(rule, ruleset));
  if (!fresh) {
    resolver.Error(rule.where, "duplicate-id",
                   "id " + std::to_string(rule.id) + " is taken by the rule at " + first->second +
                       ": give this one another");
  }
}

void CheckRule(const RuleSpec& rule, Resolver& resolver) {
  if (rule.links.empty()) {
    resolver.Error(rule.where, "rule-without-condition",
                   "rule " + std::to_string(rule.id) + " looks at nothing");
  }
  if (rule.name.empty()) {
    resolver.Warn(
        rule.where, "missing-name",
        "rule " + std::to_string(rule.id) + " has no name: events will not say what happened");
  }
  if (rule.phase == Phase::kLogging && rule.disposition != DispositionSpec::kPass) {
    resolver.Warn(
        rule.where, "too-late-to-act",
        "phase logging comes after the response: use the action `log`, or an earlier phase");
  }
  CheckDisposition(rule, resolver);
  CheckIteratedCapture(rule, resolver);
}

}  // namespace

void CheckRulesets(std::span<const RulesetSpec> rulesets, Resolver& resolver) {
  std::map<uint64_t, std::string> seen{{kCanaryId, "the built-in ruleset (the canary)"}};
  for (const RulesetSpec& ruleset : rulesets) {
    resolver.SetFormat(ruleset.format);
    // A SecLang file may hold nothing but settings.
    if (ruleset.rules.empty() && ruleset.format == RulesetFormat::kJson) {
      resolver.Error({ruleset.file, 0, 0, ""}, "empty-ruleset",
                     "the ruleset holds no rule: add one, or do not load the file");
    }
    for (const RuleSpec& rule : ruleset.rules) {
      if (rule.removed) continue;
      CheckId(rule, ruleset, seen, resolver);
      CheckRule(rule, resolver);
    }
  }
}

void CheckUnconditional(const LinkSpec& spec, Resolver& resolver) {
  const std::string& name = spec.condition.operator_name;
  const bool fits = spec.condition.kind == ConditionSpec::Kind::kOperator &&
                    !spec.condition.negated &&
                    (name.empty() || EqualsIgnoreCase(name, "unconditionalMatch"));
  if (!fits) {
    resolver.Error(
        spec.where, "missing-target",
        "the condition has nothing to look at: name a target, or use unconditionalMatch");
  }
}

}  // namespace rasp
