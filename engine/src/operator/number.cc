// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <functional>
#include <limits>

#include "core/ascii.h"
#include "operator/argument.h"
#include "operator/tables.h"

namespace rasp {
namespace {

// The integer that the text begins with, white space before it aside; 0 if there is none, the
// nearest bound if it does not fit.
int64_t LeadingInteger(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && IsSpace(text[i])) ++i;
  const bool negative = i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  int64_t value = 0;  // negative all along: there are more negative numbers than positive ones
  for (; i < text.size() && IsDigit(text[i]); ++i) {
    const int digit = text[i] - '0';
    if (value < (std::numeric_limits<int64_t>::min() + digit) / 10) {
      value = std::numeric_limits<int64_t>::min();
      break;
    }
    value = value * 10 - digit;
  }
  if (negative) return value;
  return value == std::numeric_limits<int64_t>::min() ? std::numeric_limits<int64_t>::max()
                                                      : -value;
}

template <typename Comparison>
class Number final : public Operator {
 public:
  static Result<OperatorPtr> Make(const OperatorSpec& spec) {
    if (!spec.has_macro && !IsNumber(spec.argument)) {
      return Refuse(Quoted(spec.argument) +
                    " is not an integer, and would count as 0; write a number");
    }
    return OperatorPtr(std::make_unique<Number>(spec));
  }
  explicit Number(const OperatorSpec& spec)
      : argument_(spec), literal_(LeadingInteger(spec.argument)) {
    // Where 0 does not match, nothing does that has no digit.
    if (!spec.has_macro && !Comparison()(0, literal_)) {
      presence_ = match::Presence::OfOneByte(ByteMask::Range('0', '9'));
    }
  }

  bool Matches(std::string_view input, MatchContext& context) const override {
    const int64_t wanted = argument_.has_macro() ? LeadingInteger(context.argument) : literal_;
    return Comparison()(LeadingInteger(input), wanted);
  }
  const match::Presence* presence() const override { return &presence_; }
  bool compares_numbers() const override { return true; }

 private:
  static bool IsNumber(std::string_view text) {
    text = Trim(text);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty()) return false;
    for (const char c : text) {
      if (!IsDigit(c)) return false;
    }
    return true;
  }

  Argument argument_;
  int64_t literal_;
  match::Presence presence_;
};

constexpr OperatorDef kOperators[] = {
    {"eq", Number<std::equal_to<>>::Make, "the value, as an integer, equals the argument", true},
    {"ge", Number<std::greater_equal<>>::Make, "the value, as an integer, is at least the argument",
     true},
    {"gt", Number<std::greater<>>::Make, "the value, as an integer, is above the argument", true},
    {"le", Number<std::less_equal<>>::Make, "the value, as an integer, is at most the argument",
     true},
    {"lt", Number<std::less<>>::Make, "the value, as an integer, is below the argument", true},
};

}  // namespace

std::span<const OperatorDef> NumberOperators() { return kOperators; }

}  // namespace rasp
