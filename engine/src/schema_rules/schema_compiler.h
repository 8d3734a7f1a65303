// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "json_rules/reader.h"
#include "schema/fields.h"
#include "schema/schema.h"
#include "schema_rules/pointer.h"

namespace rasp {

// Compiles JSON Schema, as OpenAPI 3.0 and 3.1 write it, into one Schema. "$ref" goes to "#" or
// "#/...", in the document that the schema stands in. Keywords that are not checked become
// warnings, and never make a schema stricter than it is; a schema that can hold nothing but itself
// is an error that names the way round.
class SchemaCompiler {
 public:
  SchemaCompiler(JsonReader& json, Schema& schema) : json_(json), schema_(schema) {}

  // The index of the node that `value` becomes; what it refers to is compiled by Finish().
  int32_t Add(const JsonNode& value);
  // Compiles all that was added. REQUIRES: called once, before any node is used.
  void Finish();

  // The properties of an object's schema as the names of a form: those of its "allOf", too.
  // REQUIRES: Finish().
  FieldRules Fields(const JsonNode& value);
  // What a parameter's schema says of a parameter of that name. REQUIRES: Finish().
  FieldRule Field(std::string name, int32_t node) const;

  // What a reference leads to; nullptr after a diagnostic.
  const JsonNode* Resolve(const JsonNode& ref);

 private:
  struct Pending {
    const JsonNode* source;
    int32_t node;
  };
  struct Keyword;
  static const Keyword kKeywords[];

  void Compile(const Pending& pending);
  void ReadKeyword(const JsonNode& member, SchemaNode& node);
  void ReadTypes(const JsonNode& value, SchemaNode& node);
  void ReadProperties(const JsonNode& value, SchemaNode& node);
  void ReadRequired(const JsonNode& value, SchemaNode& node);
  void ReadConstant(const JsonNode& value, SchemaNode& node);
  void ReadPattern(const JsonNode& value, SchemaNode& node);
  void ReadFormat(const JsonNode& value, SchemaNode& node);
  void AddParts(const JsonNode& value, std::vector<int32_t>& parts);
  int32_t AddOrAnything(const JsonNode& value);
  bool CheckTurns();
  void DropReadOnly();
  bool IsReadOnly(int32_t node) const;
  void Collect(int32_t node, FieldRules& rules, bool& closed) const;

  JsonReader& json_;
  Schema& schema_;
  std::map<const JsonNode*, int32_t> known_;
  std::vector<const JsonNode*> sources_;  // parallel to the schema's nodes
  std::deque<Pending> pending_;
  PointerIndex pointers_;
};

}  // namespace rasp
