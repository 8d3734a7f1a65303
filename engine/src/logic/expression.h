// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logic/locator.h"
#include "match/regex.h"

namespace rasp {

class LogicSession;

// The whole text as a decimal number, or nothing.
std::optional<double> NumberIn(std::string_view text);

// A named event's condition over one request and its response:
//
//   resp.status in (401, 403) or resp.body ~ 'Invalid (user|password)'
//   not header.x-requested-with and body.amount >= 1000
//
// A locator alone is true if it is there. `and` binds closer than `or`, `not` closer than both.
// Texts stand in single or double quotes, where a backslash keeps the character behind it. A number
// is compared as one if the value is a number, else the test fails; `~` searches with RE2 through
// the first kSearchedBytes. What is not there passes no test but `!=`, `not in` and `!~`.
// Compiled into a program in postfix order: run without recursion, each test at most once, in time
// linear in the values.
class Expression {
 public:
  static constexpr size_t kSearchedBytes = 64 * 1024;
  static constexpr size_t kMostTests = 256;
  static constexpr size_t kDeepest = 32;

  enum class Compare : uint8_t {
    kPresent,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kIn,
    kNotIn,
    kMatches,
    kMatchesNot
  };
  struct Operand {
    std::string text;
    double number = 0;
    bool is_number = false;
  };
  struct Test {
    Locator locator;
    Compare compare = Compare::kPresent;
    std::vector<Operand> operands;
    std::unique_ptr<const match::Regex> regex;
  };
  enum class Step : uint8_t { kTest, kNot, kAnd, kOr };

  // REQUIRES: the stage that stage() names has been reached.
  bool Holds(LogicSession& session) const;
  LogicStage stage() const { return stage_; }  // when every locator of it is known

 private:
  friend class ExpressionParser;  // logic_rules/expression_parser.h

  struct Code {
    Step step;
    uint32_t test;
  };
  std::vector<Test> tests_;
  std::vector<Code> program_;
  LogicStage stage_ = LogicStage::kRequestHeaders;
};

}  // namespace rasp
