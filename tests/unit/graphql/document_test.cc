// SPDX-License-Identifier: Apache-2.0
#include "graphql/document.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rasp {
namespace {

struct Read {
  GraphqlError error = GraphqlError::kNone;
  GraphqlFacts facts;
  std::pmr::monotonic_buffer_resource memory;
  std::vector<char> text;

  Read(const std::string& document, const std::string& operation, const std::string& variables)
      : text(document.begin(), document.end()) {
    error = ReadGraphql({{text.data(), text.size()}, operation, variables}, memory, facts);
  }
  explicit Read(const std::string& json) : text(json.begin(), json.end()) {
    error = ReadGraphqlBody({text.data(), text.size()}, memory, facts);
  }
};

std::string Numbers(const GraphqlFacts& facts) {
  return "depth " + std::to_string(facts.depth) + " fields " + std::to_string(facts.fields) +
         " aliases " + std::to_string(facts.aliases) + " cost " + std::to_string(facts.cost);
}

struct Case {
  const char* name;
  std::string document;
  std::string numbers;
  std::string operation = {};
  std::string variables = {};
};

class GraphqlNumbers : public testing::TestWithParam<Case> {};

TEST_P(GraphqlNumbers, AreThoseOfTheOperation) {
  const Case& row = GetParam();
  const Read read(row.document, row.operation, row.variables);
  EXPECT_EQ(GraphqlErrorText(read.error), "");
  EXPECT_EQ(Numbers(read.facts), row.numbers);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, GraphqlNumbers,
    testing::Values(
        Case{"One", "{a}", "depth 1 fields 1 aliases 0 cost 1"},
        Case{"Nested", "{a{b{c d}}}", "depth 3 fields 4 aliases 0 cost 4"},
        Case{"Commas", "\xEF\xBB\xBF{a,,b # c d\n e}", "depth 1 fields 3 aliases 0 cost 3"},
        Case{"Aliases", "{a1:a a2:a a3:a(x:1)}", "depth 1 fields 3 aliases 3 cost 3"},
        Case{"ListLength", "{a(first:10){b c}}", "depth 2 fields 3 aliases 0 cost 21"},
        Case{"ListsOfLists", "{a(first:100){b(last:100){c}}}",
             "depth 3 fields 3 aliases 0 cost 10101"},
        Case{"LengthByVariable", "query q($n:Int=3){a(limit:$n){b}}",
             "depth 2 fields 2 aliases 0 cost 51", "q", R"({"x":[1],"n":50})"},
        Case{"HugeLengths",
             "{a(first:99999999999999999999){b(first:4000000000){c(first:4000000000){d}}}}",
             "depth 4 fields 4 aliases 0 cost 1000000000"},
        Case{"NegativeLength", "{a(first:-5){b}}", "depth 2 fields 2 aliases 0 cost 2"},
        Case{"InlineFragments", "{a{...{b} ...on T@x{c{d}} ...@y(if:true){e}}}",
             "depth 3 fields 5 aliases 0 cost 5"},
        Case{"Fragments", "query{a{...f}} fragment f on T{b{...g}} fragment g on U{c x:d}",
             "depth 3 fields 4 aliases 1 cost 4"},
        Case{"SpreadTwice", "query{a{...f}b(first:10){...f}} fragment f on T{c{d}}",
             "depth 3 fields 6 aliases 0 cost 24"},
        Case{"UnusedFragment", "{a} fragment f on T{b c}", "depth 1 fields 1 aliases 0 cost 1"},
        Case{"NamedOfMany", "query a{x} query b{y{z}}", "depth 1 fields 1 aliases 0 cost 1", "a"},
        Case{"WorstOfMany", "query a{x y w} query b{y{z}}", "depth 2 fields 3 aliases 0 cost 3"},
        Case{"WorstOfUnknown", "query a{x y w} query b{y{z}}", "depth 2 fields 3 aliases 0 cost 3",
             "c"},
        Case{"Values",
             R"({a(s:"x}{\"",b:"""}"\"""{""",l:[1,[2.5e1],$v],o:{k:{l:null}},e:EN,t:true)})",
             "depth 1 fields 1 aliases 0 cost 1"},
        Case{"Directives", "query @a(x:1) @b {f @include(if:$x)}",
             "depth 1 fields 1 aliases 0 cost 1"},
        Case{"KeywordsAsNames", "{query mutation fragment{on}}",
             "depth 2 fields 4 aliases 0 cost 4"}),
    [](const auto& row) { return row.param.name; });

TEST(Graphql, KnowsWhatIsAskedFor) {
  const Read read("mutation Pay($a:Int){doPay(a:$a){ok} other}", "", "");
  EXPECT_EQ(GraphqlKindName(read.facts.kind), "mutation");
  EXPECT_EQ(read.facts.operation, "Pay");
  EXPECT_EQ(read.facts.root_field, "doPay");
  EXPECT_FALSE(read.facts.introspects);
  EXPECT_TRUE(Read("{x:__schema{types{name}}}", "", "").facts.introspects);
  EXPECT_TRUE(Read("{...f} fragment f on Q{__type(name:\"a\"){name}}", "", "").facts.introspects);
  EXPECT_FALSE(Read("{a{__typename}}", "", "").facts.introspects);
}

struct ErrorCase {
  const char* name;
  std::string document;
  GraphqlError error;
};

class GraphqlErrors : public testing::TestWithParam<ErrorCase> {};

TEST_P(GraphqlErrors, AreTold) {
  const Read read(GetParam().document, "", "");
  EXPECT_EQ(GraphqlErrorText(read.error), GraphqlErrorText(GetParam().error));
  EXPECT_FALSE(read.facts.found);
}

std::string Repeated(const std::string& text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

using E = GraphqlError;
INSTANTIATE_TEST_SUITE_P(
    Rows, GraphqlErrors,
    testing::Values(
        ErrorCase{"Empty", "", E::kSyntax}, ErrorCase{"EmptySet", "{}", E::kSyntax},
        ErrorCase{"Unclosed", "{a{b}", E::kSyntax}, ErrorCase{"TooMuch", "{a}}", E::kSyntax},
        ErrorCase{"SchemaDefinition", "type A{b:Int}", E::kSyntax},
        ErrorCase{"OnlyFragments", "fragment f on T{a}", E::kSyntax},
        ErrorCase{"FragmentCalledOn", "{a} fragment on on T{a}", E::kSyntax},
        ErrorCase{"NoArguments", "{a()}", E::kSyntax}, ErrorCase{"NoValue", "{a(b:)}", E::kSyntax},
        ErrorCase{"CrossedBrackets", "{a(b:[{c:1]})}", E::kSyntax},
        ErrorCase{"CutArguments", "{a(b:1", E::kSyntax},
        ErrorCase{"CutString", "{a(b:\"x", E::kSyntax},
        ErrorCase{"CutBlock", "{a(b:\"\"\"x\"\")}", E::kSyntax},
        ErrorCase{"CutEscape", "{a(b:\"x\\", E::kSyntax}, ErrorCase{"TwoDots", "{..a}", E::kSyntax},
        ErrorCase{"BadNumber", "{a(b:01)}", E::kSyntax},
        ErrorCase{"NumberAndName", "{a(b:1x)}", E::kSyntax},
        ErrorCase{"NulByte", std::string("{a\0}", 4), E::kSyntax},
        ErrorCase{"Json", "{\"query\":\"x\"}", E::kSyntax},
        ErrorCase{"Deep", Repeated("{a", 100'000), E::kDeep},
        ErrorCase{"DeepValue", "{a(b:" + Repeated("[", 100'000), E::kDeep},
        ErrorCase{"DeepType", "query(" + Repeated("[", 100'000), E::kDeep},
        ErrorCase{"DeepInline", Repeated("{...", 100'000), E::kDeep},
        ErrorCase{"ManyOperations", Repeated("query{a}", 300), E::kTooMany},
        ErrorCase{"ManySpreads", "{" + Repeated("...f ", 5000) + "} fragment f on T{a}",
                  E::kTooMany},
        ErrorCase{"MissingFragment", "{...f}", E::kFragment},
        ErrorCase{"Circle", "{...f} fragment f on T{a{...f}}", E::kCircle},
        ErrorCase{"CircleOfTwo", "{...f} fragment f on T{...g} fragment g on T{...f}", E::kCircle}),
    [](const auto& row) { return row.param.name; });

// Each of 200 fragments spreads the next ten times: 10^200 fields, in a document of 20 KB.
TEST(Graphql, CountsFragmentsWithoutSpellingThemOut) {
  std::string document = "{...f0}";
  for (int i = 0; i < 200; ++i) {
    document += " fragment f" + std::to_string(i) + " on T{" +
                Repeated("...f" + std::to_string(i + 1) + " ", 10) + "}";
  }
  document += " fragment f200 on T{a}";
  const Read read(document, "", "");
  EXPECT_EQ(GraphqlErrorText(read.error), "");
  EXPECT_EQ(read.facts.fields, GraphqlFacts::kMost);
}

struct BodyCase {
  const char* name;
  std::string body;
  std::string numbers;
  uint32_t batch;
  GraphqlError error = GraphqlError::kNone;
};

class GraphqlBodies : public testing::TestWithParam<BodyCase> {};

TEST_P(GraphqlBodies, AreReadAsServersReadThem) {
  const Read read(GetParam().body);
  EXPECT_EQ(GraphqlErrorText(read.error), GraphqlErrorText(GetParam().error));
  EXPECT_EQ(read.facts.batch, GetParam().batch);
  if (read.error == GraphqlError::kNone) {
    EXPECT_EQ(Numbers(read.facts), GetParam().numbers);
  }
}

const char kNothing[] = "depth 0 fields 0 aliases 0 cost 0";
INSTANTIATE_TEST_SUITE_P(
    Rows, GraphqlBodies,
    testing::Values(
        BodyCase{"One", R"({"query":"{a{b}}"})", "depth 2 fields 2 aliases 0 cost 2", 1},
        BodyCase{"Escapes", R"({"\u0071uery":"\u007ba(s:\"}\")\n{b}}"})",
                 "depth 2 fields 2 aliases 0 cost 2", 1},
        BodyCase{
            "Named",
            R"({"operationName":"b","variables":{"n":9},"query":"query a{x} query b($n:Int){y(first:$n){z}}"})",
            "depth 2 fields 2 aliases 0 cost 10", 1},
        BodyCase{"Batch", R"([{"query":"{a{b}}"},{"query":"{c}"},{"query":"{d}"}])",
                 "depth 2 fields 4 aliases 0 cost 4", 3},
        BodyCase{"NoQuery", R"({"a":1})", kNothing, 0}, BodyCase{"NoObject", "7", kNothing, 0},
        BodyCase{"NullQuery", R"({"query":null,"extensions":{"persistedQuery":{}}})", kNothing, 0},
        BodyCase{"TwoQueries", R"({"query":"{a}","query":"{b}"})", "", 0, E::kSyntax},
        BodyCase{"CutBody", R"({"query":"{a}")", "", 0, E::kSyntax},
        BodyCase{"BadQuery", R"({"query":"{a"})", "", 0, E::kSyntax}),
    [](const auto& row) { return row.param.name; });

TEST(Graphql, BoundsABatch) {
  std::string body = "[{\"query\":\"{a}\"}";
  for (int i = 0; i < 100; ++i) body += ",{\"query\":\"{a}\"}";
  EXPECT_EQ(Read(body + "]").error, GraphqlError::kTooMany);
}

}  // namespace
}  // namespace rasp
