// SPDX-License-Identifier: Apache-2.0
#include "logic/scenario.h"

namespace rasp {
namespace {

struct Wrong {
  const char* name;
  const char* rules;
  const char* says;
};
class WrongModel : public testing::TestWithParam<Wrong> {};

TEST_P(WrongModel, IsExplainedWhereItStands) {
  const std::vector<std::string> texts = DiagnosticsOf(GetParam().rules);
  ASSERT_FALSE(texts.empty());
  bool said = false;
  for (const std::string& text : texts) {
    EXPECT_TRUE(text.starts_with("shop.json:")) << text;
    said |= text.find(GetParam().says) != std::string::npos;
  }
  EXPECT_TRUE(said) << texts.front();
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WrongModel,
    testing::Values(
        Wrong{"NoOperator", R"({"id": 1, "name": "n"})", "no-operator"},
        Wrong{"TwoOperators", R"({"id": 1, "name": "n", "count": "login", "flow": []})",
              "two-operators"},
        Wrong{"UnknownMember", R"({"id": 1, "name": "n", "count": "login", "ovr": "1m"})",
              "did you mean \"over\""},
        Wrong{"MemberOfAnother",
              R"({"id": 1, "name": "n", "count": "login", "over": "1m", "limit": 1, "ttl": "1m"})",
              "unknown-key"},
        Wrong{"MissingMember", R"({"id": 1, "name": "n", "count": "login", "over": "1m"})",
              "\"limit\" is missing"},
        Wrong{"UnknownEvent",
              R"({"id": 1, "name": "n", "count": "login.fial", "over": "1m", "limit": 1})",
              "did you mean \"login.fail\""},
        Wrong{"UnknownKey",
              R"({"id": 1, "name": "n", "count": "login", "by": "whom", "over": "1m", "limit": 1})",
              "unknown-key-name"},
        Wrong{"BadDuration",
              R"({"id": 1, "name": "n", "count": "login", "over": "10 minutes", "limit": 1})",
              "is no duration"},
        Wrong{"ShortDuration",
              R"({"id": 1, "name": "n", "count": "login", "over": "10ms", "limit": 1})",
              "out of range: use 1s to 90d"},
        Wrong{
            "UnknownAction",
            R"({"id": 1, "name": "n", "count": "login", "over": "1m", "limit": 1, "then": "blok"})",
            "did you mean \"block\""},
        Wrong{
            "BadAction",
            R"({"id": 1, "name": "n", "count": "login", "over": "1m", "limit": 1, "then": "delay 1h"})",
            "write delay TIME"},
        Wrong{
            "ActionWithoutKey",
            R"({"id": 1, "name": "n", "count": "login", "over": "1m", "limit": 1, "then": "ban 1h"})",
            "\"by\" is missing"},
        Wrong{
            "RedirectElsewhere",
            R"({"id": 1, "name": "n", "count": "login", "over": "1m", "limit": 1, "then": "redirect //evil.example"})",
            "bad-action"},
        Wrong{
            "ResponseAsKey",
            R"({"id": 1, "name": "n", "count": "login", "by": "resp.status", "over": "1m", "limit": 1})",
            "of the response"},
        Wrong{"SameIdTwice",
              R"({"id": 1, "name": "n", "count": "login", "over": "1m", "limit": 1},
                 {"id": 1, "name": "n", "count": "login", "over": "1m", "limit": 1})",
              "duplicate-id"},
        Wrong{"ShortFlow",
              R"({"id": 1, "name": "n", "flow": ["cart"], "by": "sid", "within": "1m"})",
              "2 to 12 steps"},
        Wrong{"RepeatedStep",
              R"({"id": 1, "name": "n", "flow": ["cart", "cart"], "by": "sid", "within": "1m"})",
              "duplicate-step"},
        Wrong{"InFlightOfAnswers", R"({"id": 1, "name": "n", "in_flight": "login.fail"})",
              "hangs on the response"},
        Wrong{"MemoWithoutLabel", R"({"id": 1, "name": "n", "memo": "has", "by": "sid"})",
              "\"label\" is missing"},
        Wrong{"BadExpression", R"({
          "model": "m", "version": "1.0.0",
          "events": {"e": {"when": "resp.status = 1"}}, "rules": []})",
              "column 13"},
        Wrong{"BadPath", R"({
          "model": "m", "version": "1.0.0",
          "operations": {"o": {"match": "login"}}, "rules": []})",
              "bad-path"},
        Wrong{"BadPlace", R"({
          "model": "m", "version": "1.0.0",
          "keys": {"k": {"first": ["coookie.sid"]}}, "rules": []})",
              "unknown-place"},
        Wrong{"NoVersion", R"({
          "model": "m", "rules": []})",
              "\"version\" is missing"},
        Wrong{"UnknownPart", R"({
          "model": "m", "version": "1.0.0", "operation": {}})",
              "did you mean \"operations\""},
        Wrong{"NameTwice", R"({
          "model": "m", "version": "1.0.0",
          "operations": {"a": {"match": "GET /a"}}, "events": {"a": {}}})",
              "duplicate-name"}),
    [](const testing::TestParamInfo<Wrong>& row) { return row.param.name; });

TEST(Load, SeveralFilesAreOneModel) {
  RulesetCompiler compiler;
  compiler.AddText("rules.json", R"({"model": "rules", "version": "1.0.0",
    "rules": [{"id": 7, "name": "n", "count": "login", "by": "ip/64", "over": "1m", "limit": 1}]})");
  compiler.AddText("shop.json", R"({"model": "shop", "version": "2.0.0",
    "operations": {"login": {"match": "POST /login"}}})");
  const auto ruleset = compiler.Compile();
  ASSERT_TRUE(ruleset.ok()) << FormatDiagnostic(compiler.diagnostics().front());
  ASSERT_NE(ruleset->logic(), nullptr);
  ASSERT_EQ(ruleset->logic()->rules().size(), 1u);
  const RuleInfo& info = ruleset->logic()->rules()[0];
  EXPECT_EQ(info.ruleset, "rules");
  EXPECT_EQ(info.file, "rules.json");
  EXPECT_EQ(info.line, 2u);
  EXPECT_EQ(ruleset->Find(7), &info);
  EXPECT_EQ(ruleset->logic()->operations()[0], "login");
}

TEST(Load, IdsAreSharedWithOtherRules) {
  RulesetCompiler compiler;
  compiler.AddText("a.json", R"({"ruleset": "a", "version": "1.0.0", "rules": [
    {"id": 7, "name": "n", "phase": "request_headers", "severity": "notice", "targets": ["ARGS"],
     "operator": "contains", "argument": "x"}]})");
  compiler.AddText("shop.json", R"({"model": "shop", "version": "1.0.0",
    "rules": [{"id": 7, "name": "n", "in_flight": "e", "by": "ip/64"}], "events": {"e": {}}})");
  EXPECT_FALSE(compiler.Compile().ok());
}

TEST(Load, WithoutAModelThereIsNone) {
  RulesetCompiler compiler;
  compiler.AddText("a.conf", "SecRule ARGS \"@contains x\" \"id:1,phase:1,deny\"\n");
  const auto ruleset = compiler.Compile();
  ASSERT_TRUE(ruleset.ok());
  EXPECT_EQ(ruleset->logic(), nullptr);
}

TEST(Load, ARuleIsDescribed) {
  Scenario shop(R"({"id": 5, "name": "Too many reports", "mode": "shadow", "count": "report",
                    "by": "who", "over": "10m", "limit": 2, "then": "limit"})");
  const std::string text = shop.ruleset().Describe(5);
  for (const char* part : {"rule 5: Too many reports", "shop 1.0.0", "shop.json:", "shadow",
                           "report", "who (cookie.sid, ip/64)", "window", "\"limit\":2"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in:\n" << text;
  EXPECT_EQ(shop.ruleset().Describe(6), "");
}

TEST(Load, RecordsOfAnEntityAreFound) {
  Scenario shop(R"(
    {"id": 1, "name": "n", "count": "report", "by": "ip/64", "over": "10m", "limit": 2,
     "then": ["ban 1h", "label seen 1h"]})");
  for (int i = 0; i < 3; ++i) shop.Send(Get("/report"));
  const auto records =
      shop.ruleset().logic()->RecordsOf(shop.store->hash_key(), "ip/64", "192.0.2.1");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].kind, RecordKind::kWindow);
  EXPECT_EQ(shop.store->Sum(records[0].at, records[0].window_us, shop.clock.now_us).sum, 2u);
  EXPECT_EQ(records[1].label, "ban");
  EXPECT_TRUE(shop.store->GetLabel(records[1].at, shop.clock.now_us).present);
  EXPECT_TRUE(shop.store->GetLabel(records[2].at, shop.clock.now_us).present);
  EXPECT_TRUE(shop.ruleset().logic()->RecordsOf(shop.store->hash_key(), "nobody", "x").empty());
}

}  // namespace
}  // namespace rasp
