// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <memory_resource>

#include "schema/checker.h"
#include "schema_rules/schema_compiler.h"

// A schema, a NUL, a value: whatever they are, a checker that is used again says the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t cut = text.find('\0');
  const std::string_view value = cut == text.npos ? std::string_view() : text.substr(cut + 1);
  const std::string file = "schema.json";
  rasp::Diagnostics diagnostics;
  const rasp::JsonDocument document =
      rasp::ParseJsonDocument(text.substr(0, cut), file, diagnostics);
  if (document.nodes.empty()) return 0;
  rasp::JsonReader reader(file, diagnostics);
  rasp::Schema schema;
  rasp::SchemaCompiler compiler(reader, schema);
  const int32_t root = compiler.Add(document.nodes.front());
  compiler.Finish();
  const rasp::FieldRules rules = compiler.Fields(document.nodes.front());
  std::pmr::monotonic_buffer_resource memory;
  rasp::SchemaChecker checker(schema, memory);
  const rasp::SchemaFault first = checker.CheckJson(root, value).fault;
  checker.CheckText(root, value);
  if (checker.CheckJson(root, value).fault != first) abort();
  const rasp::Field fields[] = {{value, value}, {"a", value}, {"a[]", "1"}};
  rasp::CheckFields(schema, rules, fields, memory);
  return 0;
}
