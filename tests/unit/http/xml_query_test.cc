// SPDX-License-Identifier: Apache-2.0
#include "http/body/xml_query.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rasp {
namespace {

constexpr uint64_t kPlenty = 1 << 20;

class AsText final : public XmlDocument::Visitor {
 public:
  void Visit(std::string_view value) override { text.append("[").append(value).append("]"); }
  std::string text;
};

// What the XPath selects: "[a][b]"; "too costly" follows if it was given up.
std::string Selected(std::string_view body, std::string_view xpath,
                     decltype(XmlQuery::namespaces) namespaces = {}, uint64_t max_bytes = kPlenty) {
  const std::vector<char> exact(body.begin(), body.end());
  const XmlDocument document({exact.data(), exact.size()});
  AsText selected;
  const XmlQuery query{std::string(xpath), std::move(namespaces)};
  if (!document.Select(query, max_bytes, selected)) selected.text += "too costly";
  if (!document.complete()) selected.text += "incomplete";
  return selected.text;
}

struct QueryCase {
  std::string_view name;
  std::string_view body;
  std::string_view xpath;
  std::string_view want;
  decltype(XmlQuery::namespaces) namespaces = {};
};

constexpr std::string_view kOrder =
    "<order id='7'><item sku='A1'>one</item><item sku='B2'>two<b>!</b></item></order>";
constexpr std::string_view kSoap =
    "<s:Envelope xmlns:s='urn:soap'><s:Body><id>1 or 1=1</id></s:Body></s:Envelope>";

const QueryCase kQueries[] = {
    {"Path", kOrder, "/order/item", "[one][two!]"},
    {"Attribute", kOrder, "/order/item/@sku", "[A1][B2]"},
    {"AttributeOfTheRoot", kOrder, "/*/@id", "[7]"},
    {"TextNodes", kOrder, "//item/text()", "[one][two]"},
    {"Predicate", kOrder, "//item[@sku='B2']", "[two!]"},
    {"Position", kOrder, "/order/item[last()]/b", "[!]"},
    {"Union", kOrder, "//b|/order/@id", "[7][!]"},
    {"RelativePath", kOrder, "order/item[1]", "[one]"},
    {"RootIsAllText", kOrder, "/*", "[onetwo!]"},
    {"NothingSelected", kOrder, "/order/price", ""},
    {"EmptyElementIsAValue", "<a><b/></a>", "/a/b", "[]"},
    {"Number", kOrder, "count(//item)", "[2]"},
    {"String", kOrder, "string(/order/item[1])", "[one]"},
    {"Boolean", kOrder, "boolean(//price)", "[false]"},
    {"Comment", "<a><!-- x --></a>", "//comment()", "[ x ]"},
    {"Instruction", "<a><?p y?></a>", "//processing-instruction()", "[y]"},
    {"CharacterData", "<a><![CDATA[<b>]]></a>", "/a", "[<b>]"},
    {"PredefinedEntities", "<a>&lt;&#65;</a>", "/a", "[<A]"},
    {"Prefix", kSoap, "/SOAP:Envelope/SOAP:Body/id", "[1 or 1=1]", {{"SOAP", "urn:soap"}}},
    {"PrefixOfAnotherNamespace", kSoap, "/x:Envelope", "", {{"x", "urn:other"}}},
    {"NameWithoutNamespaceIsNotTheOne", kSoap, "/Envelope", ""},
    {"LocalName", kSoap, "//*[local-name()='Body']", "[1 or 1=1]"},
    {"Latin1", "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "/a", "[\xc3\xa9]"},
    {"EmptyBody", "", "/a", ""},
    {"NoXml", "hello", "//*", ""},
    {"MalformedIsWhatStandsBeforeTheError", "<a><b>x</b><c>y</d></a>", "//b", "[x]"},
    {"EndsTooEarly", "<a><b>x</b><c>y", "//b", "[x]"},
    {"NulEndsIt", std::string_view("<a><b>x</b>\0<c/></a>", 20), "//b", "[x]"},
    {"DoctypeIsNoObstacle", "<!DOCTYPE a [<!ELEMENT a ANY>]><a>x</a>", "/a", "[x]"},
    {"EntityIsNotExpanded", "<!DOCTYPE a [<!ENTITY e 'secret'>]><a>x&e;y</a>", "/a", "[xy]"},
    {"EntityBombIsNone",
     "<!DOCTYPE a [<!ENTITY b 'bbbbbbbbbb'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d "
     "'&c;&c;&c;&c;&c;&c;&c;&c;'>]><a>&d;</a>",
     "/a", "[]"},
    {"FileIsNotRead", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "/a",
     "[]"},
    {"ExternalDtdIsNotLoaded", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a>x</a>", "/a", "[x]"},
    {"DefaultOfAnAttributeIsNotGiven", "<!DOCTYPE a [<!ATTLIST a b CDATA 'x'>]><a/>", "/a/@b", ""},
};

class XmlQueryTest : public testing::TestWithParam<QueryCase> {};

TEST_P(XmlQueryTest, Selects) {
  const QueryCase& c = GetParam();
  EXPECT_TRUE(CheckXPath({std::string(c.xpath), c.namespaces}));
  EXPECT_EQ(Selected(c.body, c.xpath, c.namespaces), c.want);
}

INSTANTIATE_TEST_SUITE_P(Queries, XmlQueryTest, testing::ValuesIn(kQueries),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(XmlQuery, ADocumentAnswersManyQueries) {
  const XmlDocument document(kOrder);
  for (int i = 0; i < 3; ++i) {
    AsText selected;
    EXPECT_TRUE(document.Select({"//item", {}}, kPlenty, selected));
    EXPECT_TRUE(document.Select({"//@id", {}}, kPlenty, selected));
    EXPECT_EQ(selected.text, "[one][two!][7]");
  }
}

TEST(XmlQuery, BytesAreBounded) {
  EXPECT_EQ(Selected(kOrder, "/order/item", {}, 3), "[one]too costly");
  EXPECT_EQ(Selected(kOrder, "/order/item", {}, 7), "[one][two!]");
}

TEST(XmlQuery, NodesAreBounded) {
  std::string body = "<a>";
  for (uint32_t i = 0; i < XmlDocument::kMaxNodes; ++i) body += "<b/>";
  body += "</a>";
  EXPECT_EQ(Selected(body, "count(//b)"),
            std::to_string(XmlDocument::kMaxNodes - 1).insert(0, "[") + "]incomplete");
}

TEST(XmlQuery, AttributesAreNodes) {
  std::string body = "<a>";
  for (uint32_t i = 0; i < XmlDocument::kMaxNodes / 2; ++i) body += "<b c=''/>";
  body += "</a>";
  EXPECT_EQ(Selected(body, "//d"), "incomplete");
}

TEST(XmlQuery, StepsAreBounded) {
  std::string body = "<a>";
  for (int i = 0; i < 5000; ++i) body += "<b/>";
  body += "</a>";
  EXPECT_EQ(Selected(body, "//b[count(//b) = 1]"), "too costly");
}

TEST(XmlQuery, DeepDocumentsEndWhereTheParserDoes) {
  std::string body;
  for (int i = 0; i < 100'000; ++i) body += "<a>";
  EXPECT_EQ(Selected(body, "count(//b)"), "[0]");
}

struct BadCase {
  std::string_view name;
  std::string_view xpath;
  std::string_view text;  // part of what is said
};

class BadXPathTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadXPathTest, IsRefused) {
  const BadCase& c = GetParam();
  const Result<bool> checked = CheckXPath({std::string(c.xpath), {}});
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().find(c.text), std::string::npos) << checked.error();
}

const BadCase kBad[] = {
    {"Empty", "", "not a well-formed"},
    {"OpenBracket", "/a[", "not a well-formed"},
    {"TwoExpressions", "/a /b c", "not a well-formed"},
    {"OpenString", "/a[@b='c]", "not a well-formed"},
    {"Prefix", "/p:a", "no xmlns action"},
    {"Function", "document('x')", "does not have"},
    {"Arity", "count()", "number of arguments"},
    {"Variable", "$x", "rules can give it none"},
    {"Type", "count(1)", "node set"},
    {"Nul", std::string_view("/a\0b", 4), "NUL"},
};
INSTANTIATE_TEST_SUITE_P(Bad, BadXPathTest, testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace rasp
