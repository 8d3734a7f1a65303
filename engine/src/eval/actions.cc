// SPDX-License-Identifier: Apache-2.0
#include "eval/actions.h"

#include <algorithm>
#include <charconv>

#include "core/ascii.h"
#include "eval/variables.h"

namespace rasp {
namespace {

// As SecLang has it: what is no number is 0, what is too large stays at the largest.
int64_t NumberOf(std::string_view text) {
  text = Trim(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return text.front() == '-' ? INT64_MIN : INT64_MAX;
  return number;
}

int64_t SaturatedAdd(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? INT64_MIN : INT64_MAX;
  return sum;
}

void SetVar(Inspection& in, const Action& action) {
  in.text.clear();
  ExpandMacro(in, action.name, in.text);
  if (action.kind == ActionKind::kDeleteVar) {
    in.tx.Erase(in.text);
    return;
  }
  in.text2.clear();
  ExpandMacro(in, action.value, in.text2);
  if (action.kind == ActionKind::kSetVar) {
    in.tx.Set(in.text, in.text2);
    return;
  }
  const std::string_view* old = in.tx.Find(in.text);
  int64_t change = NumberOf(in.text2);
  if (action.kind == ActionKind::kSubtractVar) change = change == INT64_MIN ? INT64_MAX : -change;
  in.tx.Set(in.text, NumberText(in, SaturatedAdd(old == nullptr ? 0 : NumberOf(*old), change)));
}

void RemoveRules(Inspection& in, const Action& action) {
  if (in.removed_rules.empty()) in.removed_rules.resize(in.rules.rules.size(), false);
  for (const uint32_t rule : action.rules) in.removed_rules[rule] = true;
}

void RunAction(Inspection& in, const Action& action, bool shadow) {
  if (action.kind <= ActionKind::kDeleteVar) return SetVar(in, action);
  if (shadow) return;
  switch (action.kind) {
    case ActionKind::kRemoveRules:
      return RemoveRules(in, action);
    case ActionKind::kRemoveTargets:
      if (std::find(in.removed_targets.begin(), in.removed_targets.end(), &action) ==
          in.removed_targets.end()) {
        in.removed_targets.push_back(&action);
      }
      return;
    case ActionKind::kRuleEngine:
      in.mode = std::min(in.overlay.mode, action.mode);
      return;
    case ActionKind::kForceRequestBodyVariable:
      in.body.forced = action.on;
      return;
    case ActionKind::kRequestBodyProcessor:
      in.body.kind = action.body_kind;
      return;
    default:
      return;
  }
}

}  // namespace

void ExpandMacro(Inspection& in, const MacroText& macro, ByteBuffer& out) {
  for (const MacroPart& part : macro.parts) {
    out.append(part.source.variable == nullptr ? std::string_view(part.text)
                                               : FirstValue(in, part.source));
  }
}

void RunActions(Inspection& in, const Link& link, bool shadow) {
  for (const Action& action : link.actions) RunAction(in, action, shadow);
}

}  // namespace rasp
