// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <functional>

#include "core/ascii.h"
#include "core/decimal.h"
#include "operator/argument.h"
#include "operator/tables.h"

namespace rasp {
namespace {

template <typename Comparison>
constexpr NumberTest::Kind kKindOf = NumberTest::Kind::kEqual;
template <>
constexpr NumberTest::Kind kKindOf<std::greater_equal<>> = NumberTest::Kind::kAtLeast;
template <>
constexpr NumberTest::Kind kKindOf<std::greater<>> = NumberTest::Kind::kAbove;
template <>
constexpr NumberTest::Kind kKindOf<std::less_equal<>> = NumberTest::Kind::kAtMost;
template <>
constexpr NumberTest::Kind kKindOf<std::less<>> = NumberTest::Kind::kBelow;

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
  std::optional<NumberTest> number_test() const override {
    if (argument_.has_macro()) return std::nullopt;
    return NumberTest{kKindOf<Comparison>, literal_};
  }

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
