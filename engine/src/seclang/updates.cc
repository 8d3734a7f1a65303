// SPDX-License-Identifier: Apache-2.0
#include "seclang/updates.h"

#include "core/ascii.h"
#include "core/quoted.h"
#include "seclang/action_list.h"
#include "seclang/action_values.h"
#include "seclang/actions.h"
#include "seclang/targets.h"

namespace rasp {
namespace {

using By = UpdateSpec::By;
using Kind = UpdateSpec::Kind;

// The directive as its author wrote it, quotes left out.
std::string TextOf(const Directive& directive) {
  std::string text(directive.name.text());
  for (const Piece& argument : directive.arguments) text += " " + std::string(argument.text());
  return text;
}

UpdateSpec NewUpdate(const Directive& directive, Kind kind, By by) {
  UpdateSpec update;
  update.kind = kind;
  update.by = by;
  update.rules = directive.arguments[0].text();
  update.text = TextOf(directive);
  update.where = directive.name.where();
  return update;
}

// "100", "100-199"
bool IsIdOrRange(std::string_view text) {
  const size_t dash = text.find('-');
  const auto first = WholeNumber<uint64_t>(text.substr(0, dash));
  if (dash == std::string_view::npos) return first.has_value();
  const auto last = WholeNumber<uint64_t>(text.substr(dash + 1));
  return first && last && *first <= *last;
}

// Ids and ranges, parted by blanks or commas; one alone may have a ":N", the Nth chained link.
bool CheckIds(Session& session, const Piece& piece, bool may_have_link) {
  const std::string_view text = piece.text();
  bool fits = false;
  for (size_t at = 0; at < text.size();) {
    if (IsSpace(text[at]) || text[at] == ',') {
      ++at;
      continue;
    }
    const size_t end = std::min(text.find_first_of(" \t,", at), text.size());
    std::string_view word = text.substr(at, end - at);
    const size_t colon = may_have_link ? word.find(':') : std::string_view::npos;
    fits = IsIdOrRange(word.substr(0, colon)) &&
           (colon == std::string_view::npos || WholeNumber<uint32_t>(word.substr(colon + 1)));
    if (!fits) break;
    at = end;
  }
  if (fits) return true;
  session.Error(piece.where(), "bad-id",
                Quoted(text) + " names no rules: write ids and ranges, as in 100001 or " +
                    (may_have_link ? "100000-100099, or 100001:1 for its first chained rule"
                                   : "\"100000-100099\""));
  return false;
}

void Remove(Session& session, const Directive& directive, By by) {
  UpdateSpec update = NewUpdate(directive, Kind::kRemove, by);
  if (by != By::kId) {
    for (const Piece& argument : directive.arguments) {
      update.rules = argument.text();
      session.spec.updates.push_back(update);
    }
    return;
  }
  update.rules.clear();
  for (const Piece& argument : directive.arguments) {
    if (!CheckIds(session, argument, /*may_have_link=*/false)) return;
    update.rules += (update.rules.empty() ? "" : " ") + std::string(argument.text());
  }
  session.spec.updates.push_back(std::move(update));
}

void UpdateTargets(Session& session, const Directive& directive, By by) {
  UpdateSpec update = NewUpdate(directive, Kind::kTargets, by);
  const size_t before = session.diagnostics.size();
  if (by == By::kId) CheckIds(session, directive.arguments[0], /*may_have_link=*/true);
  update.targets = ReadTargets(directive.arguments[1], session.diagnostics);
  if (directive.arguments.size() > 2)
    update.replaced = ReadTargets(directive.arguments[2], session.diagnostics);
  if (update.targets.empty() && session.diagnostics.size() == before) {
    session.Error(directive.arguments[1].where(), "bad-target",
                  "no target is named: write one to add, as in ARGS:q, or to leave out, as in "
                  "!ARGS:q");
  }
  if (session.diagnostics.size() == before) session.spec.updates.push_back(std::move(update));
}

bool Endures(std::string_view name) {
  for (const ActionDef& def : SecLangActions()) {
    if (!EqualsIgnoreCase(def.name, name)) continue;
    return def.kind != ActionDef::Kind::kRefused && def.kind != ActionDef::Kind::kInert;
  }
  return true;
}

}  // namespace

void ReadRemoveById(Session& session, const Directive& directive) {
  Remove(session, directive, By::kId);
}
void ReadRemoveByTag(Session& session, const Directive& directive) {
  Remove(session, directive, By::kTag);
}
void ReadRemoveByMsg(Session& session, const Directive& directive) {
  Remove(session, directive, By::kMessage);
}
void ReadUpdateTargetById(Session& session, const Directive& directive) {
  UpdateTargets(session, directive, By::kId);
}
void ReadUpdateTargetByTag(Session& session, const Directive& directive) {
  UpdateTargets(session, directive, By::kTag);
}
void ReadUpdateTargetByMsg(Session& session, const Directive& directive) {
  UpdateTargets(session, directive, By::kMessage);
}

// The actions are tried here on a rule that is thrown away, so that each is told of where it stands
// and once, however many rules are meant.
void ReadUpdateActionById(Session& session, const Directive& directive) {
  UpdateSpec update = NewUpdate(directive, Kind::kActions, By::kId);
  const bool ids = CheckIds(session, directive.arguments[0], /*may_have_link=*/true);
  ActionList list = ReadActions(directive.arguments[1], session.diagnostics);
  RuleDraft draft;
  LinkSpec link;
  const size_t colon = update.rules.find(':');
  const bool chained = colon != std::string::npos && update.rules.substr(colon + 1) != "0";
  ActionTarget target{draft, link, chained ? ActionPlace::kChainedLink : ActionPlace::kUpdate,
                      session.options.compat_warn, session.diagnostics};
  ApplyActionList(list.actions, target);
  if (!ids || !list.complete || draft.broken) return;
  std::erase_if(list.actions, [](const ActionSpec& action) { return !Endures(action.name); });
  update.actions = std::move(list.actions);
  session.spec.updates.push_back(std::move(update));
}

}  // namespace rasp
