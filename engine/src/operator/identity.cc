// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/ascii.h"
#include "match/regex.h"
#include "operator/argument.h"
#include "operator/tables.h"

// Numbers of cards and persons: the rule's pattern finds candidates, the number's own check digits
// decide.
namespace rasp {
namespace {

using match::Regex;

// The pattern is tried from every place, so that a card number that stands in a longer run of
// digits is found. A match may be this long at most, which keeps the whole linear: no number of
// these, with its separators, comes near it.
constexpr size_t kWindow = 256;

// The first digits of a candidate, in order; those that there is no room for are counted only.
struct Digits {
  std::array<int, 11> value{};
  size_t count = 0;

  explicit Digits(std::string_view text) {
    for (const char c : text) {
      if (!IsDigit(c)) continue;
      if (count < value.size()) value[count] = c - '0';
      ++count;
    }
  }
  int operator[](size_t i) const { return value[i]; }

  // Counts on from 0 or 1, 0 following 9: an example, as in ModSecurity.
  bool IsExample(size_t size) const {
    if (value[0] > 1) return false;
    for (size_t i = 1; i < size; ++i) {
      if (value[i] != (value[i - 1] + 1) % 10) return false;
    }
    return true;
  }

  // Each of the first `size` digits is the one before it plus `step`.
  bool Climbs(size_t size, int step) const {
    for (size_t i = 1; i < size; ++i) {
      if (value[i] != value[i - 1] + step) return false;
    }
    return true;
  }
};

// Luhn (ISO/IEC 7812-1). How many digits a card has is the pattern's business.
bool IsCardNumber(std::string_view candidate) {
  int sum = 0;
  size_t count = 0;
  for (auto c = candidate.rbegin(); c != candidate.rend(); ++c) {
    if (!IsDigit(*c)) continue;
    const int digit = (*c - '0') * (count++ % 2 == 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return count > 0 && sum % 10 == 0;
}

// Brazil's CPF: nine digits and two check digits, weights 10 down to 2 and 11 down to 2, modulo 11.
// As in ModSecurity, digits behind these do not matter.
bool IsCpf(std::string_view candidate) {
  const Digits digits(candidate);
  if (digits.count < 11 || digits.Climbs(11, 0) || digits.IsExample(11)) return false;
  for (const size_t check : {size_t{9}, size_t{10}}) {
    int sum = 0;
    for (size_t i = 0; i < check; ++i) sum += digits[i] * static_cast<int>(check + 1 - i);
    const int rest = sum % 11;
    if (digits[check] != (rest < 2 ? 0 : 11 - rest)) return false;
  }
  return true;
}

// The United States' Social Security number has no check digit, only parts that were never given
// out.
bool IsSsn(std::string_view candidate) {
  const Digits digits(candidate);
  if (digits.count != 9 || digits.Climbs(9, 0) || digits.Climbs(9, 1)) return false;
  const int area = digits[0] * 100 + digits[1] * 10 + digits[2];
  const int group = digits[3] * 10 + digits[4];
  const int serial = digits[5] * 1000 + digits[6] * 100 + digits[7] * 10 + digits[8];
  return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
}

// Austria's Sozialversicherungsnummer: the fourth digit checks the other nine, modulo 11; a number
// whose remainder is 10 is not given out. As in ModSecurity, digits behind these do not matter.
bool IsSvnr(std::string_view candidate) {
  const Digits digits(candidate);
  if (digits.count < 10 || digits.Climbs(10, 0) || digits.IsExample(10)) return false;
  constexpr std::array<int, 10> kWeights = {3, 7, 9, 0, 5, 8, 4, 2, 1, 6};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += digits[i] * kWeights[i];
  return sum % 11 == digits[3];
}

using CheckFn = bool (*)(std::string_view candidate);

template <CheckFn kCheck>
class Verify final : public Operator {
 public:
  static Result<OperatorPtr> Make(const OperatorSpec& spec) {
    Result<Regex> regex = Regex::Compile(spec.argument);
    if (!regex) return Refuse(regex.error());
    return OperatorPtr(std::make_unique<Verify>(*std::move(regex)));
  }
  explicit Verify(Regex regex) : regex_(std::move(regex)) {
    const match::Presence digit = match::Presence::OfOneByte(ByteMask::Range('0', '9'));
    presence_ = match::Presence::AllOf(std::array{&regex_.presence(), &digit});
  }

  bool Matches(std::string_view input, MatchContext& context) const override {
    size_t begin = 0;
    while (begin < input.size()) {
      const size_t end = std::min(begin + kWindow, input.size());
      Regex::Captures found;
      found.wanted = 1;
      const Regex::Outcome outcome = regex_.SearchBetween(input, begin, end, &found);
      if (outcome == Regex::Outcome::kGaveUp) {
        context.gave_up = true;
        return true;
      }
      if (outcome == Regex::Outcome::kNoMatch) {
        if (end == input.size()) return false;
        begin += kWindow / 2;  // a candidate of up to half a window is wholly in one window
        continue;
      }
      const std::string_view candidate = found.group[0];
      if (kCheck(candidate)) {
        context.matched = candidate;
        context.Capture(candidate);
        return true;
      }
      begin = static_cast<size_t>(candidate.data() - input.data()) + 1;
    }
    return false;
  }
  const match::Presence* presence() const override { return &presence_; }
  std::string_view note() const override { return regex_.note(); }
  int64_t memory_ceiling() const override { return regex_.memory_ceiling(); }
  uint64_t slow_searches() const override { return regex_.slow_searches(); }

 private:
  Regex regex_;
  match::Presence presence_;
};

constexpr OperatorDef kOperators[] = {
    {"verifyCC", Verify<IsCardNumber>::Make, "the pattern finds a payment card's number (Luhn)"},
    {"verifyCPF", Verify<IsCpf>::Make, "the pattern finds a Brazilian CPF"},
    {"verifySSN", Verify<IsSsn>::Make, "the pattern finds a US Social Security number"},
    {"verifySVNR", Verify<IsSvnr>::Make, "the pattern finds an Austrian social insurance number"},
};

}  // namespace

std::span<const OperatorDef> IdentityOperators() { return kOperators; }

}  // namespace rasp
