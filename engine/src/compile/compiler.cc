// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "compile/build.h"
#include "compile/source_hash.h"
#include "compile/updates.h"
#include "json_rules/load.h"
#include "json_rules/write.h"
#include "logic_rules/load.h"
#include "rasp/logic.h"
#include "seclang/load.h"

namespace rasp {
namespace {

// A ruleset is text that people write; a larger file is a mistake (a log, a device) and would only
// fill the memory.
constexpr std::uintmax_t kLargestFile = 64u << 20;

// JSON by its file's name; what has no such name, by how it begins: no SecLang begins with a brace.
bool IsJson(const std::string& name, std::string_view text) {
  const std::string extension = std::filesystem::path(name).extension().string();
  if (extension == ".json" || extension == ".jsonc") return true;
  const size_t begin = text.find_first_not_of(" \t\r\n");
  return extension.empty() && begin != std::string_view::npos && text[begin] == '{';
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
  std::vector<size_t> inner_levels;  // where in `rulesets` each begins
  bool any_source = false;
  std::unique_ptr<SecLangLoader> seclang;
  LogicLoader logic{diagnostics};

  SecLangLoader& SecLang() {
    if (seclang == nullptr) {
      SecLangOptions of_loader;
      of_loader.compat_warn = options.compat_warn;
      of_loader.read_file = [this](const std::string& path) {
        Result<std::string> text = ReadFile(path);
        if (text) hash.Add(*text);
        return text;
      };
      seclang = std::make_unique<SecLangLoader>(std::move(of_loader), diagnostics);
    }
    return *seclang;
  }

  // Inner levels' rules first. Their settings hold over those around them, so these are merged
  // before the order changes.
  void PutInnerLevelsFirst() {
    if (inner_levels.empty()) return;
    EngineSettings merged;
    for (RulesetSpec& ruleset : rulesets)
      merged = Merged(std::move(merged), std::exchange(ruleset.settings, {}));
    std::vector<RulesetSpec> ordered;
    size_t end = rulesets.size();
    inner_levels.insert(inner_levels.begin(), 0);
    for (auto begin = inner_levels.rbegin(); begin != inner_levels.rend(); end = *begin++) {
      for (size_t i = *begin; i < end; ++i) ordered.push_back(std::move(rulesets[i]));
    }
    rulesets = std::move(ordered);
    if (!rulesets.empty()) rulesets.back().settings = std::move(merged);
  }

  // One id is one rule, whatever its kind: exclusions and events go by it.
  void CheckIds(const CompiledRules& rules, const CompiledLogic& model) {
    for (const RuleInfo& info : model.infos) {
      const int64_t other = rules.IndexOf(info.id);
      if (other < 0) continue;
      const RuleInfo& taken = rules.infos[static_cast<size_t>(other)];
      diagnostics.push_back({DiagnosticSeverity::kError,
                             {std::string(info.file), info.line, 0, ""},
                             "duplicate-id",
                             "rule " + std::to_string(info.id) + " is at " +
                                 std::string(taken.file) + ":" + std::to_string(taken.line) +
                                 " already: choose another id"});
    }
  }

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
  const size_t before = impl_->diagnostics.size();
  RulesetSpec spec;
  if (!IsJson(name, text)) {
    spec = impl_->SecLang().Load(text, name);
  } else {
    JsonDocument document = ParseJsonDocument(text, name, impl_->diagnostics);
    if (IsLogicDocument(document)) return impl_->logic.Add(std::move(document), std::move(name));
    spec = LoadJsonRuleset(document, name, impl_->options.keep_examples, impl_->diagnostics);
  }
  spec.file = name;
  const bool failed = std::any_of(impl_->diagnostics.begin() + static_cast<std::ptrdiff_t>(before),
                                  impl_->diagnostics.end(), [](const Diagnostic& diagnostic) {
                                    return diagnostic.severity == DiagnosticSeverity::kError;
                                  });
  // A file without one readable rule has said why; that it is empty besides is no news.
  if (failed && spec.rules.empty()) return;
  impl_->rulesets.push_back(std::move(spec));
}

void RulesetCompiler::BeginInnerLevel() { impl_->inner_levels.push_back(impl_->rulesets.size()); }

Result<Ruleset, Diagnostics> RulesetCompiler::Compile() {
  using Compiled = Result<Ruleset, Diagnostics>;
  if (!impl_->any_source)
    impl_->Error("", "empty-ruleset", "no ruleset was named: there is nothing to run");
  impl_->PutInnerLevelsFirst();
  ApplyUpdates(impl_->rulesets, impl_->diagnostics);
  auto rules = BuildRules(impl_->rulesets, impl_->hash.Hex(), impl_->options, impl_->diagnostics);
  std::unique_ptr<const CompiledLogic> logic = impl_->logic.Finish();
  if (rules != nullptr && logic != nullptr) impl_->CheckIds(*rules, *logic);
  if (rules == nullptr || HasErrors(impl_->diagnostics))
    return Compiled::Failure(impl_->diagnostics);
  if (logic == nullptr) return Ruleset(std::move(rules));
  return Ruleset(std::move(rules), std::make_unique<const LogicModel>(std::move(logic)));
}

std::string RulesetCompiler::ConvertToJson(const std::string& name) {
  impl_->PutInnerLevelsFirst();
  ApplyUpdates(impl_->rulesets, impl_->diagnostics);
  return WriteJsonRuleset(name, impl_->rulesets, impl_->diagnostics);
}

const Diagnostics& RulesetCompiler::diagnostics() const { return impl_->diagnostics; }

}  // namespace rasp
