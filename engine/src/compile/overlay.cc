// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compile/resolver.h"
#include "compile/rule_selection.h"
#include "core/ascii.h"
#include "core/decimal.h"
#include "logic/compiled_logic.h"
#include "rasp/logic.h"
#include "rasp/ruleset.h"
#include "rule/compiled_overlay.h"

namespace rasp {
namespace {

// Switches off the business-logic rules that "300100", "300100-300199", "tag:NAME" or "*" names.
// False: there is none.
bool ExcludeLogic(const LogicModel& model, std::string_view selector, CompiledOverlay& overlay) {
  const size_t dash = std::min(selector.find('-'), selector.size());
  const std::string_view last = dash == selector.size() ? selector : selector.substr(dash + 1);
  const int64_t from = LenientNumber(selector.substr(0, dash));
  const int64_t to = LenientNumber(last);
  bool any = false;
  for (size_t i = 0; i < model.rules().size(); ++i) {
    const RuleInfo& info = model.rules()[i];
    const auto id = static_cast<int64_t>(info.id);
    const bool by_tag =
        selector.starts_with("tag:") &&
        std::find(info.tags.begin(), info.tags.end(), selector.substr(4)) != info.tags.end();
    if (selector != "*" && !by_tag && (id < from || id > to)) continue;
    overlay.logic_active[i] = false;
    any = true;
  }
  return any;
}

// Applies one "RULE [TARGET]"; returns what is wrong with it, or "".
std::string Exclude(const Ruleset& ruleset, std::string_view text, CompiledOverlay& overlay) {
  const CompiledRules& rules = ruleset.compiled();
  text = Trim(text);
  const size_t space = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view target = Trim(text.substr(space));
  const bool of_logic = ruleset.logic() != nullptr && target.empty() &&
                        ExcludeLogic(*ruleset.logic(), text.substr(0, space), overlay);
  Result<std::vector<uint32_t>> selected = SelectRules(rules, text.substr(0, space));
  if (!selected) return of_logic ? "" : selected.error();
  if (target.empty()) {
    for (const uint32_t rule : *selected) overlay.active[rule] = false;
    return "";
  }
  Result<Exclusion> exclusion = MakeExclusion(target, {});
  if (!exclusion) return exclusion.error();
  const auto index = static_cast<uint32_t>(overlay.exclusions.size());
  const size_t before = overlay.rule_exclusions.size();
  for (const uint32_t rule : *selected) {
    if (LooksAt(rules, rule, *exclusion)) overlay.rule_exclusions.push_back({rule, index});
  }
  if (overlay.rule_exclusions.size() == before) {
    return "none of the rules that `" + std::string(text.substr(0, space)) + "` names looks at " +
           exclusion->text;
  }
  overlay.exclusions.push_back(*std::move(exclusion));
  return "";
}

void CountLogic(const LogicModel* model, CompiledOverlay& overlay) {
  for (size_t i = 0; i < overlay.logic_active.size(); ++i) {
    if (!overlay.logic_active[i]) continue;
    ++overlay.active_count;
    overlay.reads_response_body |=
        model->compiled().rules[i].response_stage == LogicStage::kResponseBody;
  }
}

void CheckSettings(const OverlaySpec& spec, std::vector<std::string>& errors) {
  if (spec.threshold < 1)
    errors.push_back("the threshold must be 1 or more: at 0 every request would be blocked");
  if (spec.response_threshold < 1) {
    errors.push_back(
        "the response threshold must be 1 or more: at 0 every response would be blocked");
  }
}

}  // namespace

Result<Overlay, std::vector<std::string>> Overlay::Make(const Ruleset& ruleset,
                                                        const OverlaySpec& spec) {
  const CompiledRules& rules = ruleset.compiled();
  auto overlay = std::make_unique<CompiledOverlay>(MakeOverlay(rules, spec.mode));
  overlay->on_error = spec.on_error;
  overlay->threshold = spec.threshold;
  overlay->response_threshold = spec.response_threshold;
  overlay->limits = spec.limits;
  overlay->request_body_always = spec.request_body_always;

  if (ruleset.logic() != nullptr) {
    for (const RuleInfo& info : ruleset.logic()->rules())
      overlay->logic_active.push_back(info.mode != RuleMode::kOff);
  }

  std::vector<std::string> errors;
  CheckSettings(spec, errors);
  for (const std::string& exclusion : spec.exclusions) {
    std::string error = Exclude(ruleset, exclusion, *overlay);
    if (!error.empty()) errors.push_back("exclusion `" + exclusion + "`: " + error);
  }
  if (!errors.empty()) return Result<Overlay, std::vector<std::string>>::Failure(std::move(errors));
  std::stable_sort(overlay->rule_exclusions.begin(), overlay->rule_exclusions.end(),
                   [](const RuleExclusion& a, const RuleExclusion& b) { return a.rule < b.rule; });
  CountActive(rules, *overlay);
  CountLogic(ruleset.logic(), *overlay);
  return Overlay(std::move(overlay));
}

}  // namespace rasp
