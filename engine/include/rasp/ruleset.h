// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/diagnostic.h"
#include "rasp/event.h"
#include "rasp/result.h"
#include "rasp/settings.h"
#include "rasp/verdict.h"

namespace rasp {

class LogicModel;        // rasp/logic.h
struct CompiledRules;    // engine/src/rule/compiled_rules.h
struct CompiledOverlay;  // engine/src/rule/compiled_overlay.h

// A request (and, for rules on responses, the response to it) that a rule's author says must or
// must not match.
struct RuleExample {
  uint64_t rule_id = 0;
  bool must_match = false;
  std::string request;   // raw HTTP/1.1 message
  std::string response;  // raw HTTP/1.1 message; may be empty
  SourceLocation where;
};

// Compiled rules: immutable, safe to read from any number of threads and processes, the same for
// every location that names the same files. Build one with RulesetCompiler.
class Ruleset {
 public:
  explicit Ruleset(std::unique_ptr<const CompiledRules> rules);
  Ruleset(std::unique_ptr<const CompiledRules> rules, std::unique_ptr<const LogicModel> logic);
  ~Ruleset();
  Ruleset(Ruleset&&) noexcept;
  Ruleset& operator=(Ruleset&&) noexcept;

  std::span<const RuleInfo> rules()
      const;  // in order of evaluation within each phase, phases in order
  const RuleInfo* Find(uint64_t id) const;  // nullptr if there is none
  std::string_view hash() const;            // SHA-256 over all sources, hex: which rules these are
  std::span<const RuleExample> examples() const;  // kept only if CompileOptions said so
  std::span<const std::string> request_body_types()
      const;  // body kinds that are parsed, for status pages
  // What the rules' own configuration directives say.
  const EngineSettings& settings() const;
  std::string Describe(
      uint64_t id) const;  // multi-line text: targets, transformations, operator, actions

  // What matching regular expressions, whatever the requests, adds to a process's memory at most,
  // in bytes; and how often in this process a value was so hostile to one that its search was slow.
  int64_t regex_memory_ceiling() const;
  uint64_t slow_searches() const;

  // The business-logic models among the sources, as one; nullptr: there is none.
  const LogicModel* logic() const { return logic_.get(); }

  const CompiledRules& compiled() const { return *rules_; }

 private:
  std::unique_ptr<const CompiledRules> rules_;
  std::unique_ptr<const LogicModel> logic_;
};

struct CompileOptions {
  bool keep_examples = false;  // raspctl test needs them; a server does not
  // SecLang that would weaken protection if it were left out (Lua, exec, remote rules) is a
  // warning, no error.
  bool compat_warn = false;
  // false: every rule is run on every value, even where its bytes rule a match out. Verdicts and
  // matches are the same; it is for finding out whether they are.
  bool prefilter = true;
};

// Collects ruleset files and turns them into one Ruleset. All diagnostics of all files are gathered
// before it gives up.
//   RulesetCompiler compiler;
//   compiler.AddFile("/etc/nginx/rasp/owasp.json");
//   auto ruleset = compiler.Compile();
//   for (const Diagnostic& d : compiler.diagnostics()) std::cerr << FormatDiagnostic(d) << '\n';
class RulesetCompiler {
 public:
  explicit RulesetCompiler(CompileOptions options = {});
  ~RulesetCompiler();

  // Files are read at once; a file that cannot be read is a diagnostic. Order of adding is order of
  // evaluation.
  void AddFile(const std::string& path);
  void AddText(std::string name, std::string text);  // `name` stands for the file in diagnostics

  // What is added from here on belongs to an inner level of the host's configuration (a location in
  // its server): its rules run before those of the levels around it, as under ModSecurity-nginx,
  // and what its directives set holds instead of theirs.
  void BeginInnerLevel();

  // The rules of everything added so far, or nothing if any diagnostic is an error.
  Result<Ruleset, Diagnostics> Compile();

  // Instead of Compile(): everything added so far as the text of one JSON ruleset of that name,
  // with updates (SecRuleUpdateTargetById and the like) applied. What JSON rules have no words for
  // is a diagnostic: an error where a rule is left out, a warning where less is lost.
  std::string ConvertToJson(const std::string& name);

  const Diagnostics& diagnostics() const;  // warnings included

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Bounds on what one transaction may cost. What happens beyond them is FailPolicy's.
struct Limits {
  uint32_t request_headers = 200;              // fields
  uint32_t request_header_bytes = 128 * 1024;  // request line and fields together
  uint32_t arguments = 1000;                   // query, form and JSON values together
  uint32_t body_depth = 64;                    // JSON and XML nesting
  // bytes of the body kept in memory. What is beyond is inspected as it passes, a value in pieces;
  // file contents are not kept.
  uint64_t request_body_bytes = 1 << 20;
  // bytes that one byte of a compressed body may become
  uint32_t decompression_ratio = 100;
  uint64_t response_body_bytes = 512 * 1024;  // held back and inspected
  uint64_t memory_bytes = 16 << 20;           // everything the transaction allocates
  uint64_t time_us = 1'000'000;               // spent in the engine; 0: no bound
  // kept for the event; a rule that blocks is kept beyond them
  uint32_t matches = 64;
};

// What a location changes about a Ruleset; never a copy of the rules.
struct OverlaySpec {
  Mode mode = Mode::kDetect;
  FailPolicy on_error = FailPolicy::kBlock;
  int threshold = 5;           // score of the request from which it is blocked
  int response_threshold = 4;  // the same for the response
  Limits limits;
  // REQUEST_BODY holds every body, as in libmodsecurity 3; else only forms and what a rule forces,
  // as in ModSecurity 2.
  bool request_body_always = false;
  // Each "RULE [TARGET]": RULE is an id, a range "400100-400199", "tag:NAME" or "*"; TARGET as in a
  // rule, "ARGS:comment". Without a target the rules are off; with it they do not look there.
  std::vector<std::string> exclusions;
};

// `base` with what the ruleset's directives set (SecRequestBodyLimit and the like) in it.
Limits LimitsOf(const Ruleset& ruleset, Limits base = {});

class Overlay {
 public:
  // Fails with one text per bad exclusion: a rule that does not exist, a target that the rule never
  // looks at, bad syntax. Keeps no reference to `spec`; must not outlive `ruleset`.
  static Result<Overlay, std::vector<std::string>> Make(const Ruleset& ruleset,
                                                        const OverlaySpec& spec);
  explicit Overlay(std::unique_ptr<const CompiledOverlay> overlay);
  ~Overlay();
  Overlay(Overlay&&) noexcept;
  Overlay& operator=(Overlay&&) noexcept;

  Mode mode() const;
  const Limits& limits() const;
  uint32_t active_rules() const;  // rules of the Ruleset that are on here

  const CompiledOverlay& compiled() const { return *overlay_; }

 private:
  std::unique_ptr<const CompiledOverlay> overlay_;
};

// Sends two requests through every rule of `ruleset`, in memory: an attack that the built-in canary
// rule must block, and an ordinary browser's GET that nothing may match. Fails with a text that
// says what went wrong. For hosts, at start.
Result<bool> SelfTest(const Ruleset& ruleset);

}  // namespace rasp
