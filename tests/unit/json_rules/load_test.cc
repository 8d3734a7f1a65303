// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "json_rules/ruleset_text.h"

namespace rasp {
namespace {

// Every field that a ruleset can have, none at its default.
constexpr std::string_view kWhole = R"({
  // what editors read
  "$schema": "../schema/ruleset.schema.json",
  "ruleset": "sql-injection", "version": "1.2.3-rc.1", "summary": "No SQL from outside.",
  "rules": [
    /* one rule */ {
      "id": 401000, "name": "SQL in an argument", "message": "SQL in %{MATCHED_VAR_NAME}",
      "log_data": "%{TX.0}", "severity": "error",
      "owasp": ["A05:2025", "OAT-004"], "cwe": [89, 943], "capec": [66], "tags": ["attack-sqli"],
      "phase": "request_headers",
      "targets": ["ARGS", "!ARGS:/^pass/", "&REQUEST_COOKIES:id"],
      "transforms": ["urlDecodeUni", "lowercase"], "multi_match": true, "capture": true,
      "operator": {"rx": "union\\s"},
      "set": ["tx.seen=+1", "!tx.old"], "ctl": ["ruleRemoveById=401001"],
      "chain": [
        {"targets": ["REQUEST_METHOD"], "transforms": ["trim"], "operator": {"streq": "POST"},
         "capture": true, "multi_match": true, "set": ["tx.a=1"]},
        {"targets": ["REQUEST_URI"], "not": {"beginsWith": "/admin"}}
      ],
      "action": "redirect", "status": 303, "redirect_to": "/blocked", "mode": "shadow",
      "examples": {"match": ["1 union select"], "pass": ["student union", {"path": "/"}]}
    },
    {"id": 401001, "name": "n", "severity": "notice", "phase": "logging", "targets": ["ARGS"],
     "operator": {"detectSQLi": true}, "score": 7}
  ]
})";

TEST(LoadJsonRuleset, ReadsEveryField) {
  const Loaded loaded = Load(kWhole);
  ASSERT_TRUE(loaded.diagnostics.empty()) << loaded.Listing();
  EXPECT_EQ(loaded.spec.name, "sql-injection");
  EXPECT_EQ(loaded.spec.version, "1.2.3-rc.1");
  EXPECT_EQ(loaded.spec.summary, "No SQL from outside.");
  EXPECT_EQ(loaded.spec.file, "t.json");
  ASSERT_EQ(loaded.spec.rules.size(), 2u);

  const RuleSpec& rule = loaded.spec.rules[0];
  EXPECT_EQ(rule.id, 401000u);
  EXPECT_EQ(rule.name, "SQL in an argument");
  EXPECT_EQ(rule.message, "SQL in %{MATCHED_VAR_NAME}");
  EXPECT_EQ(rule.log_data, "%{TX.0}");
  EXPECT_EQ(rule.severity, Severity::kError);
  EXPECT_EQ(rule.owasp, (std::vector<std::string>{"A05:2025", "OAT-004"}));
  EXPECT_EQ(rule.cwe, (std::vector<uint32_t>{89, 943}));
  EXPECT_EQ(rule.capec, (std::vector<uint32_t>{66}));
  EXPECT_EQ(rule.tags, (std::vector<std::string>{"attack-sqli"}));
  EXPECT_EQ(rule.phase, Phase::kRequestHeaders);
  EXPECT_EQ(rule.mode, RuleMode::kShadow);
  EXPECT_EQ(rule.disposition, DispositionSpec::kRedirect);
  EXPECT_EQ(rule.status, 303);
  EXPECT_EQ(rule.redirect_to, "/blocked");
  EXPECT_FALSE(rule.score.has_value());
  EXPECT_EQ(rule.where.line, 6u);
  EXPECT_EQ(rule.where.column, 20u);
  EXPECT_EQ(rule.where.pointer, "/rules/0");

  EXPECT_EQ(loaded.spec.rules[1].score, 7);
  EXPECT_EQ(loaded.spec.rules[1].disposition, DispositionSpec::kScore);
  EXPECT_EQ(loaded.spec.rules[1].status, 403);
  EXPECT_EQ(loaded.spec.rules[1].phase, Phase::kLogging);
}

TEST(LoadJsonRuleset, ReadsLinksOfAChain) {
  const Loaded loaded = Load(kWhole);
  ASSERT_EQ(loaded.spec.rules.size(), 2u);
  const std::vector<LinkSpec>& links = loaded.spec.rules[0].links;
  ASSERT_EQ(links.size(), 3u);

  ASSERT_EQ(links[0].targets.size(), 3u);
  EXPECT_TRUE(links[0].targets[1].exclude);
  EXPECT_TRUE(links[0].targets[1].selector_is_regex);
  EXPECT_TRUE(links[0].targets[2].count);
  EXPECT_EQ(links[0].targets[2].where.pointer, "/rules/0/targets/2");
  ASSERT_EQ(links[0].transforms.size(), 2u);
  EXPECT_EQ(links[0].transforms[0].name, "urlDecodeUni");
  EXPECT_EQ(links[0].transforms[1].where.pointer, "/rules/0/transforms/1");
  EXPECT_TRUE(links[0].capture);
  EXPECT_TRUE(links[0].multi_match);
  EXPECT_EQ(links[0].condition.operator_name, "rx");
  EXPECT_EQ(links[0].condition.argument, "union\\s");
  ASSERT_EQ(links[0].actions.size(), 3u);
  EXPECT_EQ(links[0].actions[0].name, "setvar");
  EXPECT_EQ(links[0].actions[1].argument, "!tx.old");
  EXPECT_EQ(links[0].actions[2].name, "ctl");
  EXPECT_EQ(links[0].actions[2].argument, "ruleRemoveById=401001");

  EXPECT_EQ(links[1].condition.operator_name, "streq");
  EXPECT_TRUE(links[1].capture);
  EXPECT_TRUE(links[1].multi_match);
  ASSERT_EQ(links[1].actions.size(), 1u);
  EXPECT_EQ(links[1].where.pointer, "/rules/0/chain/0");
  EXPECT_TRUE(links[2].condition.negated);
  EXPECT_EQ(links[2].condition.operator_name, "beginsWith");
}

TEST(LoadJsonRuleset, KeepsExamplesOnlyIfAsked) {
  const Loaded kept = Load(kWhole, true);
  ASSERT_EQ(kept.spec.rules.size(), 2u);
  ASSERT_EQ(kept.spec.rules[0].examples.size(), 3u);
  EXPECT_EQ(kept.spec.rules[0].examples[0].rule_id, 401000u);
  EXPECT_TRUE(kept.spec.rules[0].examples[0].must_match);
  EXPECT_FALSE(kept.spec.rules[0].examples[1].must_match);
  EXPECT_EQ(kept.spec.rules[0].examples[1].where.pointer, "/rules/0/examples/pass/0");
  const Loaded dropped = Load(kWhole, false);
  ASSERT_EQ(dropped.spec.rules.size(), 2u);
  EXPECT_TRUE(dropped.spec.rules[0].examples.empty());
}

TEST(LoadJsonRuleset, RedirectsWith302UnlessToldOtherwise) {
  const Loaded loaded =
      Load(RuleText(R"("operator": {"rx": "a"}, "action": "redirect", "redirect_to": "/x")"));
  ASSERT_TRUE(loaded.diagnostics.empty()) << loaded.Listing();
  EXPECT_EQ(loaded.spec.rules.at(0).status, 302);
}

TEST(LoadJsonRuleset, ReadsIntegersInEverySpelling) {
  const Loaded loaded = Load(RuleText(R"("operator": {"rx": "a"}, "score": 1.0e1)"));
  ASSERT_TRUE(loaded.diagnostics.empty()) << loaded.Listing();
  EXPECT_EQ(loaded.spec.rules.at(0).score, 10);
}

TEST(LoadJsonRuleset, SkipsAByteOrderMark) {
  const Loaded loaded = Load("\xEF\xBB\xBF" + RuleText(R"("operator": {"rx": "a"})"));
  ASSERT_TRUE(loaded.diagnostics.empty()) << loaded.Listing();
  EXPECT_EQ(loaded.spec.rules.at(0).where.line, 2u);
  EXPECT_EQ(loaded.spec.rules.at(0).where.column, 1u);
}

TEST(LoadJsonRuleset, GathersEveryFinding) {
  const Loaded loaded = Load(RuleText(
      R"("operator": {"rx": 1.5}, "score": "5", "mode": "on", "status": 403, "tags": ["a b"])"));
  std::vector<std::string> pointers;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    pointers.push_back(diagnostic.where.pointer);
    EXPECT_EQ(diagnostic.where.file, "t.json");
    EXPECT_GT(diagnostic.where.line, 0u);
    EXPECT_GT(diagnostic.where.column, 0u);
  }
  EXPECT_EQ(pointers,
            (std::vector<std::string>{"/rules/0/score", "/rules/0/mode", "/rules/0/tags/0",
                                      "/rules/0/operator/rx", "/rules/0/status"}))
      << loaded.Listing();
}

}  // namespace
}  // namespace rasp
