// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "json_rules/reader.h"
#include "logic/compiled_logic.h"

// The parts of one document, each added to what other documents have said already.
namespace rasp {

// parts.cc
void ReadOperations(JsonReader& json, const JsonNode& node, CompiledLogic& logic);
void ReadEvents(JsonReader& json, const JsonNode& node, CompiledLogic& logic);
void ReadKeys(JsonReader& json, const JsonNode& node, CompiledLogic& logic);
// The key of that name; of a place, a key that is that place alone, made if there is none. -1 after
// a diagnostic.
int32_t KeyNamed(JsonReader& json, const JsonNode& value, CompiledLogic& logic);

// rules.cc
struct ModelName {
  std::string_view name;  // in CompiledLogic::strings
  std::string_view version;
  std::string_view file;
};
void ReadRules(JsonReader& json, const JsonNode& node, const ModelName& model,
               CompiledLogic& logic);

// A copy that lives as long as the model.
std::string_view Keep(CompiledLogic& logic, std::string text);

}  // namespace rasp
