// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "logic_rules/rule_reader.h"

// Loaders of operators and members that say what requests are like, rather than how many.
namespace rasp {

inline constexpr std::string_view kSchemaMembers[] = {"on"};
std::unique_ptr<const LogicOperator> LoadSchema(RuleReader& reader, const JsonNode& argument);

// "schemas": what "$ref": "#/schemas/NAME" leads to; compiled where it is used.
std::unique_ptr<const CompiledLogic::Extension> LoadSchemas(JsonReader& json, const JsonNode& value,
                                                            CompiledLogic& logic);

std::unique_ptr<const CompiledLogic::Extension> LoadJwt(JsonReader& json, const JsonNode& value,
                                                        CompiledLogic& logic);

inline constexpr std::string_view kSealMembers[] = {"on", "pages",        "fields", "given",
                                                    "at", "name_of_seal", "ttl",    "absent"};
std::unique_ptr<const LogicOperator> LoadSeal(RuleReader& reader, const JsonNode& argument);
std::unique_ptr<const CompiledLogic::Extension> LoadSealKeys(JsonReader& json,
                                                             const JsonNode& value,
                                                             CompiledLogic& logic);

inline constexpr std::string_view kServedMembers[] = {"on", "pages", "from", "ttl", "unknown"};
std::unique_ptr<const LogicOperator> LoadServed(RuleReader& reader, const JsonNode& argument);

}  // namespace rasp
