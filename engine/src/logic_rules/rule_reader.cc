// SPDX-License-Identifier: Apache-2.0
#include "logic_rules/rule_reader.h"

#include <algorithm>
#include <charconv>

#include "core/nearest_name.h"
#include "core/quoted.h"
#include "logic_rules/expression_parser.h"

namespace rasp {
namespace {

struct Unit {
  std::string_view name;
  int64_t us;
};
constexpr Unit kUnits[] = {
    {"ms", kMillisecondUs}, {"s", kSecondUs}, {"m", 60 * kSecondUs}, {"h", kHourUs}, {"d", kDayUs}};

std::string DurationText(int64_t us) {
  for (auto unit = std::rbegin(kUnits); unit != std::rend(kUnits); ++unit) {
    if (us >= unit->us && us % unit->us == 0)
      return std::to_string(us / unit->us) + std::string(unit->name);
  }
  return std::to_string(us / kMillisecondUs) + "ms";
}

}  // namespace

std::optional<int64_t> ParseDuration(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  const std::string_view name(end, static_cast<size_t>(text.data() + text.size() - end));
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    int64_t us = 0;
    if (__builtin_mul_overflow(number, unit.us, &us)) return std::nullopt;
    return us;
  }
  return std::nullopt;
}

std::optional<int64_t> ReadDuration(JsonReader& json, const JsonNode& value, int64_t min_us,
                                    int64_t max_us) {
  const std::optional<std::string> text = json.Text(value);
  if (!text) return std::nullopt;
  const std::optional<int64_t> us = ParseDuration(*text);
  if (!us) {
    json.Error(
        value, "bad-value",
        Quoted(*text) + " is no duration: write a number with ms, s, m, h or d, as in \"10m\"");
    return std::nullopt;
  }
  if (*us >= min_us && *us <= max_us) return us;
  json.Error(
      value, "bad-value",
      *text + " is out of range: use " + DurationText(min_us) + " to " + DurationText(max_us));
  return std::nullopt;
}

std::optional<Locator> ReadPlace(JsonReader& json, const JsonNode& value) {
  const std::optional<std::string> text = json.NonEmpty(value);
  if (!text) return std::nullopt;
  Result<Locator> locator = ParseLocator(*text);
  if (locator) return *std::move(locator);
  json.Error(value, "unknown-place", locator.error());
  return std::nullopt;
}

std::optional<uint32_t> FindEvent(const CompiledLogic& logic, std::string_view name) {
  for (size_t i = 0; i < logic.events.size(); ++i) {
    if (logic.events[i].name == name) return static_cast<uint32_t>(i);
  }
  return std::nullopt;
}

const JsonNode* RuleReader::Require(std::string_view member) {
  const JsonNode* const found = node.Find(member);
  if (found == nullptr) json.MissingKey(node, member);
  return found;
}

std::optional<int64_t> RuleReader::Duration(const JsonNode& value, int64_t min_us, int64_t max_us) {
  return ReadDuration(json, value, min_us, max_us);
}

std::optional<int64_t> RuleReader::RequiredDuration(std::string_view member, int64_t min_us,
                                                    int64_t max_us) {
  const JsonNode* const value = Require(member);
  return value == nullptr ? std::nullopt : Duration(*value, min_us, max_us);
}

std::optional<uint32_t> RuleReader::RequiredNumber(std::string_view member, int64_t min,
                                                   int64_t max) {
  const JsonNode* const value = Require(member);
  if (value == nullptr) return std::nullopt;
  const std::optional<int64_t> number = json.Integer(*value, min, max);
  if (!number) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

void RuleReader::Number(std::string_view member, int64_t min, int64_t max, uint32_t& out) {
  const JsonNode* const value = Find(member);
  if (value == nullptr) return;
  if (const auto number = json.Integer(*value, min, max)) out = static_cast<uint32_t>(*number);
}

void RuleReader::Flag(std::string_view member, bool& out) {
  const JsonNode* const value = Find(member);
  if (value != nullptr) out = json.Bool(*value).value_or(out);
}

void RuleReader::Reach(LogicStage stage) {
  if (stage >= LogicStage::kResponseHeaders) {
    rule.response_stage = std::max(rule.response_stage, stage);
  } else {
    rule.stage = std::max(rule.stage, stage);
  }
}

std::optional<Locator> RuleReader::Place(const JsonNode& value) {
  std::optional<Locator> locator = ReadPlace(json, value);
  if (locator) Reach(locator->def->stage);
  return locator;
}

std::optional<uint32_t> RuleReader::Event(const JsonNode& value, bool* answered) {
  const std::optional<std::string> name = json.NonEmpty(value);
  if (!name) return std::nullopt;
  const std::optional<uint32_t> event = FindEvent(logic, *name);
  if (!event) {
    std::vector<std::string_view> names;
    for (const LogicEvent& known : logic.events) names.push_back(known.name);
    const std::string_view nearest = NearestName(*name, names);
    json.Error(
        value, "unknown-event",
        "no operation or event is called " + Quoted(*name) +
            (nearest.empty() ? std::string(": describe it under \"operations\" or \"events\"")
                             : ": did you mean \"" + std::string(nearest) + "\"?"));
    return std::nullopt;
  }
  const LogicStage stage = logic.events[*event].when.stage();
  if (answered != nullptr) *answered = stage >= LogicStage::kResponseHeaders;
  Reach(stage);
  events.push_back(*event);
  return event;
}

bool RuleReader::MainEvent(const JsonNode& value, bool* answered) {
  const std::optional<uint32_t> event = Event(value, answered);
  if (!event) return false;
  rule.event = *event;
  has_event = true;
  return true;
}

bool RuleReader::OnEvent(bool* answered) {
  const JsonNode* const on = Find("on");
  if (on != nullptr) return MainEvent(*on, answered);
  rule.event = 0;  // every request: the loader puts it first
  events.push_back(0);
  has_event = true;
  if (answered != nullptr) *answered = false;
  return true;
}

bool RuleReader::NeedsKey() {
  if (rule.key >= 0) return true;
  if (Find("by") == nullptr) json.MissingKey(node, "by");
  return false;
}

}  // namespace rasp
