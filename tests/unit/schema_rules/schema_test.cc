// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "compiled_schema.h"

namespace rasp {
namespace {

struct Case {
  const char* name;
  std::string schema;
  std::string body;
  SchemaFault fault = SchemaFault::kNone;
  std::string where = {};
};

class SchemaOnJson : public testing::TestWithParam<Case> {};

TEST_P(SchemaOnJson, FindsWhatIsWrong) {
  const Case& row = GetParam();
  CompiledSchema compiled(row.schema);
  ASSERT_EQ(compiled.Codes(), "");
  const std::vector<char> body(row.body.begin(), row.body.end());
  std::pmr::monotonic_buffer_resource arena;
  SchemaChecker checker(compiled.schema, arena);
  for (int run = 0; run < 2; ++run) {  // a checker may be used again
    const SchemaFinding finding = checker.CheckJson(compiled.root, {body.data(), body.size()});
    EXPECT_EQ(SchemaFaultText(finding.fault), SchemaFaultText(row.fault));
    EXPECT_EQ(finding.where, row.where);
  }
}

const auto kName = [](const auto& row) { return row.param.name; };
using F = SchemaFault;

const char kOrder[] = R"({"type": "object", "additionalProperties": false,
  "required": ["sku", "quantity"],
  "properties": {
    "sku": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"},
    "quantity": {"type": "integer", "minimum": 1, "maximum": 20},
    "price": {"type": "number", "readOnly": true},
    "note": {"type": ["string", "null"], "maxLength": 5},
    "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2, "uniqueItems": true},
    "ship": {"type": "object", "properties": {"to": {"enum": ["home", "shop", 7, true, null]}}}}})";

INSTANTIATE_TEST_SUITE_P(
    Order, SchemaOnJson,
    testing::Values(
        Case{"Fits", kOrder, R"({"sku":"AB-1234","quantity":2})"},
        Case{"FitsWithAll", kOrder,
             R"({"sku":"AB-1234","quantity":20,"note":null,"tags":["a","b"],"ship":{"to":7}})"},
        Case{"IntegerWithFraction", kOrder, R"({"sku":"AB-1234","quantity":2.0})"},
        Case{"Negative", kOrder, R"({"sku":"AB-1234","quantity":-10})", F::kRange, "/quantity"},
        Case{"Huge", kOrder, R"({"sku":"AB-1234","quantity":1e99})", F::kUnsafeInteger,
             "/quantity"},
        Case{"Fraction", kOrder, R"({"sku":"AB-1234","quantity":1.5})", F::kType, "/quantity"},
        Case{"TextForNumber", kOrder, R"({"sku":"AB-1234","quantity":"2"})", F::kType, "/quantity"},
        Case{"ListForScalar", kOrder, R"({"sku":["AB-1234"],"quantity":2})", F::kListForScalar,
             "/sku"},
        Case{"ObjectForScalar", kOrder, R"({"sku":{"$ne":1},"quantity":2})", F::kListForScalar,
             "/sku"},
        Case{"Pattern", kOrder, R"({"sku":"AB-1234\n","quantity":2})", F::kPattern, "/sku"},
        Case{"EscapedFits", kOrder, R"({"\u0073ku":"\u0041B-1234","quantity":2})"},
        Case{"Missing", kOrder, R"({"sku":"AB-1234"})", F::kMissing, ""},
        Case{"MassAssignment", kOrder, R"({"sku":"AB-1234","quantity":2,"is_admin":true})",
             F::kUnknownName, "/is_admin"},
        Case{"ReadOnly", kOrder, R"({"sku":"AB-1234","quantity":2,"price":0.01})", F::kReadOnly,
             "/price"},
        Case{"Duplicate", kOrder, R"({"sku":"AB-1234","quantity":2,"quantity":3})",
             F::kDuplicateName, ""},
        Case{"EscapedDuplicate", kOrder, R"({"sku":"AB-1234","quantity":2,"\u0071uantity":3})",
             F::kDuplicateName, ""},
        Case{"TooLong", kOrder, R"({"sku":"AB-1234","quantity":2,"note":"123456"})", F::kLength,
             "/note"},
        Case{"CodePointsCount", kOrder,
             "{\"sku\":\"AB-1234\",\"quantity\":2,\"note\":\"\xC3\xA9\xC3\xA9\xC3\xA9\"}"},
        Case{"NotUtf8", kOrder, "{\"sku\":\"AB-1234\",\"quantity\":2,\"note\":\"\xFF\"}", F::kUtf8,
             "/note"},
        Case{"TooMany", kOrder, R"({"sku":"AB-1234","quantity":2,"tags":["a","b","c"]})",
             F::kItemCount, "/tags"},
        Case{"Twice", kOrder, R"({"sku":"AB-1234","quantity":2,"tags":["a","a"]})",
             F::kRepeatedItem, "/tags"},
        Case{"WrongItem", kOrder, R"({"sku":"AB-1234","quantity":2,"tags":["a",1]})", F::kType,
             "/tags/1"},
        Case{"NotInEnum", kOrder, R"({"sku":"AB-1234","quantity":2,"ship":{"to":"x"}})",
             F::kConstant, "/ship/to"},
        Case{"FalseIsNotInEnum", kOrder, R"({"sku":"AB-1234","quantity":2,"ship":{"to":false}})",
             F::kConstant, "/ship/to"},
        Case{"Prototype", kOrder, R"({"sku":"AB-1234","quantity":2,"ship":{"__proto__":{}}})",
             F::kPrototypeName, "/ship/__proto__"},
        Case{"EscapedPrototype", kOrder,
             R"({"sku":"AB-1234","quantity":2,"ship":{"\u005f_proto__":{}}})", F::kPrototypeName,
             R"(/ship/\u005f_proto__)"},
        Case{"WrongRoot", kOrder, "[]", F::kType, ""},
        Case{"Cut", kOrder, "{\"sku\"", F::kSyntax, ""}, Case{"Empty", kOrder, "", F::kSyntax, ""}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Keywords, SchemaOnJson,
    testing::Values(
        Case{"AnythingTakesAll", "{}", R"({"a":[1,{"b":null}]})"},
        Case{"AnythingRefusesPrototypes", "{}", R"({"a":{"__proto__":1}})", F::kPrototypeName,
             "/a/__proto__"},
        Case{"DeclaredConstructor", R"({"properties":{"constructor":{"type":"string"}}})",
             R"({"constructor":"Ferrari"})"},
        Case{"TrueTakesAll", "true", "[[1]]"},
        Case{"FalseProperty", R"({"properties":{"a":false}})", R"({"a":1})", F::kUnknownName, "/a"},
        Case{"RequiredAlone", R"({"required":["a"]})", R"({"a":1})"},
        Case{"RequiredAloneMissing", R"({"required":["a"]})", R"({"b":1})", F::kMissing, ""},
        Case{"RequiredButClosed", R"({"required":["a"],"additionalProperties":false})",
             R"({"a":1})", F::kUnknownName, "/a"},
        Case{"ReadOnlyIsNotRequired",
             R"({"required":["id"],"properties":{"id":{"readOnly":true}}})", "{}"},
        Case{"Additional", R"({"additionalProperties":{"type":"integer"}})", R"({"a":1,"b":"x"})",
             F::kType, "/b"},
        Case{"ExclusiveOf30", R"({"minimum":0,"exclusiveMinimum":true})", "0", F::kRange, ""},
        Case{"ExclusiveOf31", R"({"exclusiveMaximum":10})", "10", F::kRange, ""},
        Case{"ExclusiveFits", R"({"exclusiveMaximum":10})", "9.99"},
        Case{"MultipleOf", R"({"multipleOf":0.01})", "19.99"},
        Case{"NoMultiple", R"({"multipleOf":0.01})", "19.999", F::kMultiple, ""},
        Case{"Nullable", R"({"type":"string","nullable":true})", "null"},
        Case{"NotNullable", R"({"type":"string"})", "null", F::kType, ""},
        Case{"Int32", R"({"type":"integer","format":"int32"})", "2147483648", F::kRange, ""},
        Case{"SafeInteger", R"({"type":"integer"})", "9007199254740991"},
        Case{"UnsafeInteger", R"({"type":"integer"})", "9007199254740993", F::kUnsafeInteger, ""},
        Case{"UnsafeAnywhere", "{}", R"({"id":-9007199254740993})"},
        Case{"UnsafeNumber", R"({"type":"number"})", "9007199254740993", F::kUnsafeInteger, ""},
        Case{"LargeFloat", R"({"type":"number"})", "1e300"},
        Case{"InfiniteFloat", R"({"type":"number"})", "1e999", F::kRange, ""},
        Case{"Int64", R"({"type":"integer","format":"int64"})", "9223372036854775807"},
        Case{"BeyondInt64", R"({"type":"integer","format":"int64"})", "9223372036854775808",
             F::kUnsafeInteger, ""},
        Case{"Members", R"({"minProperties":1,"maxProperties":2})", R"({"a":1,"b":1,"c":1})",
             F::kPropertyCount, ""},
        Case{"NoMembers", R"({"minProperties":1})", "{}", F::kPropertyCount, ""},
        Case{"Date", R"({"format":"date"})", R"("2024-02-29")"},
        Case{"NoDate", R"({"format":"date"})", R"("2023-02-29")", F::kFormat, ""},
        Case{"Const", R"({"const":"x"})", R"("y")", F::kConstant, ""},
        Case{"PointerIsEscaped", R"({"properties":{"a/b~c":{"type":"string"}}})", R"({"a/b~c":1})",
             F::kType, "/a~1b~0c"},
        Case{"RepeatedNumbers", R"({"uniqueItems":true})", "[1,2,1]", F::kRepeatedItem, ""},
        Case{"NumberIsNoText", R"({"uniqueItems":true})", R"([1,"1"])"},
        Case{"NestedLists", R"({"uniqueItems":true})", R"([[1],[1]])"}),
    kName);

const char kShape[] = R"({
  "oneOf": [{"$ref": "#/definitions/circle"}, {"$ref": "#/definitions/square"}],
  "definitions": {
    "circle": {"type": "object", "required": ["r"], "additionalProperties": false,
               "properties": {"r": {"type": "number"}, "kind": {"const": "circle"}}},
    "square": {"type": "object", "required": ["a"], "additionalProperties": false,
               "properties": {"a": {"type": "number"}, "kind": {"const": "square"}}}}})";

const char kTree[] = R"({"$ref": "#/$defs/node", "$defs": {"node": {"type": "object",
  "required": ["id"], "properties": {"id": {"type": "integer"},
  "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}}})";

INSTANTIATE_TEST_SUITE_P(
    Alternatives, SchemaOnJson,
    testing::Values(
        Case{"OneOf", kShape, R"({"kind":"circle","r":2})"},
        Case{"OneOfOther", kShape, R"({"a":2})"},
        Case{"OneOfNone", kShape, R"({"a":2,"r":2})", F::kAlternative, ""},
        Case{"OneOfBoth", R"({"oneOf":[{"type":"integer"},{"minimum":0}]})", "1", F::kAlternative,
             ""},
        Case{"AnyOfBoth", R"({"anyOf":[{"type":"integer"},{"minimum":0}]})", "1"},
        Case{"AnyOfNone", R"({"anyOf":[{"type":"string"},{"minimum":5}]})", "1", F::kAlternative,
             ""},
        Case{"Not", R"({"not":{"type":"string"}})", R"("x")", F::kAlternative, ""},
        Case{"NotFits", R"({"not":{"type":"string"}})", "1"},
        Case{"NotOfObject", R"({"not":{"required":["a"]}})", R"({"a":{"b":1}})", F::kAlternative,
             ""},
        Case{"AllOf", R"({"allOf":[{"minimum":1},{"maximum":3}]})", "4", F::kRange, ""},
        Case{"AllOfMembers",
             R"({"allOf":[{"required":["a"]},{"properties":{"b":{"type":"string"}}}]})",
             R"({"a":1,"b":2})", F::kType, "/b"},
        Case{
            "DeepAlternative",
            R"({"properties":{"x":{"anyOf":[{"items":{"type":"integer"}},{"items":{"type":"null"}}]}}})",
            R"({"x":[1,null]})", F::kAlternative, "/x"},
        Case{
            "DeepAlternativeFits",
            R"({"properties":{"x":{"anyOf":[{"items":{"type":"integer"}},{"items":{"type":"null"}}]}}})",
            R"({"x":[null,null]})"},
        Case{
            "AlternativesAreFollowedOn",
            R"({"properties":{"x":{"anyOf":[{"type":"string"},{"type":"null"}]},"y":{"type":"string"}}})",
            R"({"x":"a","y":1})", F::kType, "/y"},
        Case{"Tree", kTree, R"({"id":1,"children":[{"id":2},{"id":3,"children":[]}]})"},
        Case{"TreeDeepFault", kTree, R"({"id":1,"children":[{"id":2},{"id":"3"}]})", F::kType,
             "/children/1/id"}),
    kName);

// Twice itself at every level: without a bound, 2^depth schemas would be followed.
TEST(SchemaChecker, FollowsNoMoreSchemasThanItsBound) {
  CompiledSchema compiled(R"({"$ref": "#/$defs/x", "$defs": {"x": {
    "anyOf": [{"properties": {"a": {"$ref": "#/$defs/x"}}},
              {"properties": {"a": {"$ref": "#/$defs/x"}}}]}}})");
  ASSERT_EQ(compiled.Codes(), "");
  std::string body;
  for (int i = 0; i < 100; ++i) body += R"({"a":)";
  body += '1' + std::string(100, '}');
  std::pmr::monotonic_buffer_resource arena;
  SchemaChecker checker(compiled.schema, arena);
  EXPECT_EQ(checker.CheckJson(compiled.root, body).fault, SchemaFault::kComplex);
}

TEST(SchemaChecker, TakesNoStackForDepth) {
  CompiledSchema compiled(kTree);
  std::pmr::monotonic_buffer_resource arena;
  SchemaChecker checker(compiled.schema, arena);
  const std::string body(1'000'000, '[');
  EXPECT_EQ(checker.CheckJson(SchemaNode::kAnything, body).fault, SchemaFault::kDepth);
}

class CountedMemory : public std::pmr::memory_resource {
 public:
  size_t calls = 0;

 private:
  void* do_allocate(size_t bytes, size_t alignment) override {
    ++calls;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* at, size_t bytes, size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(at, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

TEST(SchemaChecker, AllocatesNothingOnceItsVectorsAreWarm) {
  CompiledSchema compiled(kOrder);
  CountedMemory memory;
  SchemaChecker checker(compiled.schema, memory);
  const std::string body = R"({"sku":"AB-\u0031234","quantity":2,"tags":["a","b"]})";
  ASSERT_FALSE(checker.CheckJson(compiled.root, body));
  const size_t before = memory.calls;
  for (int i = 0; i < 10; ++i) ASSERT_FALSE(checker.CheckJson(compiled.root, body));
  EXPECT_EQ(memory.calls, before);
}

struct FormatCase {
  const char* format;
  std::vector<const char*> good;
  std::vector<const char*> bad;
};

TEST(TextFormats, HoldForWhatTheirStandardsSay) {
  const FormatCase cases[] = {
      {"byte", {"", "YQ==", "YWI=", "YWJj"}, {"YQ", "Y===", "YW-j"}},
      {"date",
       {"2024-02-29", "1999-12-31"},
       {"2023-02-29", "2024-13-01", "2024-1-1", "2024-01-01x"}},
      {"date-time",
       {"2024-01-01T00:00:00Z", "2024-01-01t23:59:60.123+02:00"},
       {"2024-01-01", "2024-01-01T00:00:00", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00.Z"}},
      {"email",
       {"ann@example.org", "a.b+c@x.y"},
       {"ann", "@x", "a@", "a..b@x", ".a@x", "a b@x", "a@-x"}},
      {"hostname", {"example.org", "a-b"}, {"", "-a", "a-", "a..b", "a_b"}},
      {"ipv4", {"192.0.2.7"}, {"192.0.2", "192.0.2.256", "192.0.2.07", "192.0.2.7.1", "1.2.3.4 "}},
      {"ipv6",
       {"::", "::1", "2001:db8::7", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.7", "1::"},
       {"", ":", "1:2:3", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:", "::192.0.2"}},
      {"time", {"12:00:00Z"}, {"12:00", "25:00:00Z", "12:60:00Z"}},
      {"uri", {"https://example.org/a?b=%20#c", "urn:x"}, {"/a", "1a:b", "http://a b", "x:%2"}},
      {"uuid", {"123e4567-e89b-12d3-a456-426614174000"}, {"", "123e4567e89b12d3a456426614174000"}},
  };
  EXPECT_EQ(std::size(cases), TextFormats().size());
  for (const FormatCase& row : cases) {
    const TextFormat* const format = FindTextFormat(row.format);
    ASSERT_NE(format, nullptr) << row.format;
    for (const char* text : row.good) EXPECT_TRUE(format->holds(text)) << row.format << ' ' << text;
    for (const char* text : row.bad) EXPECT_FALSE(format->holds(text)) << row.format << ' ' << text;
  }
  EXPECT_EQ(FindTextFormat("nothing"), nullptr);
}

}  // namespace
}  // namespace rasp
