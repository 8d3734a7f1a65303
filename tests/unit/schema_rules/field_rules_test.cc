// SPDX-License-Identifier: Apache-2.0
#include "compiled_schema.h"

namespace rasp {
namespace {

struct Case {
  const char* name;
  std::vector<Field> fields;
  SchemaFault fault = SchemaFault::kNone;
  std::string where = {};
};

class FieldRulesOnForms : public testing::TestWithParam<Case> {};

const char kForm[] = R"({"allOf": [
  {"type": "object", "required": ["id"], "additionalProperties": false,
   "properties": {"id": {"type": "integer", "minimum": 1}, "on": {"type": "boolean"}}},
  {"properties": {"tag": {"type": "array", "items": {"type": "string", "maxLength": 3}, "maxItems": 2},
                  "name": {"$ref": "#/$defs/name"}}}],
  "$defs": {"name": {"type": "string", "pattern": "^[a-z]+$"}}})";

TEST_P(FieldRulesOnForms, FindWhatIsWrong) {
  CompiledSchema compiled(kForm);
  ASSERT_EQ(compiled.Codes(), "");
  std::pmr::monotonic_buffer_resource arena;
  const SchemaFinding finding =
      CheckFields(compiled.schema, compiled.fields, GetParam().fields, arena);
  EXPECT_EQ(SchemaFaultText(finding.fault), SchemaFaultText(GetParam().fault));
  EXPECT_EQ(finding.where, GetParam().where);
}

using F = SchemaFault;
INSTANTIATE_TEST_SUITE_P(
    Rows, FieldRulesOnForms,
    testing::Values(
        Case{"Fits", {{"id", "7"}, {"name", "ann"}, {"on", "true"}}},
        Case{"List", {{"id", "7"}, {"tag", "a"}, {"tag", "b"}}},
        Case{"BracketList", {{"id", "7"}, {"tag[]", "a"}, {"tag[]", "b"}}},
        Case{"LongList",
             {{"id", "7"}, {"tag", "a"}, {"tag[]", "b"}, {"tag", "c"}},
             F::kItemCount,
             "tag"},
        Case{"ItemTooLong", {{"id", "7"}, {"tag", "abcd"}}, F::kLength, "tag"},
        Case{"Pollution", {{"id", "7"}, {"id", "8"}}, F::kRepeatedName, "id"},
        Case{"BracketPollution", {{"id", "7"}, {"id[]", "8"}}, F::kListForScalar, "id"},
        Case{"Missing", {{"name", "ann"}}, F::kMissing, "id"},
        Case{"Nothing", {}, F::kMissing, "id"},
        Case{"Unknown", {{"id", "7"}, {"role", "admin"}}, F::kUnknownName, "role"},
        Case{"NotANumber", {{"id", "7;drop"}}, F::kType, "id"},
        Case{"BlankBeforeNumber", {{"id", " 7"}}, F::kType, "id"},
        Case{"PlusNumber", {{"id", "+7"}}, F::kType, "id"},
        Case{"EmptyNumber", {{"id", ""}}, F::kType, "id"},
        Case{"OutOfRange", {{"id", "0"}}, F::kRange, "id"},
        Case{"NotABoolean", {{"id", "7"}, {"on", "1"}}, F::kType, "on"},
        Case{"Pattern", {{"id", "7"}, {"name", "Ann"}}, F::kPattern, "name"},
        Case{"Prototype", {{"__proto__[x]", "1"}}, F::kPrototypeName, "__proto__[x]"},
        Case{"DeepPrototype",
             {{"a[constructor][prototype][x]", "1"}},
             F::kPrototypeName,
             "a[constructor][prototype][x]"},
        Case{"DottedPrototype", {{"a.__proto__.b", "1"}}, F::kPrototypeName, "a.__proto__.b"}),
    [](const auto& row) { return row.param.name; });

TEST(FieldRules, LeaveOpenWhatIsNotClosed) {
  CompiledSchema compiled(R"({"properties": {"id": {"type": "integer"}}})");
  std::pmr::monotonic_buffer_resource arena;
  const std::vector<Field> fields = {{"other", "x"}, {"other", "y"}, {"id", "1"}};
  EXPECT_FALSE(CheckFields(compiled.schema, compiled.fields, fields, arena));
}

TEST(FieldRules, CompareNamesOfAHeadWithoutCase) {
  CompiledSchema compiled(R"({"properties": {"x-count": {"type": "integer"}}})");
  compiled.fields.ignores_case = true;
  std::pmr::monotonic_buffer_resource arena;
  const std::vector<Field> fields = {{"X-Count", "a"}};
  EXPECT_EQ(CheckFields(compiled.schema, compiled.fields, fields, arena).fault, F::kType);
}

struct ContentCase {
  const char* type;
  const char* body;
  bool fits;
};

TEST(Content, IsWhatItsTypeSays) {
  const ContentCase cases[] = {
      {"application/json", "{\"a\":1}", true},
      {"application/json", " \n[1]", true},
      {"application/json", "\xEF\xBB\xBF{}", true},
      {"application/json", "a=1", false},
      {"application/json", "<a/>", false},
      {"application/problem+json", "-1", true},
      {"text/xml", " <a/>", true},
      {"text/xml", "{\"a\":1}", false},
      {"application/x-www-form-urlencoded", "a=1&b=2", true},
      {"application/x-www-form-urlencoded", "{\"a\":\"=1\"}", false},
      {"application/x-www-form-urlencoded", "<a/>", false},
      {"application/x-www-form-urlencoded", "--x\r\n", false},
      {"multipart/form-data; boundary=x", "--x\r\n", true},
      {"multipart/form-data; boundary=x", "--y\r\n", false},
      {"multipart/form-data", "--x\r\n", false},
      {"text/plain", "hello", true},
      {"text/plain", "{\"a\":1}", false},
      {"", "[1]", false},
      {"", "", true},
      {"application/octet-stream", "<?xml version='1.0'?>", false},
  };
  for (const ContentCase& row : cases) {
    EXPECT_EQ(CheckContent(ParseContentType(row.type), row.body) == SchemaFault::kNone, row.fits)
        << row.type << " | " << row.body;
  }
}

}  // namespace
}  // namespace rasp
