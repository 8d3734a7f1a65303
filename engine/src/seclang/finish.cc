// SPDX-License-Identifier: Apache-2.0
#include "seclang/actions.h"

namespace rasp {
namespace {

constexpr uint16_t kBlockStatus = 403;
constexpr uint16_t kRedirectStatus = 302;

bool IsRedirectStatus(uint16_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// `own` is the rule's status, `defaults` what it falls back to.
void SetStatus(std::optional<uint16_t> own, std::optional<uint16_t> defaults, RuleSpec& rule) {
  const std::optional<uint16_t> status = own ? own : defaults;
  if (rule.disposition == DispositionSpec::kRedirect) {
    rule.status = status && IsRedirectStatus(*status) ? *status : kRedirectStatus;
  } else {
    rule.status = status.value_or(kBlockStatus);
  }
}

void SetDisposition(const Course& course, RuleSpec& rule) {
  if (course.block) {
    rule.disposition = rule.on_block.disposition;
    rule.redirect_to = rule.on_block.redirect_to;
    rule.allow_scope = rule.on_block.allow_scope;
  } else if (course.disposition) {
    rule.disposition = *course.disposition;
    rule.redirect_to = course.redirect_to;
    rule.allow_scope = course.allow_scope;
  }
}

BlockSpec BlockOf(const Course& course) {
  return {course.disposition.value_or(DispositionSpec::kPass), course.status, course.redirect_to,
          course.allow_scope};
}

// nolog means noauditlog too, unless auditlog stands there as well; the same for log.
void SetLogs(const Course& course, RuleSpec& rule) {
  if (course.logged) rule.logged = rule.audited = *course.logged;
  if (course.audited) rule.audited = *course.audited;
}

// "OWASP_CRS, REQUEST-901-INITIALIZATION.conf:58": what stands for a message where there is none.
std::string NameOf(const RuleSpec& rule) {
  if (!rule.message.empty()) return rule.message;
  const size_t slash = rule.where.file.rfind('/');
  const std::string file =
      slash == std::string::npos ? rule.where.file : rule.where.file.substr(slash + 1);
  const std::string place = file + ":" + std::to_string(rule.where.line);
  return rule.tags.empty() ? place : rule.tags.front() + ", " + place;
}

}  // namespace

void FinishRule(RuleDraft& draft, const DefaultActions& defaults) {
  RuleSpec& rule = draft.rule;
  rule.name = NameOf(rule);
  rule.on_block = BlockOf(defaults.course);
  SetDisposition(draft.course, rule);
  SetStatus(draft.course.status, defaults.course.status, rule);
  SetLogs(defaults.course, rule);
  SetLogs(draft.course, rule);
  rule.tags.insert(rule.tags.end(), defaults.tags.begin(), defaults.tags.end());
  for (size_t i = 0; i < rule.links.size(); ++i) {
    std::vector<NameSpec>& steps = rule.links[i].transforms;
    if (!draft.clears_transforms[i])
      steps.insert(steps.begin(), defaults.transforms.begin(), defaults.transforms.end());
  }
  std::vector<ActionSpec>& actions = rule.links.back().actions;
  actions.insert(actions.end(), defaults.actions.begin(), defaults.actions.end());
}

void ApplyActions(std::span<const ActionSpec> actions, RuleSpec& rule, Diagnostics& diagnostics,
                  size_t link) {
  if (link >= rule.links.size()) return;
  const std::string message = rule.message;
  RuleDraft draft;
  std::swap(draft.rule, rule);
  ActionTarget target{draft, draft.rule.links[link],
                      link == 0 ? ActionPlace::kUpdate : ActionPlace::kChainedLink,
                      /*compat_warn=*/true, diagnostics};
  ApplyActionList(actions, target);
  std::swap(draft.rule, rule);

  SetDisposition(draft.course, rule);
  const bool status_matters = draft.course.block || draft.course.disposition || draft.course.status;
  if (status_matters) SetStatus(draft.course.status, rule.on_block.status, rule);
  SetLogs(draft.course, rule);
  if (rule.message != message) rule.name = rule.message;
}

}  // namespace rasp
