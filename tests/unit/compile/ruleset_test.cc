// SPDX-License-Identifier: Apache-2.0
#include "rasp/ruleset.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "compile/spec_builder.h"
#include "rasp/reference.h"
#include "rule/compiled_rules.h"

namespace rasp {
namespace {

using D = DispositionSpec;

constexpr std::string_view kText = R"({
  "ruleset": "shop", "version": "1.2.3", "summary": "For tests.",
  "rules": [{
    "id": 410001, "name": "evil argument", "severity": "critical", "phase": "request_body",
    "owasp": ["A05:2025"], "cwe": [89], "capec": [66], "tags": ["sqli"],
    "targets": ["ARGS"], "operator": {"rx": "evil"}, "action": "score",
    "examples": {"match": [{"path": "/?a=evil"}]}
  }]
})";

TEST(RulesetCompiler, CompilesAFile) {
  const auto path =
      std::filesystem::temp_directory_path() / ("rasp-" + std::to_string(getpid()) + ".json");
  std::ofstream(path) << kText;
  RulesetCompiler compiler;
  compiler.AddFile(path);
  const auto ruleset = compiler.Compile();
  std::filesystem::remove(path);
  for (const Diagnostic& diagnostic : compiler.diagnostics())
    ADD_FAILURE() << FormatDiagnostic(diagnostic);
  ASSERT_TRUE(ruleset.ok());
  const RuleInfo* info = ruleset->Find(410001);
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->ruleset, "shop");
  EXPECT_EQ(info->version, "1.2.3");
  EXPECT_EQ(info->file, path);
  EXPECT_EQ(info->line, 3u);
  EXPECT_EQ(info->score, 5);
  ASSERT_EQ(info->tags.size(), 1u);
  EXPECT_EQ(info->tags[0], "sqli");
  EXPECT_EQ(ruleset->Find(1), nullptr);
  EXPECT_EQ(ruleset->hash().size(), 64u);
  EXPECT_TRUE(ruleset->examples().empty());
}

TEST(Ruleset, SaysWhatItsRegularExpressionsMayTake) {
  const auto ceiling = [](const std::string& rules) {
    RulesetCompiler compiler;
    compiler.AddText("rules.conf", rules);
    const auto ruleset = compiler.Compile();
    EXPECT_TRUE(ruleset.ok());
    EXPECT_EQ(ruleset->slow_searches(), 0u);
    return ruleset->regex_memory_ceiling();
  };
  const int64_t none = ceiling("SecRule ARGS \"@streq a\" \"id:1,phase:1,deny\"");
  const std::string one = "SecRule ARGS \"@rx a.*b\" \"id:1,phase:1,deny\"\n";
  const int64_t first = ceiling(one) - none;
  EXPECT_GT(first, 0);
  EXPECT_GT(ceiling(one + "SecRule ARGS \"@rx c.*d\" \"id:2,phase:1,deny\"") - none, first);
  // Of two rules with the same expression there is one.
  EXPECT_EQ(ceiling(one + "SecRule ARGS_NAMES \"@rx a.*b\" \"id:2,phase:1,deny\"") - none, first);
}

TEST(RulesetCompiler, HashTellsSourcesApart) {
  const auto hash_of = [](const std::vector<std::string>& texts) {
    RulesetCompiler compiler;
    for (const std::string& text : texts) compiler.AddText("a.json", text);
    auto ruleset = compiler.Compile();
    EXPECT_TRUE(ruleset.ok());
    return ruleset.ok() ? std::string(ruleset->hash()) : std::string();
  };
  const std::string text(kText);
  EXPECT_EQ(hash_of({text}), hash_of({text}));
  EXPECT_NE(hash_of({text}), hash_of({text + " "}));
}

struct BadSource {
  std::string_view name;
  std::string path;
  std::string_view code;
  std::string_view text;
};

TEST(RulesetCompiler, SaysWhyAFileCannotBeRead) {
  const BadSource sources[] = {
      {"Missing", "/nonexistent/rules.json", "unreadable-file", "no such file"},
      {"Directory", "/tmp", "unreadable-file", "directory"},
      {"Device", "/dev/null", "unreadable-file", "not a regular file"},
  };
  for (const BadSource& source : sources) {
    RulesetCompiler compiler;
    compiler.AddFile(source.path);
    const auto ruleset = compiler.Compile();
    ASSERT_FALSE(ruleset.ok()) << source.name;
    ASSERT_EQ(ruleset.error().size(), 1u) << source.name;
    EXPECT_EQ(ruleset.error()[0].code, source.code);
    EXPECT_EQ(ruleset.error()[0].where.file, source.path);
    EXPECT_NE(ruleset.error()[0].text.find(source.text), std::string::npos)
        << ruleset.error()[0].text;
  }
}

TEST(RulesetCompiler, TellsSecLangFromJsonByNameAndBeginning) {
  constexpr std::string_view kSecLang = "SecAction \"id:7,phase:1,nolog,pass\"\n";
  constexpr std::string_view kJson =
      R"({"ruleset": "n", "version": "1.0.0", "rules": [{"id": 7, "name": "x", "severity": "notice",
          "phase": "request_headers", "targets": ["ARGS"], "operator": {"rx": "a"},
          "examples": {"match": ["a"], "pass": ["b"]}}]})";
  const struct {
    std::string name;
    std::string_view text;
    bool loads;
  } cases[] = {{"a.conf", kSecLang, true}, {"rules", kSecLang, true}, {"a.data", kSecLang, true},
               {"a.json", kJson, true},    {"rules", kJson, true},    {"a.json", kSecLang, false},
               {"a.conf", kJson, false}};
  for (const auto& c : cases) {
    RulesetCompiler compiler;
    compiler.AddText(c.name, std::string(c.text));
    const auto ruleset = compiler.Compile();
    EXPECT_EQ(ruleset.ok() && ruleset->Find(7) != nullptr, c.loads) << c.name;
  }
}

TEST(RulesetCompiler, WithoutASourceThereIsNothingToRun) {
  RulesetCompiler compiler;
  const auto ruleset = compiler.Compile();
  ASSERT_FALSE(ruleset.ok());
  EXPECT_EQ(ruleset.error()[0].code, "empty-ruleset");
}

TEST(CompiledRules, HoldEqualThingsOnce) {
  const LinkText link = {"ARGS|REQUEST_COOKIES", "rx a", "urlDecodeUni|lowercase"};
  const Ruleset ruleset = MakeRuleset({
      MakeRule(100, Phase::kRequestBody, D::kPass, {link}),
      MakeRule(101, Phase::kRequestBody, D::kPass, {link}),
      MakeRule(102, Phase::kRequestBody, D::kPass, {{"ARGS", "rx a", "urlDecodeUni|hexEncode"}}),
  });
  const CompiledRules& rules = ruleset.compiled();
  EXPECT_EQ(rules.conditions.size(), 2u);  // with the canary's
  EXPECT_EQ(rules.targets.size(), 3u);     // ARGS:rasp-canary, ARGS|REQUEST_COOKIES, ARGS
  EXPECT_EQ(rules.transforms.size(), 4u);  // none, urlDecodeUni, + lowercase, + hexEncode
}

TEST(CompiledRules, EqualTextOfDifferentConditionsStaysApart) {
  RuleSpec one = MakeRule(100, Phase::kRequestBody, D::kPass, {{"ARGS", "rx a"}});
  RuleSpec two = MakeRule(101, Phase::kRequestBody, D::kPass, {{"ARGS", "rx a"}});
  one.links[0].condition.kind = two.links[0].condition.kind = ConditionSpec::Kind::kAny;
  ConditionSpec child;
  child.operator_name = "rx";
  child.argument = "a, @rx b";
  one.links[0].condition.children = {child};
  child.argument = "a";
  two.links[0].condition.children = {child, child};
  two.links[0].condition.children[1].argument = "b";
  const Ruleset ruleset = MakeRuleset({one, two});
  EXPECT_EQ(ruleset.compiled().conditions.size(), 3u);
}

TEST(Ruleset, RulesStandInOrderOfEvaluation) {
  const Ruleset ruleset = MakeRuleset({
      MakeRule(104, Phase::kLogging, D::kPass, {{"ARGS", "rx a"}}),
      MakeRule(103, Phase::kRequestBody, D::kPass, {{"ARGS", "rx a"}}),
      MakeRule(102, Phase::kRequestBody, D::kPass, {{"ARGS", "rx a"}}),
      MakeRule(101, Phase::kRequestHeaders, D::kPass, {{"ARGS", "rx a"}}),
  });
  std::vector<uint64_t> ids;
  for (const RuleInfo& info : ruleset.rules()) ids.push_back(info.id);
  EXPECT_EQ(ids, (std::vector<uint64_t>{101, 400001, 103, 102, 104}));
}

TEST(Ruleset, DescribesARule) {
  RuleSpec rule = MakeRule(
      100, Phase::kRequestBody, D::kScore,
      {{"ARGS|!ARGS:b", "!rx a", "lowercase", {"setvar:tx.a=+%{ARGS.n}"}}, {"&ARGS", "gt 2"}});
  rule.owasp = {"A05:2025"};
  rule.cwe = {89};
  const std::string text = MakeRuleset({rule}).Describe(100);
  for (const std::string_view part :
       {"rule 100: rule 100", "looks at    ARGS, not ARGS:b", "transforms  lowercase",
        "for         not @rx a", "does        add %{ARGS.n} to tx.a", "and then", "&ARGS",
        "add 5 to the score", "A05:2025, CWE-89"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
  EXPECT_EQ(MakeRuleset({rule}).Describe(5), "");
}

TEST(Reference, EveryRowHasANameAndASummary) {
  for (const auto& entries : {OperatorReference(), TransformReference(), VariableReference(),
                              DegradedReasonReference()}) {
    EXPECT_FALSE(entries.empty());
    for (const ReferenceEntry& entry : entries) {
      EXPECT_FALSE(entry.name.empty());
      EXPECT_FALSE(entry.summary.empty()) << entry.name;
    }
  }
}

}  // namespace
}  // namespace rasp
