// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "operator/operator.h"

namespace rasp {

// One value against one operator. Without `macro`, `argument` is the rule's; with it, what its
// macros expand to.
struct OperatorCase {
  std::string_view name;
  std::string_view op;
  std::string_view argument;
  std::string_view input;
  bool want = false;
  std::string_view matched = {};  // checked if it matches and this is not empty
  bool macro = false;
};

struct OperatorError {
  std::string_view name;
  std::string_view op;
  std::string_view argument;
  std::string_view says;  // part of the error
};

OperatorPtr MakeOperator(std::string_view name, std::string_view argument, bool macro = false);

// Runs the operator on a copy of `input` that ends where its memory ends. What the context refers
// to is valid as long as the Evaluation lives.
struct Evaluation {
  Evaluation(const Operator& op, std::string_view input, std::string_view argument = {},
             bool captures = true);
  std::unique_ptr<char[]> bytes;
  MatchContext context;
  bool matched = false;
};

// That the operator's presence() does not rule out an input that it matches.
void CheckPresence(const Operator& op, std::string_view input);

void CheckCase(const OperatorCase& c);
void CheckError(const OperatorError& e);

inline void PrintTo(const OperatorCase& c, std::ostream* out) {
  *out << c.op << " " << c.argument << " on " << c.input;
}
inline void PrintTo(const OperatorError& e, std::ostream* out) {
  *out << e.op << " " << e.argument;
}

inline std::string CaseName(const testing::TestParamInfo<OperatorCase>& row) {
  return std::string(row.param.op) + std::string(row.param.name);
}
inline std::string ErrorName(const testing::TestParamInfo<OperatorError>& row) {
  return std::string(row.param.op) + std::string(row.param.name);
}

}  // namespace rasp
