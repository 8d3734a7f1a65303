// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/ruleset_files.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace rasp {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  std::string compat = "strict";
  bool json = false;
};

struct Findings {
  size_t files = 0;
  size_t rules = 0;
  double seconds = 0;
  Diagnostics diagnostics;
  int64_t regex_memory = 0;  // bytes that searches add to a process at most

  size_t Count(DiagnosticSeverity severity) const {
    return static_cast<size_t>(
        std::count_if(diagnostics.begin(), diagnostics.end(),
                      [severity](const Diagnostic& d) { return d.severity == severity; }));
  }
};

std::string Plural(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

// Those of the files; the engine's own canary stands in none.
size_t CountRules(const Ruleset& ruleset) {
  const auto rules = ruleset.rules();
  return static_cast<size_t>(std::count_if(
      rules.begin(), rules.end(), [](const RuleInfo& rule) { return !rule.file.empty(); }));
}

void PrintText(const Findings& findings) {
  for (const Diagnostic& diagnostic : findings.diagnostics) {
    std::cout << FormatDiagnostic(diagnostic) << '\n';
  }
  if (findings.regex_memory > 0) {
    char memory[96];
    std::snprintf(memory, sizeof memory,
                  "regular expressions: at most %.1f MiB of memory in a process\n",
                  static_cast<double>(findings.regex_memory) / (1 << 20));
    std::cout << memory;
  }
  std::cout << Plural(findings.files, "file") << ", " << Plural(findings.rules, "rule") << ", "
            << Plural(findings.Count(DiagnosticSeverity::kError), "error") << ", "
            << Plural(findings.Count(DiagnosticSeverity::kWarning), "warning");
  const size_t notes = findings.Count(DiagnosticSeverity::kNote);
  if (notes > 0) std::cout << ", " << Plural(notes, "note");
  char took[32];
  std::snprintf(took, sizeof took, ", %.2f s", findings.seconds);
  std::cout << took << '\n';
}

const char* SeverityWord(DiagnosticSeverity severity) {
  switch (severity) {
    case DiagnosticSeverity::kError:
      return "error";
    case DiagnosticSeverity::kWarning:
      return "warning";
    case DiagnosticSeverity::kNote:
      break;
  }
  return "note";
}

void PrintJson(const Findings& findings) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : findings.diagnostics) {
    list.push_back({{"severity", SeverityWord(diagnostic.severity)},
                    {"file", Utf8(diagnostic.where.file)},
                    {"line", diagnostic.where.line},
                    {"column", diagnostic.where.column},
                    {"pointer", Utf8(diagnostic.where.pointer)},
                    {"code", diagnostic.code},
                    {"text", Utf8(diagnostic.text)}});
  }
  const nlohmann::ordered_json out = {
      {"files", findings.files},
      {"rules", findings.rules},
      {"errors", findings.Count(DiagnosticSeverity::kError)},
      {"warnings", findings.Count(DiagnosticSeverity::kWarning)},
      {"notes", findings.Count(DiagnosticSeverity::kNote)},
      {"seconds", findings.seconds},
      {"regex_memory_bytes", findings.regex_memory},
      {"diagnostics", list},
  };
  std::cout << out.dump(2) << '\n';
}

int Check(const CheckOptions& options) {
  const auto files = ExpandRulesetFiles(options.files);
  if (!files) {
    std::cerr << "raspctl: " << files.error() << '\n';
    return kExitUsage;
  }
  const auto began = std::chrono::steady_clock::now();
  // Examples are read too: they are a part of the file.
  RulesetCompiler compiler({.keep_examples = true, .compat_warn = options.compat == "warn"});
  for (const std::string& file : *files) compiler.AddFile(file);
  const Result<Ruleset, Diagnostics> ruleset = compiler.Compile();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const Findings findings = {files->size(), ruleset ? CountRules(*ruleset) : 0, took.count(),
                             compiler.diagnostics(), ruleset ? ruleset->regex_memory_ceiling() : 0};
  options.json ? PrintJson(findings) : PrintText(findings);
  return ruleset ? kExitOk : kExitFindings;
}

}  // namespace

void AddCheck(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand(
      "check", "Say whether rulesets can be loaded together, and what is wrong with them if not");
  auto options = std::make_shared<CheckOptions>();
  verb->add_option("files", options->files, "Ruleset files, directories or patterns")->required();
  AddCompat(verb, options->compat);
  verb->add_flag("--json", options->json, "Print the findings as JSON");
  verb->callback([options, &exit_code] { exit_code = Check(*options); });
}

}  // namespace rasp
