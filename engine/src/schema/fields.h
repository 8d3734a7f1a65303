// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/body/body.h"
#include "http/field.h"
#include "schema/schema.h"

namespace rasp {

// What may be called how in a query, a form, a head or a path.
struct FieldRule {
  std::string name;
  int32_t node = SchemaNode::kAnything;  // of the value or, of a list, of each item
  bool required = false;
  bool is_list = false;  // may come more than once, as "name" or "name[]"
  char delimiter = 0;    // of a list in one value; 0: none
  uint32_t min_items = 0;
  uint32_t max_items = SchemaNode::kUnbounded;
};

struct FieldRules {
  std::vector<FieldRule> rules;  // sorted by name
  bool additional = false;       // others may come, with any value
  bool ignores_case = false;     // names are compared in lower case (fields of a head)
};

// In one pass: names that are not known, that are missing, or that come more often than their rule
// allows (of which the application sees the first, the last, or all), names that reach a prototype,
// and values.
SchemaFinding CheckFields(const Schema& schema, const FieldRules& rules,
                          std::span<const Field> fields, std::pmr::memory_resource& memory);
// The same of a form with files, whose names count and whose contents are not looked at.
SchemaFinding CheckForm(const Schema& schema, const FieldRules& rules, const BodyFacts& form,
                        std::pmr::memory_resource& memory);

// Whether a body begins as its Content-Type says: JSON sent as a form or as plain text is taken for
// JSON by lenient applications, and by no filter before them. kNone or kContent.
SchemaFault CheckContent(const ContentType& type, std::string_view body);

}  // namespace rasp
