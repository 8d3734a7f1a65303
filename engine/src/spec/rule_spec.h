// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rasp/diagnostic.h"
#include "rasp/event.h"
#include "rasp/ruleset.h"

// Parsed, unresolved rules: what every ruleset format is read into. Names are as the author wrote
// them; the compiler looks them up in the tables and reports what does not exist.
namespace rasp {

struct NameSpec {
  std::string name;
  SourceLocation where;
};

// "ARGS", "ARGS:id", "ARGS:/^x_/", "&ARGS", "!ARGS:password"
struct TargetSpec {
  std::string variable;
  std::string
      selector;  // without the slashes if it is a regular expression; empty: all of the variable
  bool selector_is_regex = false;
  bool count = false;    // &: the number of values
  bool exclude = false;  // !: not these
  SourceLocation where;
};
// Parses the text form; fails with a text that says what is wrong. `where` is copied into the
// result.
Result<TargetSpec> ParseTarget(std::string_view text, const SourceLocation& where);

// An operator with its argument, or all/any of several on the same value.
struct ConditionSpec {
  enum class Kind : uint8_t { kOperator, kAll, kAny };
  Kind kind = Kind::kOperator;
  std::string operator_name;
  std::string argument;
  bool negated = false;  // for kAll and kAny too
  std::vector<ConditionSpec> children;
  SourceLocation where;
};

// A non-disruptive action other than those with a field of their own: setvar, ctl, ... with its raw
// argument.
struct ActionSpec {
  std::string name;
  std::string argument;
  SourceLocation where;
};

// One link of a chain: what to look at, how, and what to do when it matches.
struct LinkSpec {
  std::vector<TargetSpec> targets;
  std::vector<NameSpec> transforms;
  ConditionSpec condition;
  std::vector<ActionSpec> actions;
  bool capture = false;
  bool multi_match = false;
  SourceLocation where;
};

enum class DispositionSpec : uint8_t {
  kScore,  // add the rule's score; blocking is the threshold's business (default)
  kBlock,  // block at once
  kLog,    // only say so in the event
  kAllow,  // inspect nothing more of this transaction
  kRedirect,
  kDrop,
};

struct RuleSpec {
  uint64_t id = 0;
  std::string name;
  std::string message;   // may hold macros; empty: the name
  std::string log_data;  // may hold macros
  Severity severity = Severity::kNotice;
  std::optional<int>
      score;  // default by severity: critical 5, error 4, warning 3, notice 2, others 0
  Phase phase = Phase::kRequestBody;
  RuleMode mode = RuleMode::kEnforce;
  DispositionSpec disposition = DispositionSpec::kScore;
  uint16_t status = 403;
  std::string redirect_to;
  std::vector<std::string> owasp;
  std::vector<uint32_t> cwe;
  std::vector<uint32_t> capec;
  std::vector<std::string> tags;
  std::vector<LinkSpec> links;  // never empty; [0] is the rule itself
  std::vector<RuleExample> examples;
  SourceLocation where;
};

struct RulesetSpec {
  std::string name;
  std::string version;
  std::string summary;
  std::string file;
  std::vector<RuleSpec> rules;
};

}  // namespace rasp
