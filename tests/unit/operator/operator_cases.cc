// SPDX-License-Identifier: Apache-2.0
#include "operator/operator_cases.h"

#include <algorithm>

namespace rasp {

OperatorPtr MakeOperator(std::string_view name, std::string_view argument, bool macro) {
  const OperatorDef* const def = FindOperator(name);
  if (def == nullptr) {
    ADD_FAILURE() << "no operator " << name;
    return nullptr;
  }
  EXPECT_TRUE(!macro || def->takes_macro) << name;
  OperatorSpec spec;
  spec.argument = macro ? "%{tx.x}" : argument;
  spec.has_macro = macro;
  auto made = def->make(spec);
  if (!made) {
    ADD_FAILURE() << name << ": " << made.error();
    return nullptr;
  }
  return std::move(*made);
}

Evaluation::Evaluation(const Operator& op, std::string_view input, std::string_view argument,
                       bool captures)
    : bytes(new char[input.size()]) {
  std::copy(input.begin(), input.end(), bytes.get());
  context.argument = argument;
  context.wants_captures = captures;
  matched = op.Matches({bytes.get(), input.size()}, context);
}

void CheckPresence(const Operator& op, std::string_view input) {
  if (op.presence() == nullptr) return;
  const auto grams = std::make_unique<match::GramSet>();
  grams->Fill(input, KindsIn(input));
  EXPECT_TRUE(op.presence()->MayMatch(KindsIn(input))) << testing::PrintToString(input);
  EXPECT_TRUE(op.presence()->MayMatch(*grams)) << testing::PrintToString(input);
}

void CheckCase(const OperatorCase& c) {
  const OperatorPtr op = MakeOperator(c.op, c.argument, c.macro);
  ASSERT_NE(op, nullptr);
  const Evaluation run(*op, c.input, c.argument);
  EXPECT_EQ(run.matched, c.want);
  EXPECT_FALSE(run.context.gave_up);
  if (run.matched && !c.matched.empty()) {
    EXPECT_EQ(run.context.matched, c.matched);
  }
  if (run.matched) CheckPresence(*op, c.input);
  const Evaluation again(*op, c.input, c.argument, false);
  EXPECT_EQ(again.matched, c.want) << "with captures not wanted";
  MatchContext yes_or_no;
  yes_or_no.argument = c.argument;
  yes_or_no.wants_span = false;
  EXPECT_EQ(op->Matches(c.input, yes_or_no), c.want) << "with no span wanted";
  const std::string_view span = run.context.matched;
  if (run.matched && !span.empty()) {
    EXPECT_GE(span.data(), run.bytes.get());
    EXPECT_LE(span.data() + span.size(), run.bytes.get() + c.input.size());
  }
}

void CheckError(const OperatorError& e) {
  const OperatorDef* const def = FindOperator(e.op);
  ASSERT_NE(def, nullptr);
  OperatorSpec spec;
  spec.argument = e.argument;
  spec.directory = "/nonexistent";
  const auto made = def->make(spec);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().find(e.says), std::string::npos) << made.error();
  EXPECT_EQ(made.error().find('\n'), std::string::npos) << made.error();
}

}  // namespace rasp
