// SPDX-License-Identifier: Apache-2.0
// SecRuleRemove*, SecRuleUpdate*, and what ApplyActions makes of a rule.
#include "seclang/loaded.h"

namespace rasp {
namespace {

using By = UpdateSpec::By;
using Kind = UpdateSpec::Kind;

struct Case {
  const char* name;
  std::string_view text;
  Kind kind;
  By by;
  std::string_view rules;
  size_t targets;
  size_t replaced;
  size_t actions;
};

class ReadsUpdates : public testing::TestWithParam<Case> {};

TEST_P(ReadsUpdates, AsTheyAreMeant) {
  const Case& row = GetParam();
  const Loaded loaded = LoadText("\n" + std::string(row.text));
  ASSERT_EQ(loaded.Said(), "");
  ASSERT_EQ(loaded.spec.updates.size(), 1u);
  const UpdateSpec& update = loaded.spec.updates[0];
  EXPECT_EQ(update.kind, row.kind);
  EXPECT_EQ(update.by, row.by);
  EXPECT_EQ(update.rules, row.rules);
  EXPECT_EQ(update.targets.size(), row.targets);
  EXPECT_EQ(update.replaced.size(), row.replaced);
  EXPECT_EQ(update.actions.size(), row.actions);
  EXPECT_EQ(Place(update.where), "a.conf:2:1");
}

constexpr Case kCases[] = {
    {"RemoveId", "SecRuleRemoveById 1", Kind::kRemove, By::kId, "1", 0, 0, 0},
    {"RemoveRange", "SecRuleRemoveById 10-19", Kind::kRemove, By::kId, "10-19", 0, 0, 0},
    {"RemoveSeveral", "SecRuleRemoveById 1 2 \"10-19 30\" 4,5", Kind::kRemove, By::kId,
     "1 2 10-19 30 4,5", 0, 0, 0},
    {"RemoveTag", "SecRuleRemoveByTag \"attack-sqli\"", Kind::kRemove, By::kTag, "attack-sqli", 0,
     0, 0},
    {"RemoveMsg", "SecRuleRemoveByMsg \"SQL .* attack\"", Kind::kRemove, By::kMessage,
     "SQL .* attack", 0, 0, 0},
    {"TargetOut", "SecRuleUpdateTargetById 1 !ARGS:a", Kind::kTargets, By::kId, "1", 1, 0, 0},
    {"TargetsOut", "SecRuleUpdateTargetById 1 \"!ARGS:a,!ARGS:/^b/|FILES\"", Kind::kTargets,
     By::kId, "1", 3, 0, 0},
    {"TargetOfALink", "SecRuleUpdateTargetById 1:2 \"!ARGS:a\"", Kind::kTargets, By::kId, "1:2", 1,
     0, 0},
    {"TargetOfARange", "SecRuleUpdateTargetById 1-9 \"!ARGS:a\"", Kind::kTargets, By::kId, "1-9", 1,
     0, 0},
    {"TargetReplaced", "SecRuleUpdateTargetById 1 REQUEST_URI ARGS|FILES", Kind::kTargets, By::kId,
     "1", 1, 2, 0},
    {"TargetByTag", "SecRuleUpdateTargetByTag \"x/y\" \"!ARGS:a\"", Kind::kTargets, By::kTag, "x/y",
     1, 0, 0},
    {"TargetByMsg", "SecRuleUpdateTargetByMsg \"a b\" \"!ARGS:a\"", Kind::kTargets, By::kMessage,
     "a b", 1, 0, 0},
    {"Actions", "SecRuleUpdateActionById 1 \"deny,status:404,t:none\"", Kind::kActions, By::kId,
     "1", 0, 0, 3},
    {"ActionsOfALink", "SecRuleUpdateActionById 1:1 \"t:none,setvar:tx.a=1\"", Kind::kActions,
     By::kId, "1:1", 0, 0, 2},
};

INSTANTIATE_TEST_SUITE_P(Updates, ReadsUpdates, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

TEST(Updates, EachPatternOfTagsIsAnUpdate) {
  const Loaded loaded = LoadText("SecRuleRemoveByTag a \"b c\"\nSecRuleRemoveByMsg d e\n");
  ASSERT_EQ(loaded.spec.updates.size(), 4u);
  EXPECT_EQ(loaded.spec.updates[1].rules, "b c");
  EXPECT_EQ(loaded.spec.updates[3].rules, "e");
}

TEST(Updates, KnowTheirText) {
  const Loaded loaded = LoadText("SecRuleUpdateTargetById  1 \\\n \"!ARGS:a\"\n");
  EXPECT_EQ(loaded.spec.updates[0].text, "SecRuleUpdateTargetById 1 !ARGS:a");
  EXPECT_EQ(Place(loaded.spec.updates[0].targets[0].where), "a.conf:2:3");
}

TEST(Updates, InertActionsAreToldOnceAndLeftOut) {
  const Loaded loaded = LoadText("SecRuleUpdateActionById 1 \"pause:1,deny\"\n");
  EXPECT_EQ(loaded.diagnostics.size(), 1u) << loaded.Said();
  ASSERT_EQ(loaded.spec.updates.size(), 1u);
  EXPECT_EQ(loaded.spec.updates[0].actions.size(), 1u);
}

// The rule that `text` holds, with `actions` put into its `link`.
RuleSpec Updated(std::string_view text, std::string_view actions, size_t link = 0) {
  RuleSpec rule = OneRule(text);
  const std::string number = link == 0 ? "" : ":" + std::to_string(link);
  Loaded update =
      LoadText("SecRuleUpdateActionById 1" + number + " \"" + std::string(actions) + "\"");
  EXPECT_EQ(update.Said(), "");
  EXPECT_EQ(update.spec.updates.size(), 1u);
  if (update.spec.updates.empty()) return rule;
  Diagnostics diagnostics;
  ApplyActions(update.spec.updates[0].actions, rule, diagnostics, link);
  EXPECT_TRUE(diagnostics.empty());
  return rule;
}

TEST(ApplyActions, ChangesWhatItSaysAndNothingElse) {
  const RuleSpec rule = Updated(RuleWith("phase:1,deny,status:404,msg:'m',severity:2,nolog,t:trim"),
                                "pass,severity:ERROR,tag:x");
  EXPECT_EQ(rule.id, 1u);
  EXPECT_EQ(rule.phase, Phase::kRequestHeaders);
  EXPECT_EQ(rule.disposition, DispositionSpec::kPass);
  EXPECT_EQ(rule.severity, Severity::kError);
  EXPECT_EQ(rule.message, "m");
  EXPECT_EQ(rule.name, "m");
  EXPECT_FALSE(rule.logged);
  EXPECT_EQ(rule.tags, std::vector<std::string>{"x"});
  EXPECT_EQ(rule.links[0].transforms.size(), 1u);
}

TEST(ApplyActions, ChangesAStatusAlone) {
  EXPECT_EQ(Updated(RuleWith("deny"), "status:404").status, 404);
  EXPECT_EQ(Updated(RuleWith("deny"), "status:404").disposition, DispositionSpec::kBlock);
}

TEST(ApplyActions, KeepsTheStatusIfItSaysNothingOfIt) {
  EXPECT_EQ(Updated(RuleWith("deny,status:404"), "msg:x").status, 404);
}

TEST(ApplyActions, BlockMeansWhatItMeantWhereTheRuleStands) {
  const std::string defaults = "SecDefaultAction phase:2,deny,status:406\n";
  const RuleSpec rule = Updated(defaults + RuleWith("pass"), "block");
  EXPECT_EQ(rule.disposition, DispositionSpec::kBlock);
  EXPECT_EQ(rule.status, 406);
}

TEST(ApplyActions, AddsTransformationsUnlessNoneComesFirst) {
  EXPECT_EQ(Updated(RuleWith("t:trim"), "t:length").links[0].transforms.size(), 2u);
  EXPECT_EQ(Updated(RuleWith("t:trim"), "t:none,t:length").links[0].transforms.size(), 1u);
}

TEST(ApplyActions, ReplacesTheMessageAndTheName) {
  const RuleSpec rule = Updated(RuleWith("msg:a,logdata:b"), "msg:c");
  EXPECT_EQ(rule.message, "c");
  EXPECT_EQ(rule.name, "c");
  EXPECT_EQ(rule.log_data, "b");
}

TEST(ApplyActions, ReachesAChainedLink) {
  const RuleSpec rule = Updated("SecRule ARGS a id:1,chain\nSecRule ARGS b t:trim\n",
                                "t:none,capture,setvar:tx.a=1", 1);
  EXPECT_FALSE(rule.links[0].capture);
  EXPECT_TRUE(rule.links[1].capture);
  EXPECT_TRUE(rule.links[1].transforms.empty());
  EXPECT_EQ(rule.links[1].actions.size(), 1u);
}

TEST(ApplyActions, LeavesARuleAloneThatHasNoSuchLink) {
  const RuleSpec rule = Updated(RuleWith("deny"), "capture", 3);
  EXPECT_FALSE(rule.links[0].capture);
  EXPECT_EQ(rule.disposition, DispositionSpec::kBlock);
}

}  // namespace
}  // namespace rasp
