// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory_resource>
#include <string>
#include <vector>

#include "schema/checker.h"
#include "schema_rules/schema_compiler.h"

namespace rasp {

// A schema compiled of its JSON, with all that goes with it.
struct CompiledSchema {
  explicit CompiledSchema(const std::string& text) {
    document = ParseJsonDocument(text, file, diagnostics);
    if (document.nodes.empty()) return;
    SchemaCompiler compiler(reader, schema);
    root = compiler.Add(document.nodes[0]);
    compiler.Finish();
    fields = compiler.Fields(document.nodes[0]);
  }

  std::string Codes() const {
    std::string codes;
    for (const Diagnostic& diagnostic : diagnostics) {
      codes += (codes.empty() ? "" : " ") + diagnostic.code + "@" + diagnostic.where.pointer;
    }
    return codes;
  }

  std::string file = "schema.json";
  Diagnostics diagnostics;
  JsonReader reader{file, diagnostics};
  JsonDocument document;
  Schema schema;
  int32_t root = SchemaNode::kAnything;
  FieldRules fields;
};

}  // namespace rasp
