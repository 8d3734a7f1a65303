// SPDX-License-Identifier: Apache-2.0
#include "logic/describe.h"

#include <algorithm>

namespace rasp {
namespace {

constexpr std::string_view kModes[] = {"off", "shadow", "enforce"};

void Row(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out.append("  ").append(name).append(name.size() < 12 ? 12 - name.size() : 1, ' ').append(text);
  out += '\n';
}

// What requests have to be for the rule to look at them.
std::string OperationsOf(const CompiledLogic& logic, const LogicRule& rule) {
  std::string names;
  for (size_t i = 0; i < logic.operations.size(); ++i) {
    const std::vector<uint32_t>& rules = logic.operations[i].rules;
    if (std::find(rules.begin(), rules.end(), rule.index) == rules.end()) continue;
    names += (names.empty() ? "" : ", ") + logic.operations[i].name;
  }
  return names.empty() ? "every request" : names;
}

std::string_view StageName(LogicStage stage) {
  return stage == LogicStage::kRequestHeaders ? "the request's head" : "the request's body";
}

}  // namespace

std::string DescribeLogicRule(const CompiledLogic& logic, size_t index) {
  const RuleInfo& info = logic.infos[index];
  const LogicRule& rule = logic.rules[index];
  std::string out = "rule " + std::to_string(info.id) + ": " + std::string(info.name) + "\n";
  Row(out, "model", std::string(info.ruleset) + " " + std::string(info.version));
  Row(out, "from", std::string(info.file) + ":" + std::to_string(info.line));
  Row(out, "severity", SeverityName(info.severity));
  Row(out, "mode", kModes[static_cast<size_t>(info.mode)]);
  Row(out, "on", OperationsOf(logic, rule));
  Row(out, "decides at", StageName(rule.stage));
  if (rule.key >= 0) {
    std::string places;
    for (const Locator& place : logic.keys[static_cast<size_t>(rule.key)].first)
      places += (places.empty() ? "" : ", ") + place.text;
    Row(out, "by", logic.keys[static_cast<size_t>(rule.key)].name + " (" + places + ")");
  }
  Row(out, "remembers", rule.record == RecordKind::kNone ? "" : RecordKindName(rule.record));
  Row(out, "says", rule.text);
  return out;
}

}  // namespace rasp
