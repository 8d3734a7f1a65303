// SPDX-License-Identifier: Apache-2.0
#include "compile/resolver.h"
#include "compile/rule_selection.h"
#include "compile/suggest.h"
#include "core/ascii.h"

namespace rasp {
namespace {

struct Named {
  std::string_view name;
};

enum class CtlKind : uint8_t {
  kById,
  kByTag,
  kTargetById,
  kTargetByTag,
  kEngine,
  kForceBody,
  kProcessor
};

struct CtlRow {
  std::string_view name;
  CtlKind kind;
};
constexpr CtlRow kCtls[] = {
    {"ruleRemoveById", CtlKind::kById},
    {"ruleRemoveByTag", CtlKind::kByTag},
    {"ruleRemoveTargetById", CtlKind::kTargetById},
    {"ruleRemoveTargetByTag", CtlKind::kTargetByTag},
    {"ruleEngine", CtlKind::kEngine},
    {"forceRequestBodyVariable", CtlKind::kForceBody},
    {"requestBodyProcessor", CtlKind::kProcessor},
};
constexpr Named kActions[] = {{"setvar"}, {"ctl"}};

struct ProcessorRow {
  std::string_view name;
  BodyKind kind;
};
constexpr ProcessorRow kProcessors[] = {{"URLENCODED", BodyKind::kUrlEncoded},
                                        {"MULTIPART", BodyKind::kMultipart},
                                        {"JSON", BodyKind::kJson},
                                        {"XML", BodyKind::kXml}};

struct ModeRow {
  std::string_view name;
  Mode mode;
};
constexpr ModeRow kModes[] = {
    {"On", Mode::kBlock}, {"DetectionOnly", Mode::kDetect}, {"Off", Mode::kOff}};

template <typename Table>
auto FindRow(const Table& table, std::string_view name) -> decltype(&table[0]) {
  for (const auto& row : table) {
    if (EqualsIgnoreCase(row.name, name)) return &row;
  }
  return nullptr;
}

std::string_view Unquoted(std::string_view text) {
  text = Trim(text);
  const bool quoted = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

void Resolver::SetVar(const ActionSpec& spec, Action& action) {
  std::string_view text = Unquoted(spec.argument);
  const bool remove = !text.empty() && text.front() == '!';
  if (remove) text.remove_prefix(1);
  const size_t equals = text.find('=');
  std::string_view name = Trim(text.substr(0, equals));
  std::string_view value = equals == std::string_view::npos ? "1" : text.substr(equals + 1);
  constexpr std::string_view kTx = "tx.";
  if (!StartsWithIgnoreCase(name, kTx) || name.size() == kTx.size() ||
      (remove && equals != std::string_view::npos)) {
    Error(spec.where, "bad-setvar",
          "`" + spec.argument +
              "`: write tx.NAME=VALUE, tx.NAME=+NUMBER, tx.NAME=-NUMBER or !tx.NAME");
    return;
  }
  action.kind = remove ? ActionKind::kDeleteVar : ActionKind::kSetVar;
  if (!remove && !value.empty() && (value.front() == '+' || value.front() == '-')) {
    action.kind = value.front() == '+' ? ActionKind::kAddVar : ActionKind::kSubtractVar;
    value.remove_prefix(1);
  }
  action.name = Macro(name.substr(kTx.size()), spec.where);
  action.value = Macro(value, spec.where);
}

void Resolver::Ctl(const ActionSpec& spec, Phase phase, Action& action) {
  const std::string_view text = Unquoted(spec.argument);
  const size_t equals = text.find('=');
  const std::string_view name = Trim(text.substr(0, equals));
  const std::string value(equals == std::string_view::npos ? "" : Trim(text.substr(equals + 1)));
  const CtlRow* row = FindRow(kCtls, name);
  if (row == nullptr) {
    Error(spec.where, "unknown-ctl",
          "there is no ctl `" + std::string(name) + "`" + DidYouMean(name, NamesOf(kCtls)));
    return;
  }
  const auto bad_value = [&](std::string_view wanted) {
    Error(spec.where, "bad-ctl",
          std::string(row->name) + "=" + value + ": write " + std::string(wanted));
  };
  switch (row->kind) {
    case CtlKind::kEngine: {
      action.kind = ActionKind::kRuleEngine;
      const ModeRow* mode = FindRow(kModes, value);
      if (mode == nullptr) return bad_value("On, DetectionOnly or Off");
      action.mode = mode->mode;
      return;
    }
    case CtlKind::kForceBody:
      action.kind = ActionKind::kForceRequestBodyVariable;
      action.on = EqualsIgnoreCase(value, "on");
      if (!action.on && !EqualsIgnoreCase(value, "off")) return bad_value("On or Off");
      break;
    case CtlKind::kProcessor: {
      action.kind = ActionKind::kRequestBodyProcessor;
      const ProcessorRow* processor = FindRow(kProcessors, value);
      if (processor == nullptr) return bad_value("URLENCODED, MULTIPART, JSON or XML");
      action.body_kind = processor->kind;
      break;
    }
    default:
      return CtlRemove(spec, row->kind == CtlKind::kByTag || row->kind == CtlKind::kTargetByTag,
                       value, action);
  }
  if (phase != Phase::kRequestHeaders) {
    Error(spec.where, "ctl-too-late",
          std::string(row->name) +
              " has no effect after phase request_headers: the body is read by then");
  }
}

void Resolver::CtlRemove(const ActionSpec& spec, bool by_tag, const std::string& value,
                         Action& action) {
  const size_t semicolon = value.find(';');
  const bool with_target = StartsWithIgnoreCase(Unquoted(spec.argument), "ruleRemoveTarget");
  action.kind = with_target ? ActionKind::kRemoveTargets : ActionKind::kRemoveRules;
  if (with_target != (semicolon != std::string::npos)) {
    Error(spec.where, "bad-ctl",
          with_target ? "`" + spec.argument + "` names no target: write RULE;TARGET"
                      : "`" + spec.argument +
                            "` names a target: use ruleRemoveTargetById or ruleRemoveTargetByTag");
    return;
  }
  Result<std::vector<uint32_t>> rules =
      SelectRules(rules_, (by_tag ? "tag:" : "") + value.substr(0, semicolon));
  if (!rules) {
    Error(spec.where, "unknown-rule", "`" + spec.argument + "`: " + rules.error());
    return;
  }
  action.rules = *std::move(rules);
  if (!with_target) return;
  Result<Exclusion> exclusion = MakeExclusion(value.substr(semicolon + 1), spec.where);
  if (!exclusion) {
    Error(spec.where, "bad-ctl", "`" + spec.argument + "`: " + exclusion.error());
    return;
  }
  action.exclusion = *std::move(exclusion);
}

Action Resolver::ResolveAction(const ActionSpec& spec, Phase phase) {
  Action action;
  if (EqualsIgnoreCase(spec.name, "setvar")) {
    SetVar(spec, action);
  } else if (EqualsIgnoreCase(spec.name, "ctl")) {
    Ctl(spec, phase, action);
  } else {
    Error(spec.where, "unknown-action",
          "there is no action `" + spec.name + "`" + DidYouMean(spec.name, NamesOf(kActions)));
  }
  return action;
}

}  // namespace rasp
