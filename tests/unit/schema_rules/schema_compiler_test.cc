// SPDX-License-Identifier: Apache-2.0
#include "compiled_schema.h"

namespace rasp {
namespace {

struct Case {
  const char* name;
  const char* schema;
  const char* codes;
};

class SchemaDiagnostics : public testing::TestWithParam<Case> {};

TEST_P(SchemaDiagnostics, NameWhatIsWrongAndWhere) {
  const CompiledSchema compiled(GetParam().schema);
  EXPECT_EQ(compiled.Codes(), GetParam().codes);
  for (const Diagnostic& diagnostic : compiled.diagnostics) EXPECT_FALSE(diagnostic.text.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SchemaDiagnostics,
    testing::Values(
        Case{"Fine", R"({"title": "x", "x-any": 1, "description": "y"})", ""},
        Case{"NoSchema", R"({"items": 7})", "wrong-type@/items"},
        Case{"UnknownType", R"({"type": "text"})", "bad-value@/type"},
        Case{"BadPattern", R"({"pattern": "("})", "bad-pattern@/pattern"},
        Case{"LookBehind", R"({"pattern": "(?<=a)b"})", "pattern-not-checked@/pattern"},
        Case{"UnknownFormat", R"({"format": "iban"})", "format-not-checked@/format"},
        Case{"UnknownKeyword", R"({"if": {}})", "keyword-not-checked@/if"},
        Case{"ObjectInEnum", R"({"enum": [{}]})", "bad-value@/enum/0"},
        Case{"NegativeLength", R"({"maxLength": -1})", "bad-value@/maxLength"},
        Case{"ZeroMultiple", R"({"multipleOf": 0})", "bad-value@/multipleOf"},
        Case{"ForeignReference", R"({"$ref": "other.json#/a"})", "foreign-reference@/$ref"},
        Case{"DeadReference", R"({"$ref": "#/$defs/a"})", "unknown-reference@/$ref"},
        Case{"Circle", R"({"$ref": "#"})", "schema-circle@"},
        Case{
            "CircleOfTwo",
            R"({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"anyOf": [{"$ref": "#/$defs/a"}]}}})",
            "schema-circle@/$defs/b/anyOf/0"},
        Case{"ItselfWithinAMember", R"({"properties": {"a": {"$ref": "#"}}})", ""}),
    [](const auto& row) { return row.param.name; });

TEST(SchemaCompiler, RefusesMoreAlternativesThanAreFollowed) {
  // each refers twice to the next: 2^20 schemas for one value
  std::string defs;
  for (int i = 0; i < 20; ++i) {
    const std::string next = "{\"$ref\": \"#/$defs/d" + std::to_string(i + 1) + "\"}";
    defs += "\"d" + std::to_string(i) + "\": {\"allOf\": [" + next + "," + next + "]},";
  }
  const CompiledSchema compiled("{\"$ref\": \"#/$defs/d0\", \"$defs\": {" + defs + "\"d20\": {}}}");
  ASSERT_EQ(compiled.diagnostics.size(), 1u);
  EXPECT_EQ(compiled.diagnostics[0].code, "schema-size");
}

TEST(SchemaCompiler, TakesNoStackForChainsOfReferences) {
  std::string defs;
  for (int i = 0; i < 50'000; ++i) {
    defs += "\"d" + std::to_string(i) + "\": {\"items\": {\"$ref\": \"#/$defs/d" +
            std::to_string(i + 1) + "\"}},";
  }
  const CompiledSchema compiled("{\"$ref\": \"#/$defs/d0\", \"$defs\": {" + defs +
                                "\"d50000\": {}}}");
  EXPECT_EQ(compiled.Codes(), "");
  EXPECT_GT(compiled.schema.nodes.size(), 100'000u);
}

TEST(SchemaCompiler, ReadsPercentAndTildeInReferences) {
  const CompiledSchema compiled(
      R"({"$ref": "#/$defs/a~1b%20c~0", "$defs": {"a/b c~": {"type": "string"}}})");
  EXPECT_EQ(compiled.Codes(), "");
}

}  // namespace
}  // namespace rasp
