// SPDX-License-Identifier: Apache-2.0
#include "match/regex.h"

#include <algorithm>

#include "operator/argument.h"
#include "operator/tables.h"

namespace rasp {
namespace {

using match::Regex;

constexpr uint32_t kMostSteps = 10'000'000;  // a tenth of a second

// SecPcreMatchLimit can only raise what one search may take: ModSecurity counts anew at every place
// where a match may begin, so that its usual 1000 or 1500 would be far too little for a whole
// search.
Regex::Options OptionsFor(const OperatorSpec& spec) {
  Regex::Options options;
  if (spec.settings != nullptr && spec.settings->pcre_match_limit) {
    options.match_limit =
        std::clamp(*spec.settings->pcre_match_limit, options.match_limit, kMostSteps);
  }
  return options;
}

// True for a match; what was found is put into `context`.
bool Report(Regex::Outcome outcome, const Regex::Captures& found, MatchContext& context) {
  if (outcome == Regex::Outcome::kGaveUp) {
    context.gave_up = true;
    return true;
  }
  if (outcome == Regex::Outcome::kNoMatch) return false;
  context.matched = found.group[0];
  if (!context.wants_captures) return true;
  int count = found.count;  // up to the last group that took part
  while (count > 1 && found.group[static_cast<size_t>(count - 1)].data() == nullptr) --count;
  for (int i = 0; i < count; ++i) context.Capture(found.group[static_cast<size_t>(i)]);
  return true;
}

bool SearchOnce(const Regex& regex, std::string_view input, MatchContext& context) {
  if (!context.wants_captures && !context.wants_span) {
    const Regex::Outcome outcome = regex.Search(input, nullptr);
    context.gave_up |= outcome == Regex::Outcome::kGaveUp;
    return outcome != Regex::Outcome::kNoMatch;
  }
  Regex::Captures found;
  if (!context.wants_captures) found.wanted = 1;
  return Report(regex.Search(input, &found), found, context);
}

// Groups of all matches one after another until TX:9 is filled: at most ten searches.
bool SearchAll(const Regex& regex, std::string_view input, MatchContext& context) {
  if (!context.wants_captures) return SearchOnce(regex, input, context);
  bool any = false;
  std::string_view first;
  for (size_t offset = 0;
       offset <= input.size() && context.capture_count < MatchContext::kMaxCaptures;) {
    Regex::Captures found;
    const Regex::Outcome outcome = regex.SearchFrom(input, offset, &found);
    if (!Report(outcome, found, context)) break;
    if (context.gave_up) return true;
    if (!any) first = found.group[0];
    any = true;
    const size_t end =
        static_cast<size_t>(found.group[0].data() - input.data()) + found.group[0].size();
    offset = found.group[0].empty() ? end + 1 : end;
  }
  if (any) context.matched = first;
  return any;
}

using SearchFn = bool (*)(const Regex&, std::string_view, MatchContext&);

// @rx, @rxGlobal: the pattern occurs anywhere in the input.
template <SearchFn kSearch>
class Rx final : public Operator {
 public:
  static Result<OperatorPtr> Make(const OperatorSpec& spec) {
    Result<Regex> regex = Regex::Compile(spec.argument, OptionsFor(spec));
    if (!regex) return Refuse(regex.error());
    return OperatorPtr(std::make_unique<Rx>(*std::move(regex)));
  }
  explicit Rx(Regex regex) : regex_(std::move(regex)) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    return kSearch(regex_, input, context);
  }
  const match::Presence* presence() const override { return &regex_.presence(); }
  bool AddPatterns(std::vector<std::string>& out) const override {
    out.emplace_back(regex_.rewritten());
    return true;
  }
  std::string_view note() const override { return regex_.note(); }
  int64_t memory_ceiling() const override { return regex_.memory_ceiling(); }
  uint64_t slow_searches() const override { return regex_.slow_searches(); }

 private:
  Regex regex_;
};

// Of a pattern that a request may have written: more would cost milliseconds to compile.
constexpr size_t kMaxMacroPattern = 16 << 10;

// The same with macros in the pattern, which is known and compiled only when a value is looked at.
// A pattern that then turns out to be wrong or too long cannot be decided: that is reported, and
// taken as a match.
template <SearchFn kSearch>
class RxWithMacro final : public Operator {
 public:
  bool Matches(std::string_view input, MatchContext& context) const override {
    if (context.argument.size() <= kMaxMacroPattern) {
      const Result<Regex> regex = Regex::Compile(context.argument);
      if (regex) return kSearch(*regex, input, context);
    }
    context.gave_up = true;
    return true;
  }
};

template <SearchFn kSearch>
Result<OperatorPtr> Make(const OperatorSpec& spec) {
  if (spec.has_macro) return OperatorPtr(std::make_unique<RxWithMacro<kSearch>>());
  return Rx<kSearch>::Make(spec);
}

constexpr OperatorDef kOperators[] = {
    {"rx", Make<SearchOnce>, "the regular expression matches; captures are its groups", true,
     false},
    {"rxGlobal", Make<SearchAll>,
     "as rx, for every match in turn; captures are the groups of all matches, ten in all", true,
     false},
};

}  // namespace

std::span<const OperatorDef> RegexOperators() { return kOperators; }

}  // namespace rasp
