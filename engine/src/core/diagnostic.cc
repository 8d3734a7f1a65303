// SPDX-License-Identifier: Apache-2.0
#include "rasp/diagnostic.h"

#include <algorithm>
#include <string_view>

namespace rasp {

std::string FormatDiagnostic(const Diagnostic& diagnostic) {
  const SourceLocation& where = diagnostic.where;
  std::string out = where.file;
  if (where.line != 0) out += ":" + std::to_string(where.line);
  if (where.line != 0 && where.column != 0) out += ":" + std::to_string(where.column);
  if (!out.empty()) out += ": ";
  constexpr std::string_view kNames[] = {"error: ", "warning: ", "note: "};
  out += kNames[static_cast<size_t>(diagnostic.severity)];
  out += diagnostic.code + ": " + diagnostic.text;
  if (!where.pointer.empty()) out += " (at " + where.pointer + ")";
  return out;
}

bool HasErrors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == DiagnosticSeverity::kError; });
}

}  // namespace rasp
