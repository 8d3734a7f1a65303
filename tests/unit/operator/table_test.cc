// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "core/ascii.h"
#include "operator/operator_cases.h"

namespace rasp {
namespace {

// What ModSecurity 3 parses, and our own.
constexpr std::string_view kNames[] = {
    "beginsWith",
    "contains",
    "containsWord",
    "detectSQLi",
    "detectXSS",
    "endsWith",
    "eq",
    "fuzzyHash",
    "ge",
    "geoLookup",
    "gsbLookup",
    "gt",
    "inspectFile",
    "ipMatch",
    "ipMatchF",
    "ipMatchFromFile",
    "le",
    "lt",
    "noMatch",
    "pm",
    "pmf",
    "pmFromFile",
    "rbl",
    "rsub",
    "rx",
    "rxGlobal",
    "ssrfTarget",
    "streq",
    "strmatch",
    "unconditionalMatch",
    "validateByteRange",
    "validateDTD",
    "validateHash",
    "validateSchema",
    "validateUrlEncoding",
    "validateUtf8Encoding",
    "verifyCC",
    "verifyCPF",
    "verifySSN",
    "verifySVNR",
    "within",
};

TEST(OperatorTable, HoldsEachOperatorOnce) {
  std::set<std::string> names;
  for (const OperatorDef& def : AllOperators()) {
    EXPECT_TRUE(names.emplace(def.name).second) << def.name;
    EXPECT_NE(def.make, nullptr) << def.name;
    EXPECT_FALSE(def.summary.empty()) << def.name;
    EXPECT_EQ(def.summary.find('\n'), std::string_view::npos) << def.name;
  }
  EXPECT_EQ(names, std::set<std::string>(std::begin(kNames), std::end(kNames)));
}

TEST(OperatorTable, IsInAlphabeticalOrder) {
  std::string last;
  for (const OperatorDef& def : AllOperators()) {
    std::string name(def.name);
    for (char& c : name) c = ToLower(c);
    EXPECT_LT(last, name);
    last = name;
  }
}

TEST(OperatorTable, NamesHaveNoCase) {
  ASSERT_NE(FindOperator("DETECTSQLI"), nullptr);
  EXPECT_EQ(FindOperator("DETECTSQLI")->name, "detectSQLi");
  EXPECT_EQ(FindOperator("rxx"), nullptr);
  EXPECT_EQ(FindOperator(""), nullptr);
}

constexpr OperatorError kErrors[] = {
    {"", "inspectFile", "/bin/true", "`rasp_engine modsecurity`"},
    {"", "validateSchema", "a.xsd", "`rasp_engine modsecurity`"},
    {"", "validateDTD", "a.dtd", "`rasp_engine modsecurity`"},
    {"", "fuzzyHash", "a.txt 1", "`rasp_engine modsecurity`"},
    {"", "rsub", "s/a/b/", "take the rule out"},
    {"", "gsbLookup", "x", "take the rule out"},
    {"", "validateHash", "x", "take the rule out"},
};
class UnavailableOperatorsTest : public testing::TestWithParam<OperatorError> {};
TEST_P(UnavailableOperatorsTest, SayWhatToDo) { CheckError(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, UnavailableOperatorsTest, testing::ValuesIn(kErrors), ErrorName);

// CRS 3.3.4 has rules with these, which are off unless someone asks for them.
TEST(InertOperators, LoadAndSayThatTheyNeverMatch) {
  for (const auto& [name, hint] :
       {std::pair{"rbl", "`rasp_engine modsecurity`"}, std::pair{"geoLookup", "SecGeoLookupDb"}}) {
    OperatorSpec spec;
    spec.argument = "sbl.example.org";
    const Result<OperatorPtr> op = FindOperator(name)->make(spec);
    ASSERT_TRUE(op.ok()) << name;
    MatchContext context;
    EXPECT_FALSE((*op)->Matches("192.0.2.1", context)) << name;
    EXPECT_TRUE((*op)->inert()) << name;
    EXPECT_NE((*op)->note().find(hint), std::string_view::npos) << (*op)->note();
  }
}

}  // namespace
}  // namespace rasp
