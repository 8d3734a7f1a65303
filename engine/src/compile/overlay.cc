// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compile/resolver.h"
#include "compile/rule_selection.h"
#include "core/ascii.h"
#include "rasp/ruleset.h"
#include "rule/compiled_overlay.h"

namespace rasp {
namespace {

// Applies one "RULE [TARGET]"; returns what is wrong with it, or "".
std::string Exclude(const CompiledRules& rules, std::string_view text, CompiledOverlay& overlay) {
  text = Trim(text);
  const size_t space = std::min(text.find_first_of(" \t"), text.size());
  Result<std::vector<uint32_t>> selected = SelectRules(rules, text.substr(0, space));
  if (!selected) return selected.error();
  const std::string_view target = Trim(text.substr(space));
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

  std::vector<std::string> errors;
  CheckSettings(spec, errors);
  for (const std::string& exclusion : spec.exclusions) {
    std::string error = Exclude(rules, exclusion, *overlay);
    if (!error.empty()) errors.push_back("exclusion `" + exclusion + "`: " + error);
  }
  if (!errors.empty()) return Result<Overlay, std::vector<std::string>>::Failure(std::move(errors));
  std::stable_sort(overlay->rule_exclusions.begin(), overlay->rule_exclusions.end(),
                   [](const RuleExclusion& a, const RuleExclusion& b) { return a.rule < b.rule; });
  CountActive(rules, *overlay);
  return Overlay(std::move(overlay));
}

}  // namespace rasp
