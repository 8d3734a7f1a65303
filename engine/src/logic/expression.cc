// SPDX-License-Identifier: Apache-2.0
#include "logic/expression.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "logic/session.h"

namespace rasp {
namespace {

using Compare = Expression::Compare;

bool Equals(std::string_view value, const Expression::Operand& operand) {
  if (value == operand.text) return true;
  if (!operand.is_number) return false;
  const std::optional<double> number = NumberIn(value);
  return number && *number == operand.number;
}

bool IsIn(std::string_view value, const std::vector<Expression::Operand>& operands) {
  return std::any_of(operands.begin(), operands.end(),
                     [value](const auto& operand) { return Equals(value, operand); });
}

bool IsOrdered(Compare compare, std::string_view value, const Expression::Operand& operand) {
  const std::optional<double> number = NumberIn(value);
  if (!number) return false;
  switch (compare) {
    case Compare::kLess:
      return *number < operand.number;
    case Compare::kLessEqual:
      return *number <= operand.number;
    case Compare::kGreater:
      return *number > operand.number;
    default:
      return *number >= operand.number;
  }
}

bool Matches(const Expression::Test& test, std::string_view value) {
  value = value.substr(0, Expression::kSearchedBytes);
  return test.regex->Search(value, nullptr) != match::Regex::Outcome::kNoMatch;
}

bool Passes(LogicSession& session, const Expression::Test& test) {
  const Located located = session.Locate(test.locator);
  switch (test.compare) {
    case Compare::kPresent:
      return located.found;
    case Compare::kEqual:
    case Compare::kIn:
      return located.found && IsIn(located.value, test.operands);
    case Compare::kNotEqual:
    case Compare::kNotIn:
      return !located.found || !IsIn(located.value, test.operands);
    case Compare::kMatches:
      return located.found && Matches(test, located.value);
    case Compare::kMatchesNot:
      return !located.found || !Matches(test, located.value);
    default:
      return located.found && IsOrdered(test.compare, located.value, test.operands.front());
  }
}

}  // namespace

std::optional<double> NumberIn(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

// Operands' truths are the bits of a stack: the parser bounds its depth.
bool Expression::Holds(LogicSession& session) const {
  uint64_t stack = 0;
  for (const Code& code : program_) {
    switch (code.step) {
      case Step::kTest:
        stack = stack << 1 | (Passes(session, tests_[code.test]) ? 1 : 0);
        break;
      case Step::kNot:
        stack ^= 1;
        break;
      case Step::kAnd:
        stack = stack >> 1 & (stack | ~uint64_t{1});
        break;
      case Step::kOr:
        stack = stack >> 1 | (stack & 1);
        break;
    }
  }
  return (stack & 1) != 0;
}

}  // namespace rasp
