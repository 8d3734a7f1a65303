// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "operator/argument.h"
#include "operator/tables.h"

// libinjection, which libmodsecurity carries and exports; it installs no header for it.
extern "C" {
int libinjection_sqli(const char* text, size_t length, char fingerprint[]);
int libinjection_xss(const char* text, size_t length);
}

namespace rasp {
namespace {

using match::Presence;

// A lone word or number is no injection, nor are names parted by dots; other signs part tokens.
// With dots, something that looks like a number is needed as well.
Presence NeededForSqli() {
  const ByteMask digits = ByteMask::Range('0', '9');
  const ByteMask letters = ByteMask::Range('A', 'Z') | ByteMask::Range('a', 'z');
  const Presence sign = Presence::OfOneByte(~(digits | letters | ByteMask("_.")));
  const Presence dot = Presence::OfOneByte(ByteMask("."));
  const Presence digit = Presence::OfOneByte(digits);
  const Presence letter = Presence::OfOneByte(letters);
  const Presence dotted = Presence::AllOf(std::array{&dot, &digit, &letter});
  return Presence::AnyOf(std::array{&sign, &dotted});
}

// TX:0 and the match are the fingerprint, such as "s&sos", as in ModSecurity; the span is the whole
// value.
class DetectSqli final : public Operator {
 public:
  bool Matches(std::string_view input, MatchContext& context) const override {
    std::array<char, 8> fingerprint{};
    if (input.empty() || libinjection_sqli(input.data(), input.size(), fingerprint.data()) != 1) {
      return false;
    }
    context.fingerprint = fingerprint;
    const auto end = std::find(context.fingerprint.begin(), context.fingerprint.end(), '\0');
    context.Capture(
        {context.fingerprint.data(), static_cast<size_t>(end - context.fingerprint.begin())});
    context.matched = input;
    return true;
  }
  const Presence* presence() const override { return &presence_; }

 private:
  Presence presence_ = NeededForSqli();
};

// Markup begins with <; an attribute that the value itself breaks into has a value of its own,
// behind =.
class DetectXss final : public Operator {
 public:
  bool Matches(std::string_view input, MatchContext& context) const override {
    if (input.empty() || libinjection_xss(input.data(), input.size()) != 1) return false;
    context.Capture(input);
    context.matched = input;
    return true;
  }
  const Presence* presence() const override { return &presence_; }

 private:
  Presence presence_ = Presence::OfOneByte(ByteMask("<="));
};

template <typename T>
Result<OperatorPtr> Make(const OperatorSpec&) {
  return OperatorPtr(std::make_unique<T>());
}

constexpr OperatorDef kOperators[] = {
    {"detectSQLi", Make<DetectSqli>, "libinjection sees an SQL injection; TX:0 is its fingerprint",
     false, false},
    {"detectXSS", Make<DetectXss>, "libinjection sees cross-site scripting", false, false},
};

}  // namespace

std::span<const OperatorDef> DetectOperators() { return kOperators; }

}  // namespace rasp
