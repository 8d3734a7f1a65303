// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/ruleset_files.h"
#include "cli/verbs.h"

namespace rasp {
namespace {

struct ConvertOptions {
  std::vector<std::string> files;
  std::string name;
  std::string compat = "strict";
};

// A ruleset's name made of a file's: "REQUEST-942.conf" becomes "request-942".
std::string NameFrom(const std::string& file) {
  std::string name;
  for (const char c : std::filesystem::path(file).stem().string()) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (upper) {
      name += static_cast<char>(c - 'A' + 'a');
    } else if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  return name.empty() ? "converted" : name;
}

int Convert(const ConvertOptions& options) {
  const auto files = ExpandRulesetFiles(options.files);
  if (!files) {
    std::cerr << "raspctl: " << files.error() << '\n';
    return kExitUsage;
  }
  RulesetCompiler compiler({.keep_examples = true, .compat_warn = options.compat == "warn"});
  for (const std::string& file : *files) compiler.AddFile(file);
  const bool readable = !HasErrors(compiler.diagnostics());
  const std::string json =
      compiler.ConvertToJson(options.name.empty() ? NameFrom(files->front()) : options.name);
  for (const Diagnostic& diagnostic : compiler.diagnostics()) {
    std::cerr << FormatDiagnostic(diagnostic) << '\n';
  }
  if (!readable) return kExitUsage;
  std::cout << json;
  return HasErrors(compiler.diagnostics()) ? kExitFindings : kExitOk;
}

}  // namespace

void AddConvert(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand(
      "convert",
      "Print SecLang as a JSON ruleset; what JSON rules cannot say is left out and told on stderr");
  auto options = std::make_shared<ConvertOptions>();
  verb->add_option("files", options->files, "Ruleset files, directories or patterns")->required();
  verb->add_option("--name", options->name, "The ruleset's name; else made of the first file's");
  AddCompat(verb, options->compat);
  verb->callback([options, &exit_code] { exit_code = Convert(*options); });
}

}  // namespace rasp
