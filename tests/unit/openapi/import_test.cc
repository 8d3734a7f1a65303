// SPDX-License-Identifier: Apache-2.0
#include "logic/scenario.h"
#include "rasp/openapi.h"

namespace rasp {
namespace {

const char kApi[] = R"json({
  "openapi": "3.0.3",
  "info": {"title": "Pet Store!", "version": "2.1.0"},
  "servers": [{"url": "https://api.example/v1/"}],
  "paths": {
    "/pets": {
      "parameters": [{"$ref": "#/components/parameters/Trace"}],
      "get": {"operationId": "listPets", "summary": "All pets",
        "parameters": [
          {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
          {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
          {"name": "ids", "in": "query", "explode": false,
           "schema": {"type": "array", "maxItems": 3, "items": {"type": "integer"}}}]},
      "post": {"operationId": "addPet",
        "requestBody": {"$ref": "#/components/requestBodies/Pet"}}},
    "/pets/{id}": {
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
      "get": {"parameters": []},
      "delete": {"parameters": [{"name": "id", "in": "path", "required": true,
                                 "schema": {"type": "integer", "minimum": 100}}]}}
  },
  "components": {
    "parameters": {"Trace": {"name": "X-Trace", "in": "header", "schema": {"type": "string", "maxLength": 4}}},
    "requestBodies": {"Pet": {"required": true, "content": {
      "application/json; charset=utf-8": {"schema": {"$ref": "#/components/schemas/Pet"}}}}},
    "schemas": {
      "Pet": {"type": "object", "required": ["name", "id"], "additionalProperties": false,
        "example": {"$ref": "no reference"},
        "properties": {"id": {"type": "integer", "readOnly": true}, "name": {"type": "string"},
          "example": {"type": "boolean"},
          "children": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}}}
  }})json";

std::string Imported(const std::string& text, Diagnostics* diagnostics = nullptr) {
  Diagnostics own;
  OpenApiOptions options;
  options.mode = "enforce";
  return ImportOpenApi(text, "api.json", options, diagnostics == nullptr ? own : *diagnostics);
}

Ask Json(std::string target, std::string body) {
  Ask ask = Post(std::move(target), std::move(body));
  ask.headers.emplace_back("Content-Type", "application/json");
  return ask;
}

Ask Method(std::string method, std::string target) {
  Ask ask = Get(std::move(target));
  ask.method = std::move(method);
  return ask;
}

Ask Traced(Ask ask, std::string trace) {
  ask.headers.emplace_back("X-Trace", std::move(trace));
  return ask;
}

struct Case {
  const char* name;
  Ask ask;
  bool blocked;
};

class ImportedModel : public testing::TestWithParam<Case> {};

// The model is loaded as an operator would load it, and judges requests.
TEST_P(ImportedModel, KnowsItsRequests) {
  Diagnostics diagnostics;
  const std::string model = Imported(kApi, &diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) ADD_FAILURE() << FormatDiagnostic(diagnostic);
  Scenario api(model);
  EXPECT_EQ(api.Send(GetParam().ask).blocked, GetParam().blocked);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ImportedModel,
    testing::Values(
        Case{"List", Get("/v1/pets?limit=10"), false},
        Case{"TooMany", Get("/v1/pets?limit=101"), true},
        Case{"Undocumented", Get("/v1/pets?debug=1"), true},
        Case{"Tags", Get("/v1/pets?tag=a&tag=b"), false},
        Case{"Ids", Get("/v1/pets?ids=1,2,3"), false},
        Case{"IdsWithText", Get("/v1/pets?ids=1,x"), true},
        Case{"FourIds", Get("/v1/pets?ids=1,2,3,4"), true},
        Case{"Header", Traced(Get("/v1/pets"), "abcd"), false},
        Case{"LongHeader", Traced(Get("/v1/pets"), "abcde"), true},
        Case{"OtherBase", Get("/pets?debug=1"), false},
        Case{"Add", Json("/v1/pets", R"({"name":"Rex","example":true})"), false},
        Case{"AddTree", Json("/v1/pets", R"({"name":"Rex","children":[{"name":"Bo"}]})"), false},
        Case{"AddBadTree", Json("/v1/pets", R"({"name":"Rex","children":[{"name":7}]})"), true},
        Case{"AddReadOnly", Json("/v1/pets", R"({"name":"Rex","id":7})"), true},
        Case{"AddUnknown", Json("/v1/pets", R"({"name":"Rex","owner":1})"), true},
        Case{"AddNothing", Json("/v1/pets", ""), true},
        Case{"AddForm", Post("/v1/pets", "name=Rex"), true}, Case{"One", Get("/v1/pets/7"), false},
        Case{"OneByText", Get("/v1/pets/x"), true},
        Case{"Delete", Method("DELETE", "/v1/pets/100"), false},
        Case{"DeleteOverrides", Method("DELETE", "/v1/pets/7"), true}),
    [](const auto& row) { return row.param.name; });

std::string Codes(const std::string& text) {
  Diagnostics diagnostics;
  const std::string model = Imported(text, &diagnostics);
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out += (out.empty() ? "" : " ") + diagnostic.code + "@" + diagnostic.where.pointer;
  }
  EXPECT_EQ(HasErrors(diagnostics), model.empty());
  return out;
}

std::string With(const std::string& operation, const std::string& more = "") {
  return R"({"openapi": "3.1.0", "paths": {"/a": {"get": )" + operation + "}}" + more + "}";
}

struct CodeCase {
  const char* name;
  std::string text;
  const char* codes;
};

class ImportDiagnostics : public testing::TestWithParam<CodeCase> {};

TEST_P(ImportDiagnostics, NameWhatIsWrongAndWhere) {
  EXPECT_EQ(Codes(GetParam().text), GetParam().codes);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ImportDiagnostics,
    testing::Values(
        CodeCase{"Least", With("{}"), ""}, CodeCase{"NoJson", "{", "json-syntax@"},
        CodeCase{"NoObject", "[]", "wrong-type@"},
        CodeCase{"Swagger", R"({"swagger": "2.0", "paths": {"/a": {"get": {}}}})",
                 "openapi-version@"},
        CodeCase{"NoPaths", R"({"openapi": "3.0.0"})", "missing-key@"},
        CodeCase{"NoOperation", R"({"openapi": "3.0.0", "paths": {}})", "no-operations@"},
        CodeCase{"PathWithoutSlash",
                 R"({"openapi": "3.0.0", "paths": {"a": {}, "/b": {"get": {}}}})",
                 "bad-path@/paths/a"},
        CodeCase{"ForeignReference", With(R"({"requestBody": {"$ref": "other.yaml#/x"}})"),
                 "foreign-reference@/paths/~1a/get/requestBody/$ref"},
        CodeCase{"DeadReference", With(R"({"parameters": [{"$ref": "#/components/x"}]})"),
                 "unknown-reference@/paths/~1a/get/parameters/0/$ref"},
        CodeCase{"Circle",
                 With(R"({"parameters": [{"$ref": "#/x"}]})",
                      R"(, "x": {"$ref": "#/y"}, "y": {"$ref": "#/x"})"),
                 "reference-circle@/paths/~1a/get/parameters/0"},
        CodeCase{"NoPlace", With(R"({"parameters": [{"name": "a"}]})"),
                 "missing-key@/paths/~1a/get/parameters/0"},
        CodeCase{"BadPlace", With(R"({"parameters": [{"name": "a", "in": "body"}]})"),
                 "bad-value@/paths/~1a/get/parameters/0/in"},
        CodeCase{
            "ObjectParameter",
            With(R"({"parameters": [{"name": "a", "in": "query", "schema": {"type": "object"}}]})"),
            "object-parameter@/paths/~1a/get/parameters/0"},
        CodeCase{"PartialSegment",
                 R"({"openapi": "3.0.0", "paths": {"/a/{id}.json": {"get": {}}}})",
                 "partial-segment@/paths/~1a~1{id}.json/get"},
        CodeCase{"ServerVariables", With("{}", R"(, "servers": [{"url": "/{v}"}])"),
                 "server-variables@/servers/0"}),
    [](const auto& row) { return row.param.name; });

// Schemas that are nothing but each other are the model's to refuse: it says where.
TEST(ImportedModel, NamesSchemasThatAreThemselves) {
  const std::string model = Imported(
      With(R"({"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/x"}}}}})",
           R"(, "x": {"$ref": "#/y"}, "y": {"allOf": [{"$ref": "#/x"}]})"));
  ASSERT_FALSE(model.empty());
  const std::vector<std::string> diagnostics = DiagnosticsOf(model);
  ASSERT_EQ(diagnostics.size(), 1u);
  EXPECT_NE(diagnostics[0].find("schema-circle"), std::string::npos);
}

TEST(ImportedModel, GivesEveryOperationANameOfItsOwn) {
  const std::string model = Imported(R"({"openapi": "3.0.0", "paths": {
    "/a": {"get": {"operationId": "x y"}, "put": {"operationId": "x/y"}, "post": {}},
    "/1": {"get": {"operationId": "1"}}}})");
  for (const char* name : {"\"x-y\"", "\"x-y-2\"", "\"post-a\"", "\"op-1\""}) {
    EXPECT_NE(model.find(name), std::string::npos) << name;
  }
  EXPECT_TRUE(DiagnosticsOf(model).empty());
}

}  // namespace
}  // namespace rasp
