// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json_rules/reader.h"
#include "logic/compiled_logic.h"

namespace rasp {

// What a loader of an operator reads its rule with: values that do not fit become diagnostics, and
// what they ask of the request moves the rule's stages back.
struct RuleReader {
  JsonReader& json;
  CompiledLogic& logic;
  const JsonNode& node;  // the rule's object
  LogicRule& rule;       // the fields that all rules have are read already
  // Whether the rule has an event already: of "on", or of the operator itself. The operations of
  // these events are those that the rule is on.
  bool has_event = false;
  std::vector<uint32_t> events;

  const JsonNode* Find(std::string_view member) const { return node.Find(member); }
  const JsonNode* Require(std::string_view member);  // a diagnostic if it is missing

  // "10m", "2s", "500ms", "24h", "7d". Microseconds.
  std::optional<int64_t> Duration(const JsonNode& value, int64_t min_us, int64_t max_us);
  std::optional<int64_t> RequiredDuration(std::string_view member, int64_t min_us, int64_t max_us);
  std::optional<uint32_t> RequiredNumber(std::string_view member, int64_t min, int64_t max);
  void Number(std::string_view member, int64_t min, int64_t max, uint32_t& out);
  void Flag(std::string_view member, bool& out);

  // A place; `rule.stage` is moved to where it is known, or `rule.response_stage`.
  std::optional<Locator> Place(const JsonNode& value);
  // An event or operation by name; the rule is on it. `*answered`: it hangs on the response.
  std::optional<uint32_t> Event(const JsonNode& value, bool* answered = nullptr);
  // The same of the rule itself: what it goes on.
  bool MainEvent(const JsonNode& value, bool* answered = nullptr);
  // "on", or every request if there is none.
  bool OnEvent(bool* answered = nullptr);
  bool NeedsKey();  // a diagnostic if the rule has no "by"
  void Reach(LogicStage stage);
};

// A row of the table of operators. `name` is the member that says which operator a rule has, and
// whose value is its first argument ("count": "login.fail"); `members` are the others that it
// takes.
struct OperatorLoader {
  std::string_view name;
  std::span<const std::string_view> members;
  std::unique_ptr<const LogicOperator> (*load)(RuleReader& reader, const JsonNode& argument);
};
std::span<const OperatorLoader> OperatorLoaders();

// A top-level member of a document that is not the core's ("jwt", "seal", "network"): what `load`
// returns is CompiledLogic::extensions[name]. Run before rules are read, so that they may use it.
struct ExtensionLoader {
  std::string_view name;
  std::unique_ptr<const CompiledLogic::Extension> (*load)(JsonReader& json, const JsonNode& value,
                                                          CompiledLogic& logic);
};
std::span<const ExtensionLoader> ExtensionLoaders();

std::optional<Locator> ReadPlace(JsonReader& json, const JsonNode& value);
// Microseconds.
std::optional<int64_t> ParseDuration(std::string_view text);
std::optional<int64_t> ReadDuration(JsonReader& json, const JsonNode& value, int64_t min_us,
                                    int64_t max_us);
// What `logic` knows by that name: an event or an operation.
std::optional<uint32_t> FindEvent(const CompiledLogic& logic, std::string_view name);

inline constexpr int64_t kMillisecondUs = 1000;
inline constexpr int64_t kSecondUs = 1'000'000;
inline constexpr int64_t kHourUs = 3600 * kSecondUs;
inline constexpr int64_t kDayUs = 24 * kHourUs;

}  // namespace rasp
