// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "seclang/load.h"
#include "spec/rule_spec.h"

namespace rasp {

// Names by which SecLang knows a rule's five phases: 1 to 5.
inline constexpr size_t kPhaseCount = 5;

// What a list of actions says of a rule that SecDefaultAction may say too; nullopt: nothing.
struct Course {
  std::optional<DispositionSpec> disposition;
  bool block = false;  // `block`: what the phase's default says; excludes `disposition`
  AllowScope allow_scope = AllowScope::kTransaction;
  std::string redirect_to;
  std::optional<uint16_t> status;
  std::optional<bool> logged;
  std::optional<bool> audited;
};

// SecDefaultAction of one phase.
struct DefaultActions {
  Course course;
  std::vector<NameSpec> transforms;
  std::vector<std::string> tags;
  std::vector<ActionSpec> actions;
};

// A rule that is being read.
struct RuleDraft {
  RuleSpec rule;
  Course course;
  bool has_phase = false;
  bool chained = false;                 // the next rule is a link of this one
  std::vector<bool> clears_transforms;  // of each link: it says t:none
  bool broken = false;                  // an error was found: it must not become a rule
};

// What a loader knows from one source to the next, and what it reads into.
struct Session {
  SecLangOptions options;
  Diagnostics& diagnostics;
  std::array<DefaultActions, kPhaseCount> defaults;
  std::optional<std::vector<std::string>> response_types;

  // Of the source that is being read.
  RulesetSpec spec;
  std::optional<RuleDraft> draft;       // a chain that goes on
  std::vector<std::string> open_files;  // the source and those that include it, innermost last
  size_t files_read = 0;
  size_t findings_before = 0;  // diagnostics that there were when the source began
  bool gave_up = false;

  void Say(DiagnosticSeverity severity, const SourceLocation& where, std::string code,
           std::string text) {
    diagnostics.push_back({severity, where, std::move(code), std::move(text)});
  }
  void Error(const SourceLocation& where, std::string code, std::string text) {
    Say(DiagnosticSeverity::kError, where, std::move(code), std::move(text));
  }
  void Warn(const SourceLocation& where, std::string code, std::string text) {
    Say(DiagnosticSeverity::kWarning, where, std::move(code), std::move(text));
  }
  // What would weaken protection if it were left out silently.
  void Refuse(const SourceLocation& where, std::string code, std::string text) {
    Say(options.compat_warn ? DiagnosticSeverity::kWarning : DiagnosticSeverity::kError, where,
        std::move(code), std::move(text));
  }
};

// `path` as a file that stands in the directory of `file` names it.
std::string PathBeside(std::string_view file, std::string_view path);

}  // namespace rasp
