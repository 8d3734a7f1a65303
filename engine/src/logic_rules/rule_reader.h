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

  const JsonNode* Find(std::string_view member) const { return node.Find(member); }
  const JsonNode* Require(std::string_view member);  // a diagnostic if it is missing

  // "10m", "2s", "500ms", "24h", "7d". Microseconds.
  std::optional<int64_t> Duration(const JsonNode& value, int64_t min_us, int64_t max_us);
  std::optional<Locator> Place(
      const JsonNode& value);  // `rule.stage` is moved to where it is known
  std::optional<uint32_t> Event(const JsonNode& value);  // `rule.response_stage` is moved
  std::optional<uint32_t> Operation(const JsonNode& value);
  bool NeedsKey();  // a diagnostic if the rule has no "by"
};

// A row of the table of operators. `name` is the member that says which operator a rule has, and
// whose value is its first argument ("count": "login.fail"); `members` are the others that it
// takes.
struct OperatorLoader {
  std::string_view name;
  std::span<const std::string_view> members;
  std::unique_ptr<const LogicOperator> (*load)(RuleReader& reader);  // nullptr after a diagnostic
};
std::span<const OperatorLoader> OperatorLoaders();

// A top-level member of a document that is not the core's ("jwt", "seal", "network"): what `load`
// returns is CompiledLogic::extensions[name].
struct ExtensionLoader {
  std::string_view name;
  std::unique_ptr<const CompiledLogic::Extension> (*load)(JsonReader& json, const JsonNode& value,
                                                          CompiledLogic& logic);
};
std::span<const ExtensionLoader> ExtensionLoaders();

std::optional<Locator> ReadPlace(JsonReader& json, const JsonNode& value);
std::optional<int64_t> ReadDuration(JsonReader& json, const JsonNode& value, int64_t min_us,
                                    int64_t max_us);

}  // namespace rasp
