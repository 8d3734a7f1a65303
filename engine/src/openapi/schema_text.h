// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json_rules/reader.h"
#include "schema_rules/pointer.h"

namespace rasp {

std::string QuotedJson(std::string_view text);

// Writes schemas of an OpenAPI document as a model has them: what says nothing of values is left
// out, and what is referred to becomes a member of "schemas".
class SchemaText {
 public:
  explicit SchemaText(JsonReader& json) : json_(json) {}

  // One schema as JSON. Recursion ends at kMaxJsonDepth.
  std::string Write(const JsonNode& schema);
  // All that was referred to: the members of "schemas".
  std::string WriteNamed();

  // Through "$ref"s, kMostHops at most; nullptr after a diagnostic.
  const JsonNode* Resolve(const JsonNode& node);
  static constexpr int kMostHops = 32;

 private:
  std::string NameOf(const JsonNode& target, std::string_view pointer);
  const JsonNode* Target(const JsonNode& ref);
  std::string WriteMember(const JsonNode& member);
  std::string WriteList(const JsonNode& list);
  std::string WriteMap(const JsonNode& map);

  JsonReader& json_;
  PointerIndex pointers_;
  std::map<const JsonNode*, std::string> names_;
  std::set<std::string> taken_;
  std::vector<const JsonNode*> pending_;  // named, and not written yet
};

}  // namespace rasp
