// SPDX-License-Identifier: Apache-2.0
#include "operator/operator_cases.h"

namespace rasp {
namespace {

class GivesUp final : public Operator {
 public:
  bool Matches(std::string_view, MatchContext& context) const override {
    context.gave_up = true;
    return true;
  }
};

std::vector<OperatorPtr> Patterns(std::initializer_list<std::string_view> patterns) {
  std::vector<OperatorPtr> children;
  for (const std::string_view pattern : patterns) children.push_back(MakeOperator("rx", pattern));
  return children;
}

TEST(AllOf, NeedsEachAndKeepsTheLastCaptures) {
  const OperatorPtr op = MakeAllOf(Patterns({"(a)", "(b)(c)"}));
  const Evaluation run(*op, "abc");
  EXPECT_TRUE(run.matched);
  EXPECT_EQ(run.context.capture_count, 3);
  EXPECT_EQ(run.context.captures[0], "bc");
  EXPECT_EQ(run.context.matched, "bc");
  const Evaluation other(*op, "a");
  EXPECT_FALSE(other.matched);
  EXPECT_EQ(other.context.capture_count, 0);
  EXPECT_TRUE(Evaluation(*MakeAllOf({}), "x").matched);
}

TEST(AnyOf, TakesTheFirstThatMatches) {
  const OperatorPtr op = MakeAnyOf(Patterns({"(x)(y)", "(b)"}));
  const Evaluation run(*op, "abc");
  EXPECT_TRUE(run.matched);
  EXPECT_EQ(run.context.capture_count, 2);
  EXPECT_EQ(run.context.matched, "b");
  EXPECT_FALSE(Evaluation(*op, "zzz").matched);
  EXPECT_FALSE(Evaluation(*MakeAnyOf({}), "x").matched);
}

TEST(Not, TurnsTheVerdictAndForgetsCaptures) {
  const OperatorPtr op = MakeNot(MakeOperator("rx", "(a)"));
  EXPECT_TRUE(Evaluation(*op, "b").matched);
  const Evaluation run(*op, "a");
  EXPECT_FALSE(run.matched);
  EXPECT_EQ(run.context.capture_count, 0);
}

TEST(Not, AnUndecidedChildIsAMatchEitherWay) {
  const OperatorPtr op = MakeNot(std::make_unique<GivesUp>());
  const Evaluation run(*op, "a");
  EXPECT_TRUE(run.matched);
  EXPECT_TRUE(run.context.gave_up);
}

TEST(Not, TwiceIsTheSame) {
  const OperatorPtr op = MakeNot(MakeNot(MakeOperator("streq", "a")));
  EXPECT_TRUE(Evaluation(*op, "a").matched);
  EXPECT_FALSE(Evaluation(*op, "b").matched);
}

}  // namespace
}  // namespace rasp
