// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rasp {

// Where in a ruleset something stands. `line` and `column` count from 1; 0 means not known.
// `pointer` is the JSON pointer (RFC 6901) within the file; empty for formats that have none.
struct SourceLocation {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  std::string pointer;
};

// A note needs nothing to be done: it says what a host should know, such as that a pattern is not
// run in linear time.
enum class DiagnosticSeverity : uint8_t { kError, kWarning, kNote };

// One finding about a ruleset. `code` is stable and greppable ("unknown-operator"); `text` says
// what is wrong and what to do about it, in one line.
struct Diagnostic {
  DiagnosticSeverity severity = DiagnosticSeverity::kError;
  SourceLocation where;
  std::string code;
  std::string text;
};

using Diagnostics = std::vector<Diagnostic>;

// "file:line:column: error: code: text (at /rules/3/operator)"; parts that are not known are left
// out.
std::string FormatDiagnostic(const Diagnostic& diagnostic);
bool HasErrors(const Diagnostics& diagnostics);

}  // namespace rasp
