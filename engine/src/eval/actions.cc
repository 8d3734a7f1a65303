// SPDX-License-Identifier: Apache-2.0
#include "eval/actions.h"

#include <algorithm>

#include "core/decimal.h"
#include "eval/collections.h"
#include "eval/variables.h"

namespace rasp {
namespace {

// Of a variable whose name the rule spells out.
void SetSlot(Inspection& in, const Action& action) {
  const std::string_view name = action.name.text();
  if (action.kind == ActionKind::kDeleteVar) return in.tx.Erase(name);
  std::string_view value = action.value.text();
  if (!action.value.literal()) {
    in.text2.clear();
    ExpandMacro(in, action.value, in.text2);
    value = in.text2;
  }
  if (action.kind == ActionKind::kSetVar)
    return in.tx.Set(action.tx_slot, name, value, action.value.literal());
  const TxStore::Entry* const old = in.tx.FindSlot(action.tx_slot);
  const int64_t more = LenientNumber(value);
  const int64_t change = action.kind == ActionKind::kSubtractVar ? SaturatedNegate(more) : more;
  const int64_t sum = SaturatedAdd(old == nullptr ? 0 : LenientNumber(old->value), change);
  in.tx.Set(action.tx_slot, name, NumberText(in, sum), false);
}

void SetVar(Inspection& in, const Action& action) {
  if (action.tx_slot >= 0) return SetSlot(in, action);
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
  int64_t change = LenientNumber(in.text2);
  if (action.kind == ActionKind::kSubtractVar) change = SaturatedNegate(change);
  in.tx.Set(in.text,
            NumberText(in, SaturatedAdd(old == nullptr ? 0 : LenientNumber(*old), change)));
}

void RemoveRules(Inspection& in, const Action& action) {
  if (in.removed_rules.empty()) in.removed_rules.resize(in.rules.rules.size(), false);
  for (const uint32_t rule : action.rules) {
    in.removed_rules[rule] = true;
    // What it was to skip has not been looked at.
    if (in.rules.plan.kinds[rule] == RuleKind::kGate) in.scanned = false;
  }
}

// "+E" and "-C" change the parts, anything else takes their place.
void SetAuditParts(Inspection& in, std::string_view text) {
  const char sign = text.front();
  if (sign != '+' && sign != '-') {
    in.audit_parts = text;
    return;
  }
  const std::string_view parts = text.substr(1);
  in.text.clear();
  for (const char part : in.audit_parts) {
    if (sign == '+' || parts.find(part) == std::string_view::npos) in.text.append({&part, 1});
  }
  for (const char part : parts) {
    const bool there = in.audit_parts.find(part) != std::string_view::npos;
    if (sign == '+' && !there) in.text.append({&part, 1});
  }
  in.audit_parts = CopyTo(in.arena, in.text);
}

Masked::Kind MaskKind(ActionKind kind) {
  switch (kind) {
    case ActionKind::kSanitiseArgument:
      return Masked::Kind::kArgument;
    case ActionKind::kSanitiseRequestHeader:
      return Masked::Kind::kRequestHeader;
    case ActionKind::kSanitiseResponseHeader:
      return Masked::Kind::kResponseHeader;
    default:
      return Masked::Kind::kMatched;
  }
}

void Mask(Inspection& in, const Action& action) {
  Masked masked;
  masked.kind = MaskKind(action.kind);
  masked.keep_before = action.keep_before;
  masked.keep_after = action.keep_after;
  if (masked.kind == Masked::Kind::kMatched) {
    const MatchedValue& match = in.matched.back();
    const bool bytes = action.kind == ActionKind::kSanitiseMatchedBytes && match.changed == 0;
    masked.name = CopyTo(in.arena, match.name);
    masked.bytes = CopyTo(in.arena, bytes ? match.part : match.original);
  } else {
    in.text.clear();
    ExpandMacro(in, action.name, in.text);
    masked.name = CopyTo(in.arena, in.text);
  }
  if (in.masked.size() < in.overlay.limits.arguments) in.masked.push_back(masked);
}

void RemoveTargets(Inspection& in, const Action& action) {
  if (std::find(in.removed_targets.begin(), in.removed_targets.end(), &action) ==
      in.removed_targets.end()) {
    in.removed_targets.push_back(&action);
  }
}

void RunAction(Inspection& in, const Action& action, bool shadow) {
  const bool of_tx =
      action.kind <= ActionKind::kDeleteVar && action.collection == CollectionId::kTx;
  if (of_tx) return SetVar(in, action);
  if (shadow) return;
  switch (action.kind) {
    case ActionKind::kRemoveRules:
      return RemoveRules(in, action);
    case ActionKind::kRemoveTargets:
      return RemoveTargets(in, action);
    case ActionKind::kRuleEngine:
      in.mode = std::min(in.overlay.ceiling, action.mode);
      return;
    case ActionKind::kForceRequestBodyVariable:
      in.body.forced = action.on;
      in.scanned = false;
      return;
    case ActionKind::kRequestBodyProcessor:
      in.body.kind = action.body_kind;
      in.scanned = false;
      return;
    case ActionKind::kRequestBodyAccess:
      in.body.access = action.on;
      return;
    case ActionKind::kRequestBodyLimit:
      in.body.limit = action.number;
      return;
    case ActionKind::kResponseBodyAccess:
      in.response.access = action.on;
      return;
    case ActionKind::kResponseBodyLimit:
      in.response.body_limit = std::min(action.number, in.overlay.limits.response_body_bytes);
      return;
    case ActionKind::kXmlArguments:
      in.body.xml_arguments = action.xml_arguments;
      in.scanned = false;
      return;
    case ActionKind::kAuditEngine:
      in.audit_engine = action.audit_engine;
      return;
    case ActionKind::kAuditLogParts:
      return SetAuditParts(in, action.text);
    case ActionKind::kSanitiseArgument:
    case ActionKind::kSanitiseRequestHeader:
    case ActionKind::kSanitiseResponseHeader:
    case ActionKind::kSanitiseMatched:
    case ActionKind::kSanitiseMatchedBytes:
      return Mask(in, action);
    default:
      return RunCollectionAction(in, action);
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
