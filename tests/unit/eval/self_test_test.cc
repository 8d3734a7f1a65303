// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "compile/spec_builder.h"
#include "rasp/ruleset.h"

namespace rasp {
namespace {

using D = DispositionSpec;

TEST(SelfTest, PassesWithRulesThatLetABrowserPass) {
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kRequestBody, D::kBlock, {{"ARGS", "rx evil"}}),
                   MakeRule(101, Phase::kRequestHeaders, D::kPass, {{"REQUEST_METHOD", "rx ."}})});
  const Result<bool> result = SelfTest(ruleset);
  EXPECT_TRUE(result.ok()) << result.error();
}

TEST(SelfTest, NamesTheRuleThatBlocksABrowser) {
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kRequestBody, D::kBlock, {{"ARGS", "rx ."}})});
  const Result<bool> result = SelfTest(ruleset);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().find("rule 100 on ARGS:page"), std::string::npos) << result.error();
}

TEST(SelfTest, FailsIfTheAttackPasses) {
  const Ruleset ruleset =
      MakeRuleset({MakeRule(100, Phase::kRequestHeaders, D::kAllow, {{"REQUEST_METHOD", "rx ."}})});
  const Result<bool> result = SelfTest(ruleset);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().find("attack"), std::string::npos) << result.error();
}

}  // namespace
}  // namespace rasp
