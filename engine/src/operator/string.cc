// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "core/ascii.h"
#include "operator/argument.h"
#include "operator/tables.h"

namespace rasp {
namespace {

using match::Presence;

// Where `wanted` stands in the input by the operator's rule; data() == nullptr if it does not.
using FindFn = std::string_view (*)(std::string_view input, std::string_view wanted);

// What an input holds in which an operator finds a text that is known beforehand.
using PresenceFn = Presence (*)(std::string_view wanted);

template <FindFn kFind, PresenceFn kPresence = Presence::OfText>
class Text final : public Operator {
 public:
  static Result<OperatorPtr> Make(const OperatorSpec& spec) {
    return OperatorPtr(std::make_unique<Text>(spec));
  }
  explicit Text(const OperatorSpec& spec)
      : argument_(spec), presence_(spec.has_macro ? Presence() : kPresence(spec.argument)) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    if (input.data() == nullptr) input = "";
    const std::string_view found = kFind(input, argument_.In(context));
    if (found.data() == nullptr) return false;
    context.matched = found;
    context.Capture(found);
    return true;
  }
  const Presence* presence() const override { return &presence_; }

 private:
  Argument argument_;
  Presence presence_;
};

// string_view::find() takes the product of both lengths where text and argument repeat themselves,
// and an argument with macros is as long as a request likes; memmem() does not.
size_t FindText(std::string_view input, std::string_view wanted, size_t from = 0) {
  if (wanted.size() > input.size() || from > input.size() - wanted.size()) {
    return std::string_view::npos;
  }
  const void* const found =
      memmem(input.data() + from, input.size() - from, wanted.data(), wanted.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<size_t>(static_cast<const char*>(found) - input.data());
}

std::string_view BeginsWith(std::string_view input, std::string_view wanted) {
  return input.starts_with(wanted) ? input.substr(0, wanted.size()) : std::string_view();
}

std::string_view EndsWith(std::string_view input, std::string_view wanted) {
  return input.ends_with(wanted) ? input.substr(input.size() - wanted.size()) : std::string_view();
}

std::string_view Contains(std::string_view input, std::string_view wanted) {
  const size_t at = FindText(input, wanted);
  return at == std::string_view::npos ? std::string_view() : input.substr(at, wanted.size());
}

// A word ends where no ASCII letter follows; digits and _ do not prolong it, as in ModSecurity 3.
std::string_view ContainsWord(std::string_view input, std::string_view wanted) {
  for (size_t at = FindText(input, wanted); at != std::string_view::npos;
       at = FindText(input, wanted, at + 1)) {
    const size_t end = at + wanted.size();
    const bool begins = at == 0 || !IsAlpha(input[at - 1]);
    const bool ends = end == input.size() || !IsAlpha(input[end]);
    if (begins && ends) return input.substr(at, wanted.size());
  }
  return {};
}

std::string_view Equal(std::string_view input, std::string_view wanted) {
  return input == wanted ? input : std::string_view();
}

// The other way round: the input occurs in the argument.
std::string_view Within(std::string_view input, std::string_view list) {
  return FindText(list, input) == std::string_view::npos ? std::string_view() : input;
}

Presence Anything(std::string_view) { return {}; }

class Always final : public Operator {
 public:
  bool Matches(std::string_view, MatchContext&) const override { return true; }
};

class Never final : public Operator {
 public:
  bool Matches(std::string_view, MatchContext&) const override { return false; }
  const Presence* presence() const override { return &presence_; }

 private:
  Presence presence_ = Presence::OfOneByte(ByteMask());
};

template <typename T>
Result<OperatorPtr> MakeConstant(const OperatorSpec&) {
  return OperatorPtr(std::make_unique<T>());
}

constexpr OperatorDef kOperators[] = {
    {"beginsWith", Text<BeginsWith>::Make, "the value begins with the argument", true},
    {"contains", Text<Contains>::Make, "the argument occurs in the value", true},
    {"containsWord", Text<ContainsWord>::Make, "as contains, with no letter before or behind it",
     true},
    {"endsWith", Text<EndsWith>::Make, "the value ends with the argument", true},
    {"streq", Text<Equal>::Make, "the value is the argument", true, false},
    {"strmatch", Text<Contains>::Make, "the same as contains", true},
    {"within", Text<Within, Anything>::Make, "the value occurs in the argument", true},
    {"unconditionalMatch", MakeConstant<Always>, "always matches", false, false},
    {"noMatch", MakeConstant<Never>, "never matches", false, false},
};

}  // namespace

std::span<const OperatorDef> StringOperators() { return kOperators; }

}  // namespace rasp
