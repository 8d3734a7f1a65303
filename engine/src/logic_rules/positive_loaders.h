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

}  // namespace rasp
