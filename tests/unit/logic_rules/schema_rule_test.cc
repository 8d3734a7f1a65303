// SPDX-License-Identifier: Apache-2.0
#include "logic/scenario.h"

namespace rasp {
namespace {

const char kModel[] = R"json({"model": "api", "version": "1.0.0",
  "operations": {"order": {"match": "POST /orders/{id}"}, "find": {"match": "GET /orders"}},
  "schemas": {"line": {"type": "object", "additionalProperties": false, "required": ["sku"],
    "properties": {"sku": {"type": "string", "maxLength": 8}, "quantity": {"type": "integer", "minimum": 1},
                   "price": {"type": "number", "readOnly": true}}}},
  "rules": [
    {"id": 1, "name": "Order", "on": "order", "then": "block 422", "schema": {
      "path": {"properties": {"id": {"type": "integer", "minimum": 1}}},
      "headers": {"properties": {"X-Count": {"type": "integer"}}},
      "body_required": true,
      "body": {"application/json": {"$ref": "#/schemas/line"},
               "application/x-www-form-urlencoded": {"$ref": "#/schemas/line"},
               "multipart/form-data": {"allOf": [{"$ref": "#/schemas/line"}, {"required": ["scan"],
                 "properties": {"scan": {"type": "string", "format": "binary"}}}]},
               "image/*": true}}},
    {"id": 2, "name": "Find", "on": "find", "then": "block 422", "schema": {
      "query": {"additionalProperties": false, "properties": {"page": {"type": "integer", "maximum": 100}}},
      "body": {}}}]})json";

Ask Order(std::string type, std::string body) {
  Ask ask = Post("/orders/7", std::move(body));
  ask.headers.emplace_back("Content-Type", std::move(type));
  return ask;
}

std::string Multipart(const std::string& fields) {
  return fields +
         "--b\r\nContent-Disposition: form-data; name=\"scan\"; "
         "filename=\"a.png\"\r\n\r\nxyz\r\n--b--\r\n";
}
std::string Part(const std::string& name, const std::string& value) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}
const char kMultipart[] = "multipart/form-data; boundary=b";

struct Case {
  const char* name;
  Ask ask;
  const char* why;  // "": it passes
};

class SchemaRule : public testing::TestWithParam<Case> {};

TEST_P(SchemaRule, BlocksWhatTheApplicationDoesNotKnow) {
  Scenario api(kModel);
  const Got got = api.Send(GetParam().ask);
  EXPECT_EQ(got.log_data.empty() ? std::string() : got.log_data.front(), GetParam().why);
  EXPECT_EQ(got.blocked, GetParam().why[0] != '\0');
  if (got.blocked) {
    EXPECT_EQ(got.status, 422);
  }
}

Ask With(Ask ask, std::string name, std::string value) {
  ask.headers.emplace_back(std::move(name), std::move(value));
  return ask;
}
Ask At(std::string target, Ask ask) {
  ask.target = std::move(target);
  return ask;
}

const char kJson[] = "application/json";
const char kForm[] = "application/x-www-form-urlencoded";
const char kGood[] = R"({"sku":"AB-1","quantity":2})";

INSTANTIATE_TEST_SUITE_P(
    Rows, SchemaRule,
    testing::Values(
        Case{"Json", Order(kJson, kGood), ""},
        Case{"JsonWithCharset", Order("Application/JSON; charset=utf-8", kGood), ""},
        Case{"MassAssignment", Order(kJson, R"({"sku":"AB-1","role":"admin"})"),
             "a name that is not known here"},
        Case{"PriceTampering", Order(kJson, R"({"sku":"AB-1","price":0.01})"),
             "a value that clients may not set"},
        Case{"NegativeQuantity", Order(kJson, R"({"sku":"AB-1","quantity":-10})"),
             "a number out of range"},
        Case{"Broken", Order(kJson, R"({"sku":)"), "a body that is no JSON"},
        Case{"Form", Order(kForm, "sku=AB-1&quantity=2"), ""},
        Case{"FormPollution", Order(kForm, "sku=AB-1&quantity=2&quantity=99"),
             "a parameter that is given more than once"},
        Case{"FormNumber", Order(kForm, "sku=AB-1&quantity=2e"), "a value of another type"},
        Case{"JsonAsForm", Order(kForm, kGood), "a body that is not what its Content-Type says"},
        Case{"JsonAsText", Order("text/plain", kGood), "a media type that is not accepted here"},
        Case{"Multipart", Order(kMultipart, Multipart(Part("sku", "AB-1"))), ""},
        Case{"MultipartUnknown", Order(kMultipart, Multipart(Part("sku", "AB-1") + Part("x", "1"))),
             "a name that is not known here"},
        Case{"MultipartWithoutFile", Order(kMultipart, Part("sku", "AB-1") + "--b--\r\n"),
             "something required is missing"},
        Case{"Image", Order("image/png", "\x89PNG"), ""},
        Case{"Xml", Order("application/xml", "<a/>"), "a media type that is not accepted here"},
        Case{"TwoTypes", With(Order(kJson, kGood), "content-type", kForm),
             "a media type that is not accepted here"},
        Case{"NoBody", Order(kJson, ""), "something required is missing"},
        Case{"PathText", At("/orders/7x", Order(kJson, kGood)), "a value of another type"},
        Case{"PathZero", At("/orders/0", Order(kJson, kGood)), "a number out of range"},
        Case{"Head", With(Order(kJson, kGood), "x-count", "many"), "a value of another type"},
        Case{"HeadFits", With(Order(kJson, kGood), "X-COUNT", "7"), ""},
        Case{"HeadTwice", With(With(Order(kJson, kGood), "X-Count", "7"), "X-Count", "8"),
             "a parameter that is given more than once"},
        Case{"Query", Get("/orders?page=7"), ""},
        Case{"QueryUnknown", Get("/orders?page=7&debug=1"), "a name that is not known here"},
        Case{"QueryTwice", Get("/orders?page=7&page=8"),
             "a parameter that is given more than once"},
        Case{"QueryPrototype", Get("/orders?__proto__[x]=1"), "a name that reaches a prototype"},
        Case{"OtherOperation", Post("/else", "x=1"), ""}),
    [](const auto& row) { return row.param.name; });

TEST(SchemaRule, PassesWhatCannotBeReadIfToldSo) {
  std::string model = kModel;
  model.replace(model.find("\"body_required\": true,"), 22, "\"unparsable\": \"pass\",");
  Scenario api(model);
  EXPECT_FALSE(api.Send(Order(kJson, R"({"sku":)")).blocked);
  EXPECT_FALSE(api.Send(Order(kJson, "")).blocked);
  EXPECT_TRUE(api.Send(Order(kJson, R"({"role":)")).blocked);  // what was read is judged
}

TEST(SchemaRule, RefusesBodiesBeyondWhatIsKept) {
  Scenario api(kModel);
  api.spec.limits.request_body_bytes = 64;
  api.Exclude("2");  // makes the overlay anew
  const std::string spaces(200, ' ');
  const Got got = api.Send(Order(kJson, spaces + kGood));
  EXPECT_TRUE(got.blocked);
}

TEST(SchemaRule, TellsWhatIsWrongInAModel) {
  const auto of = [](std::string schema) {
    std::string out;
    for (const std::string& text : DiagnosticsOf(
             R"({"model": "api", "version": "1", "rules": [{"id": 1, "name": "n", "schema": )" +
             schema + "}]}")) {
      out += text;
    }
    return out;
  };
  EXPECT_EQ(of("{}"), "");
  EXPECT_NE(of(R"({"bodies": {}})").find("\"bodies\""), std::string::npos);
  EXPECT_NE(of(R"({"body": {"json": {}}})").find("media type"), std::string::npos);
  EXPECT_NE(of(R"({"query": {"type": "nonsense"}})").find("nonsense"), std::string::npos);
  EXPECT_NE(of(R"({"oversize": "maybe"})").find("refuse"), std::string::npos);
  EXPECT_NE(of(R"({"query": {"$ref": "#/schemas/a"}})").find("leads nowhere"), std::string::npos);
}

}  // namespace
}  // namespace rasp
