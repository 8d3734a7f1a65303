// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "compile/build.h"
#include "compile/source_hash.h"
#include "json_rules/load.h"

namespace rasp {
namespace {

// A ruleset is text that people write; a larger file is a mistake (a log, a device) and would only
// fill the memory.
constexpr std::uintmax_t kLargestFile = 64u << 20;

bool IsJson(const std::string& name) {
  const std::string extension = std::filesystem::path(name).extension().string();
  return extension.empty() || extension == ".json" || extension == ".jsonc";
}

// The file's bytes, or why there are none.
Result<std::string> ReadFile(const std::string& path) {
  using Read = Result<std::string>;
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    return Read::Failure("there is no such file: check the path");
  if (std::filesystem::is_directory(status))
    return Read::Failure("this is a directory: name the files in it");
  if (!std::filesystem::is_regular_file(status)) return Read::Failure("this is not a regular file");
  if (std::filesystem::file_size(path, error) > kLargestFile)
    return Read::Failure("the file is larger than 64 MiB");
  std::ifstream in(path, std::ios::binary);
  if (!in) return Read::Failure(std::string("cannot be opened: ") + std::strerror(errno));
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return Read::Failure("cannot be read to its end");
  return text;
}

}  // namespace

struct RulesetCompiler::Impl {
  CompileOptions options;
  Diagnostics diagnostics;
  std::vector<RulesetSpec> rulesets;
  SourceHash hash;
  bool any_source = false;

  void Error(const std::string& file, std::string code, std::string text) {
    diagnostics.push_back(
        {DiagnosticSeverity::kError, {file, 0, 0, ""}, std::move(code), std::move(text)});
  }
};

RulesetCompiler::RulesetCompiler(CompileOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
}
RulesetCompiler::~RulesetCompiler() = default;

void RulesetCompiler::AddFile(const std::string& path) {
  impl_->any_source = true;
  Result<std::string> text = ReadFile(path);
  if (!text) {
    impl_->Error(path, "unreadable-file", text.error());
    return;
  }
  AddText(path, *std::move(text));
}

void RulesetCompiler::AddText(std::string name, std::string text) {
  impl_->any_source = true;
  impl_->hash.Add(text);
  if (!IsJson(name)) {
    impl_->Error(
        name, "unknown-format",
        "SecLang rulesets are not read by this version: rulesets are JSON files that end in .json");
    return;
  }
  const size_t before = impl_->diagnostics.size();
  RulesetSpec spec = LoadJsonRuleset(text, name, impl_->options.keep_examples, impl_->diagnostics);
  spec.file = name;
  const bool failed = std::any_of(impl_->diagnostics.begin() + static_cast<std::ptrdiff_t>(before),
                                  impl_->diagnostics.end(), [](const Diagnostic& diagnostic) {
                                    return diagnostic.severity == DiagnosticSeverity::kError;
                                  });
  // A file without one readable rule has said why; that it is empty besides is no news.
  if (failed && spec.rules.empty()) return;
  impl_->rulesets.push_back(std::move(spec));
}

Result<Ruleset, Diagnostics> RulesetCompiler::Compile() {
  using Compiled = Result<Ruleset, Diagnostics>;
  if (!impl_->any_source)
    impl_->Error("", "empty-ruleset", "no ruleset was named: there is nothing to run");
  auto rules = BuildRules(impl_->rulesets, impl_->hash.Hex(), impl_->options, impl_->diagnostics);
  if (rules == nullptr) return Compiled::Failure(impl_->diagnostics);
  return Ruleset(std::move(rules));
}

const Diagnostics& RulesetCompiler::diagnostics() const { return impl_->diagnostics; }

}  // namespace rasp
