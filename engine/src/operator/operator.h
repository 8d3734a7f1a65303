// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "match/presence.h"
#include "rasp/diagnostic.h"
#include "rasp/result.h"
#include "rasp/settings.h"

namespace rasp {

// What a GeoIP database says of an address: SecLang's GEO collection, in the order of
// GeoFieldNames().
inline constexpr size_t kGeoFields = 10;
struct GeoRecord {
  bool found = false;
  std::array<std::string, kGeoFields> fields;
};
// COUNTRY_CODE, COUNTRY_CODE3, COUNTRY_NAME, COUNTRY_CONTINENT, REGION, CITY, POSTAL_CODE,
// LATITUDE, LONGITUDE, DMA_CODE
std::span<const std::string_view> GeoFieldNames();

// What the evaluator gives an operator for one value, and gets back.
struct MatchContext {
  static constexpr int kMaxCaptures = 10;

  std::string_view
      argument;  // the rule's argument with its macros expanded; the literal one if it has none
  bool wants_captures = false;  // the rule says `capture`
  // Without captures: whether `matched` is wanted. false asks for a mere yes or no, which can cost
  // less; `matched` then says nothing.
  bool wants_span = true;

  // TX:0 to TX:9; views into the input, the operator or this context: copy them before it goes.
  std::array<std::string_view, kMaxCaptures> captures;
  int capture_count = 0;
  std::string_view matched;  // the bytes that matched, within the input; default: all of it
  std::array<char, 8>
      fingerprint{};  // libinjection's, if an operator has one; its capture is a view into this
  GeoRecord* geo = nullptr;  // where geoLookup puts what it found; nullptr: nowhere
  bool gave_up = false;  // could not decide for want of memory; the evaluator reports it and takes
                         // it as a match

  void Capture(std::string_view bytes) {
    if (capture_count < kMaxCaptures) captures[static_cast<size_t>(capture_count++)] = bytes;
  }
};

// How LeadingInteger() of an input is compared.
struct NumberTest {
  enum class Kind : uint8_t { kEqual, kAtLeast, kAbove, kAtMost, kBelow };
  Kind kind = Kind::kEqual;
  int64_t operand = 0;

  bool Holds(int64_t number) const {
    switch (kind) {
      case Kind::kEqual:
        return number == operand;
      case Kind::kAtLeast:
        return number >= operand;
      case Kind::kAbove:
        return number > operand;
      case Kind::kAtMost:
        return number <= operand;
      case Kind::kBelow:
        return number < operand;
    }
    return false;
  }
};

// Bytes -> matched? Immutable after load, thread-safe, linear in the input.
class Operator {
 public:
  virtual ~Operator() = default;
  virtual bool Matches(std::string_view input, MatchContext& context) const = 0;
  // What an input must hold for this to match, whatever the context; nullptr: nothing is known.
  virtual const match::Presence* presence() const { return nullptr; }
  // Appends regular expressions in RE2's syntax, one of which matches wherever this does, if it can
  // be told by such; false: it cannot.
  virtual bool AddPatterns(std::vector<std::string>&) const { return false; }
  // If all that it does is to compare the input, as an integer, with a constant: how.
  virtual std::optional<NumberTest> number_test() const { return std::nullopt; }
  // What a host should know of it: that it is not run in linear time or never matches, and why.
  // Empty: nothing.
  virtual std::string_view note() const { return {}; }
  // What matching, whatever the inputs, adds to a process's memory at most, in bytes.
  virtual int64_t memory_ceiling() const { return 0; }
  // How often an input was hostile to it, in this process; see match::Regex::slow_searches().
  virtual uint64_t slow_searches() const { return 0; }
  // It never matches: what it needs is not there.
  virtual bool inert() const { return false; }
};
using OperatorPtr = std::unique_ptr<const Operator>;

struct OperatorSpec {
  std::string_view argument;  // as written; for a macro argument only known when a request comes
  // argument holds %{...}: use MatchContext::argument instead. Only if takes_macro.
  bool has_macro = false;
  std::string_view
      directory;  // of the file that the rule stands in: operator files are relative to it
  const EngineSettings* settings = nullptr;  // the ruleset's; nullptr: the defaults
};

struct OperatorDef {
  std::string_view name;  // as in SecLang without the @
  // Fails with one line that says what is wrong and what to do; for operators that only
  // libmodsecurity has, always.
  Result<OperatorPtr> (*make)(const OperatorSpec& spec);
  std::string_view summary;
  bool takes_macro = false;    // whether the argument may hold %{...}
  bool needs_argument = true;  // whether an empty argument is an error
};

// Names are matched without regard to case; nullptr if there is none.
const OperatorDef* FindOperator(std::string_view name);
std::span<const OperatorDef> AllOperators();

// Operators of several: `children` on the same value; captures are those of the last child that
// matched.
OperatorPtr MakeAllOf(std::vector<OperatorPtr> children);
OperatorPtr MakeAnyOf(std::vector<OperatorPtr> children);
OperatorPtr MakeNot(OperatorPtr child);

}  // namespace rasp
