// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/diagnostic.h"
#include "rasp/result.h"
#include "spec/rule_spec.h"

namespace rasp {

struct SecLangOptions {
  bool compat_warn = false;  // see CompileOptions
  // Gives an included file's bytes, or the reason why there are none.
  std::function<Result<std::string>(const std::string& path)> read_file;
  // The files that a pattern of Include names, sorted; if empty, the file system's.
  std::function<std::vector<std::string>(const std::string& pattern)> find_files;
};

// Reads SecLang. What one source sets (SecDefaultAction, SecRuleEngine, ...) holds for the next, as
// if all were one file. Knows no operator, variable or transformation: names are the compiler's
// business.
class SecLangLoader {
 public:
  // `diagnostics` must outlive the loader.
  SecLangLoader(SecLangOptions options, Diagnostics& diagnostics);
  ~SecLangLoader();

  // `name` is the file's path: Include and operator files are relative to its directory.
  RulesetSpec Load(std::string_view text, const std::string& name);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Puts actions into a rule that has some already, as SecRuleUpdateActionById does. `link` is the
// chained link that they are for, 0 the rule itself; what there is none of stays as it is.
void ApplyActions(std::span<const ActionSpec> actions, RuleSpec& rule, Diagnostics& diagnostics,
                  size_t link = 0);

}  // namespace rasp
