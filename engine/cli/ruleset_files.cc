// SPDX-License-Identifier: Apache-2.0
#include "cli/ruleset_files.h"

#include <glob.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

namespace rasp {
namespace {

namespace fs = std::filesystem;

bool IsRulesetName(const fs::path& path) {
  if (path.extension() == ".conf") return true;
  return path.extension() == ".json" && path.stem().extension() != ".schema";
}

std::vector<std::string> FilesBelow(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file() && IsRulesetName(entry->path())) {
      files.push_back(entry->path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> FilesMatching(const std::string& pattern) {
  glob_t found{};
  const std::unique_ptr<glob_t, decltype(&globfree)> owner(&found, globfree);
  if (glob(pattern.c_str(), 0, nullptr, &found) != 0) return {};
  return {found.gl_pathv, found.gl_pathv + found.gl_pathc};
}

std::vector<std::string> FilesNamedBy(const std::string& argument) {
  std::error_code error;
  if (fs::is_directory(argument, error)) return FilesBelow(argument);
  if (fs::exists(argument, error)) return {argument};
  return FilesMatching(argument);
}

}  // namespace

Result<std::vector<std::string>> ExpandRulesetFiles(const std::vector<std::string>& arguments) {
  std::vector<std::string> files;
  for (const std::string& argument : arguments) {
    const std::vector<std::string> named = FilesNamedBy(argument);
    if (named.empty()) {
      return Result<std::vector<std::string>>::Failure(argument + ": no ruleset file is called so");
    }
    for (const std::string& file : named) {
      if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
    }
  }
  return files;
}

std::optional<Ruleset> LoadRuleset(const std::vector<std::string>& arguments,
                                   CompileOptions options) {
  const auto files = ExpandRulesetFiles(arguments);
  if (!files) {
    std::cerr << "raspctl: " << files.error() << '\n';
    return std::nullopt;
  }
  RulesetCompiler compiler(options);
  for (const std::string& file : *files) compiler.AddFile(file);
  Result<Ruleset, Diagnostics> ruleset = compiler.Compile();
  for (const Diagnostic& diagnostic : compiler.diagnostics()) {
    std::cerr << FormatDiagnostic(diagnostic) << '\n';
  }
  if (!ruleset) return std::nullopt;
  return *std::move(ruleset);
}

void AddCompat(CLI::App* verb, std::string& compat) {
  verb->add_option(
          "--compat", compat,
          "Whether SecLang that is not run and would weaken protection if it were left out "
          "is an error (strict) or a warning (warn)")
      ->check(CLI::IsMember({"strict", "warn"}))
      ->capture_default_str();
}

Result<std::string> ReadInput(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return Result<std::string>::Failure(path + ": cannot be read");
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) return Result<std::string>::Failure(path + ": cannot be read");
  return text;
}

}  // namespace rasp
