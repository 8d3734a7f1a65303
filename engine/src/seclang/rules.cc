// SPDX-License-Identifier: Apache-2.0
#include "seclang/rules.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/quoted.h"
#include "seclang/action_list.h"
#include "seclang/actions.h"
#include "seclang/targets.h"

namespace rasp {
namespace {

DefaultActions& DefaultsOf(Session& session, Phase phase) {
  return session.defaults[static_cast<size_t>(phase) - 1];
}

// "@streq x", "!@rx ^a", "^a": without @ it is a pattern.
bool ReadOperator(const Piece& piece, ConditionSpec& out, Session& session) {
  const std::string_view text = piece.text();
  size_t at = 0;
  const auto skip_blanks = [&] {
    while (at < text.size() && IsSpace(text[at])) ++at;
  };
  skip_blanks();
  out.where = piece.At(at);
  if (at < text.size() && text[at] == '!') {
    out.negated = true;
    ++at;
    skip_blanks();
  }
  if (at == text.size() || text[at] != '@') {
    out.operator_name = "rx";
    out.argument = text.substr(at);
    return true;
  }
  const size_t name = ++at;
  while (at < text.size() && !IsSpace(text[at])) ++at;
  out.operator_name = text.substr(name, at - name);
  skip_blanks();
  out.argument = text.substr(at);
  if (out.operator_name.empty()) {
    session.Error(out.where, "missing-operator",
                  "no operator after @: write its name, as in \"@rx PATTERN\"; a pattern that "
                  "begins with @ is \"@rx @...\"");
    return false;
  }
  if (!EqualsIgnoreCase(out.operator_name, "inspectFile")) return true;
  session.Refuse(out.where, "unsupported",
                 "@inspectFile runs a program or Lua on each uploaded file, which needs "
                 "`rasp_engine modsecurity`: use that, or remove the rule");
  return false;
}

void CheckDefaultIsMeant(Session& session, const RuleDraft& draft) {
  const RuleSpec& rule = draft.rule;
  const bool says = draft.course.block || draft.course.disposition.has_value();
  if (says || rule.on_block.disposition == DispositionSpec::kPass) return;
  session.Warn(rule.where, "no-disruptive-action",
               "rule " + std::to_string(rule.id) +
                   " does not block, though SecDefaultAction does, which ModSecurity 2 would have "
                   "it inherit: write block, or pass");
}

void AddRule(Session& session, RuleDraft&& draft) {
  if (draft.rule.id == 0 && !draft.broken) {
    session.Error(draft.rule.where, "missing-id",
                  "a rule needs an id: add an unused one, as in \"id:100001\"");
    return;
  }
  FinishRule(draft, DefaultsOf(session, draft.rule.phase));
  if (draft.broken) return;
  CheckDefaultIsMeant(session, draft);
  session.spec.rules.push_back(std::move(draft.rule));
}

// The draft that a link which begins at `directive` belongs to: that of the chain that goes on, or
// a new one.
RuleDraft& DraftFor(Session& session, const Directive& directive) {
  if (!session.draft) {
    RuleDraft& draft = session.draft.emplace();
    draft.rule.where = directive.name.where();
    draft.rule.disposition = DispositionSpec::kPass;
    draft.rule.score = 0;
    draft.rule.has_severity = false;
  }
  RuleDraft& draft = *session.draft;
  draft.chained = false;
  draft.clears_transforms.push_back(false);
  draft.rule.links.emplace_back().where = directive.name.where();
  return draft;
}

void AddActions(Session& session, const Piece* piece, RuleDraft& draft) {
  const bool first = draft.rule.links.size() == 1;
  if (piece == nullptr) return;
  const ActionList list = ReadActions(*piece, session.diagnostics);
  draft.broken |= !list.complete;
  ActionTarget target{draft, draft.rule.links.back(),
                      first ? ActionPlace::kRule : ActionPlace::kChainedLink,
                      session.options.compat_warn, session.diagnostics};
  ApplyActionList(list.actions, target);
  // Where the list could not be read to its end, a `chain` may have been in the rest.
  const std::string_view text = piece->text();
  draft.chained |= !list.complete && text.find("chain") != std::string_view::npos;
}

void CloseUnlessChained(Session& session) {
  if (session.draft->chained) return;
  RuleDraft draft = *std::move(session.draft);
  session.draft.reset();
  AddRule(session, std::move(draft));
}

}  // namespace

void ReadSecRule(Session& session, const Directive& directive) {
  RuleDraft& draft = DraftFor(session, directive);
  LinkSpec& link = draft.rule.links.back();
  const size_t before = session.diagnostics.size();
  link.targets = ReadTargets(directive.arguments[0], session.diagnostics);
  const bool looks = std::any_of(link.targets.begin(), link.targets.end(),
                                 [](const TargetSpec& target) { return !target.exclude; });
  if (!looks && session.diagnostics.size() == before) {
    session.Error(directive.arguments[0].where(), "bad-target",
                  "nothing to look at: name a variable that is not excluded, such as ARGS");
  }
  draft.broken |= session.diagnostics.size() != before;
  draft.broken |= !ReadOperator(directive.arguments[1], link.condition, session);
  AddActions(session, directive.arguments.size() > 2 ? &directive.arguments[2] : nullptr, draft);
  CloseUnlessChained(session);
}

void ReadSecAction(Session& session, const Directive& directive) {
  RuleDraft& draft = DraftFor(session, directive);
  ConditionSpec& condition = draft.rule.links.back().condition;
  condition.operator_name = "unconditionalMatch";
  condition.where = directive.name.where();
  AddActions(session, &directive.arguments[0], draft);
  CloseUnlessChained(session);
}

void ReadSecMarker(Session& session, const Directive& directive) {
  const Piece& name = directive.arguments[0];
  session.spec.markers.push_back(
      {std::string(name.text()), session.spec.rules.size(), name.where()});
}

void ReadSecDefaultAction(Session& session, const Directive& directive) {
  const Piece& piece = directive.arguments[0];
  const ActionList list = ReadActions(piece, session.diagnostics);
  RuleDraft draft;
  LinkSpec link;
  ActionTarget target{draft, link, ActionPlace::kDefault, session.options.compat_warn,
                      session.diagnostics};
  ApplyActionList(list.actions, target);
  if (draft.broken || !list.complete) return;
  if (!draft.has_phase) {
    return session.Error(piece.where(), "bad-default",
                         "SecDefaultAction needs a phase: add phase:1 to phase:5");
  }
  if (!draft.course.disposition) {
    return session.Error(piece.where(), "bad-default",
                         "SecDefaultAction needs a disruptive action, which block stands for: add "
                         "pass, deny, drop, redirect or allow");
  }
  DefaultActions& defaults = DefaultsOf(session, draft.rule.phase);
  defaults.course = std::move(draft.course);
  defaults.transforms = std::move(link.transforms);
  defaults.tags = std::move(draft.rule.tags);
  defaults.actions = std::move(link.actions);
}

void SkipBrokenRule(Session& session, const Directive& directive) {
  RuleDraft& draft = DraftFor(session, directive);
  draft.broken = true;
  draft.chained = directive.source.find("chain") != std::string_view::npos;
  CloseUnlessChained(session);
}

void EndChain(Session& session, std::string_view because) {
  if (!session.draft) return;
  const LinkSpec& link = session.draft->rule.links.back();
  session.Error(link.where, "open-chain",
                "this rule says chain, but " + std::string(because) +
                    " follows: write the next rule of the chain here, or remove chain");
  session.draft.reset();
}

}  // namespace rasp
