// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "compile/spec_builder.h"

namespace rasp {
namespace {

using D = DispositionSpec;

Ruleset ThreeRules() {
  RuleSpec tagged = MakeRule(102, Phase::kRequestBody, D::kPass, {{"REQUEST_HEADERS", "rx a"}});
  tagged.tags = {"noisy"};
  return MakeRuleset({MakeRule(100, Phase::kRequestBody, D::kPass, {{"ARGS", "rx a"}}),
                      MakeRule(101, Phase::kRequestBody, D::kPass, {{"ARGS:a", "rx a"}}), tagged});
}

struct Case {
  std::string_view name;
  std::string exclusion;
  uint32_t active;         // of 4, with the canary; 0: the exclusion is refused
  std::string_view error;  // occurs in the text
};

const Case kCases[] = {
    {"ById", "100", 3, ""},
    {"ByRange", "100-101", 2, ""},
    {"ByTagWithoutCase", "tag:NOISY", 3, ""},
    {"TargetLeavesTheRuleOn", "100 ARGS:comment", 4, ""},
    {"TargetOfAll", "* ARGS:comment", 4, ""},
    {"TargetByRegex", "101 ARGS:/^A/", 4, ""},
    {"UnknownRule", "99", 0, "there is no rule 99"},
    {"UnknownTag", "tag:quiet", 0, "no rule has the tag"},
    {"NoRule", "ARGS:a", 0, "is no rule"},
    {"UnknownVariable", "100 ARGZ", 0, "did you mean `ARGS`?"},
    {"TargetThatTheRuleNeverLooksAt", "100 REQUEST_COOKIES:a", 0, "looks at REQUEST_COOKIES:a"},
    {"NameThatTheRuleNeverLooksAt", "101 ARGS:b", 0, "looks at ARGS:b"},
    {"BadRegex", "100 ARGS:/(/", 0, "selector"},
    {"Negated", "100 !ARGS:a", 0, "without"},
    {"Empty", "", 0, "is no rule"},
};

class OverlayTest : public testing::TestWithParam<Case> {};

TEST_P(OverlayTest, AppliesOrRefusesAnExclusion) {
  const Case& c = GetParam();
  const Ruleset ruleset = ThreeRules();
  OverlaySpec spec;
  spec.exclusions = {c.exclusion};
  const auto overlay = Overlay::Make(ruleset, spec);
  ASSERT_EQ(overlay.ok(), c.active != 0) << (overlay.ok() ? "" : overlay.error()[0]);
  if (overlay.ok()) {
    EXPECT_EQ(overlay->active_rules(), c.active);
    return;
  }
  ASSERT_EQ(overlay.error().size(), 1u);
  EXPECT_NE(overlay.error()[0].find(c.error), std::string::npos) << overlay.error()[0];
  EXPECT_NE(overlay.error()[0].find(c.exclusion), std::string::npos) << overlay.error()[0];
}

INSTANTIATE_TEST_SUITE_P(Overlay, OverlayTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Overlay, GathersAllErrors) {
  OverlaySpec spec;
  spec.threshold = 0;
  spec.response_threshold = -1;
  spec.exclusions = {"1", "2"};
  const auto overlay = Overlay::Make(ThreeRules(), spec);
  ASSERT_FALSE(overlay.ok());
  EXPECT_EQ(overlay.error().size(), 4u);
}

TEST(Overlay, RulesThatAreOffAreNotActive) {
  RuleSpec off = MakeRule(100, Phase::kRequestBody, D::kPass, {{"ARGS", "rx a"}});
  off.mode = RuleMode::kOff;
  const Ruleset ruleset = MakeRuleset({off});
  EXPECT_EQ(Overlay::Make(ruleset, {})->active_rules(), 1u);  // the canary
}

}  // namespace
}  // namespace rasp
