// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rasp/diagnostic.h"
#include "rasp/event.h"
#include "rasp/ruleset.h"
#include "rasp/settings.h"

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
  std::vector<std::pair<std::string, std::string>> xml_namespaces;  // xmlns: prefix, URI
  SourceLocation where;
};

enum class DispositionSpec : uint8_t {
  kScore,  // add the rule's score; blocking is the threshold's business (default)
  kBlock,  // block at once
  kPass,   // go on; if `logged`, the event says so
  kAllow,  // inspect nothing more, as far as `allow_scope` goes
  kRedirect,
  kDrop,
};

// What SecLang's `block` stands for: the disruptive action of the phase's SecDefaultAction.
struct BlockSpec {
  DispositionSpec disposition = DispositionSpec::kPass;
  std::optional<uint16_t> status;
  std::string redirect_to;
  AllowScope allow_scope = AllowScope::kTransaction;
};

struct RuleSpec {
  uint64_t id = 0;
  bool removed = false;  // an UpdateSpec took it out: it is not compiled
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
  std::string redirect_to;  // may hold macros
  AllowScope allow_scope = AllowScope::kTransaction;
  BlockSpec on_block;        // SecLang: for updates of the rule that say `block`
  bool has_severity = true;  // the author gave one
  bool logged = true;        // a match is told in the event
  bool audited = true;       // a match alone is a reason for ModSecurity's audit log
  std::string skip_after;    // SecLang: where to go on in this phase; a MarkerSpec's name
  uint32_t skip = 0;         // SecLang: how many of the next rules of this phase to leave out
  std::string version;       // empty: the ruleset's
  std::string revision;
  uint8_t maturity = 0;
  uint8_t accuracy = 0;
  std::vector<std::string> owasp;
  std::vector<uint32_t> cwe;
  std::vector<uint32_t> capec;
  std::vector<std::string> tags;
  std::vector<LinkSpec> links;  // never empty; [0] is the rule itself
  std::vector<RuleExample> examples;
  SourceLocation where;
};

// A place that skip_after goes to.
struct MarkerSpec {
  std::string name;
  size_t before = 0;  // index into RulesetSpec::rules of the rule that follows it
  SourceLocation where;
};

// A change to rules that stand anywhere, in this ruleset or in others that are compiled with it.
// Updates are applied in order when everything is read.
struct UpdateSpec {
  enum class Kind : uint8_t { kRemove, kTargets, kActions };
  enum class By : uint8_t { kId, kTag, kMessage };
  Kind kind = Kind::kRemove;
  By by = By::kId;
  std::string rules;  // kId: "1", "1-9", "1:2" (rule 1's second chained link), parted by blanks or
                      // commas; kTag, kMessage: a regular expression
  std::vector<TargetSpec> targets;   // kTargets: added to the link's; `exclude` takes away
  std::vector<TargetSpec> replaced;  // kTargets: these go first
  std::vector<ActionSpec> actions;   // kActions: all of them raw, `seclang` puts them into the rule
  std::string text;                  // the directive, for diagnostics
  SourceLocation where;
};

// Which format's habits hold for a ruleset: what is an error in ours is only a warning in SecLang
// if rules that are widely used do it and it does no harm.
enum class RulesetFormat : uint8_t { kJson, kSecLang };

struct RulesetSpec {
  RulesetFormat format = RulesetFormat::kJson;
  std::string name;
  std::string version;
  std::string summary;
  std::string file;
  std::vector<RuleSpec> rules;
  std::vector<MarkerSpec> markers;
  std::vector<UpdateSpec> updates;
  EngineSettings settings;
};

}  // namespace rasp
