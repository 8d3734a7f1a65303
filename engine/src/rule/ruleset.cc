// SPDX-License-Identifier: Apache-2.0
#include "rasp/ruleset.h"

#include <algorithm>

#include "core/ascii.h"
#include "logic/describe.h"
#include "rasp/logic.h"
#include "rule/compiled_overlay.h"
#include "rule/compiled_rules.h"
#include "rule/describe.h"

namespace rasp {

int64_t CompiledRules::IndexOf(uint64_t id) const {
  const auto found = std::lower_bound(by_id.begin(), by_id.end(), std::make_pair(id, uint32_t{0}));
  return found != by_id.end() && found->first == id ? int64_t{found->second} : -1;
}

uint32_t PlanVariable::RootOf(std::string_view name) const {
  for (const auto& [known, root] : named) {
    if (EqualsIgnoreCase(known, name)) return root;
  }
  return all;
}

Ruleset::Ruleset(std::unique_ptr<const CompiledRules> rules) : rules_(std::move(rules)) {}
Ruleset::Ruleset(std::unique_ptr<const CompiledRules> rules,
                 std::unique_ptr<const LogicModel> logic)
    : rules_(std::move(rules)), logic_(std::move(logic)) {}
Ruleset::~Ruleset() = default;
Ruleset::Ruleset(Ruleset&&) noexcept = default;
Ruleset& Ruleset::operator=(Ruleset&&) noexcept = default;

std::span<const RuleInfo> Ruleset::rules() const { return rules_->infos; }
std::string_view Ruleset::hash() const { return rules_->hash; }
std::span<const RuleExample> Ruleset::examples() const { return rules_->examples; }
std::span<const std::string> Ruleset::request_body_types() const {
  return rules_->request_body_types;
}

const EngineSettings& Ruleset::settings() const { return rules_->settings; }

int64_t Ruleset::regex_memory_ceiling() const {
  int64_t sum = 0;
  for (const OperatorPtr& condition : rules_->conditions) sum += condition->memory_ceiling();
  return sum;
}

uint64_t Ruleset::slow_searches() const {
  uint64_t sum = 0;
  for (const OperatorPtr& condition : rules_->conditions) sum += condition->slow_searches();
  return sum;
}

const RuleInfo* Ruleset::Find(uint64_t id) const {
  const int64_t index = rules_->IndexOf(id);
  if (index >= 0) return &rules_->infos[static_cast<size_t>(index)];
  if (logic_ == nullptr) return nullptr;
  for (const RuleInfo& info : logic_->rules()) {
    if (info.id == id) return &info;
  }
  return nullptr;
}

std::string Ruleset::Describe(uint64_t id) const {
  const int64_t index = rules_->IndexOf(id);
  if (index >= 0) return DescribeRule(*rules_, static_cast<size_t>(index));
  for (size_t i = 0; logic_ != nullptr && i < logic_->rules().size(); ++i) {
    if (logic_->rules()[i].id == id) return DescribeLogicRule(logic_->compiled(), i);
  }
  return {};
}

Limits LimitsOf(const Ruleset& ruleset, Limits base) {
  const EngineSettings& settings = ruleset.settings();
  base.arguments = settings.arguments.value_or(base.arguments);
  base.body_depth = settings.json_depth.value_or(base.body_depth);
  base.response_body_bytes = settings.response_body_limit.value_or(base.response_body_bytes);
  return base;
}

CompiledOverlay MakeOverlay(const CompiledRules& rules, Mode mode) {
  CompiledOverlay overlay;
  overlay.ceiling = mode;
  overlay.mode = std::min(mode, rules.settings.mode.value_or(mode));
  for (const RuleInfo& info : rules.infos) overlay.active.push_back(info.mode != RuleMode::kOff);
  CountActive(rules, overlay);
  return overlay;
}

void CountActive(const CompiledRules& rules, CompiledOverlay& overlay) {
  overlay.active_count = 0;
  overlay.active_bits.assign(rules.rules.size() / 64 + 1, 0);
  overlay.reads_response_body = false;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    if (!overlay.active[i]) continue;
    ++overlay.active_count;
    overlay.active_bits[i >> 6] |= uint64_t{1} << (i & 63);
    overlay.reads_response_body |= rules.rules[i].reads_response_body;
  }
}

Overlay::Overlay(std::unique_ptr<const CompiledOverlay> overlay) : overlay_(std::move(overlay)) {}
Overlay::~Overlay() = default;
Overlay::Overlay(Overlay&&) noexcept = default;
Overlay& Overlay::operator=(Overlay&&) noexcept = default;

Mode Overlay::mode() const { return overlay_->mode; }
const Limits& Overlay::limits() const { return overlay_->limits; }
uint32_t Overlay::active_rules() const { return overlay_->active_count; }

}  // namespace rasp
