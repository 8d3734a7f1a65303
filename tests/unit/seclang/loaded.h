// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "seclang/load.h"

namespace rasp {

using Files = std::map<std::string, std::string>;

// What a loader that knows only `files` made of a text.
struct Loaded {
  RulesetSpec spec;
  Diagnostics diagnostics;

  // All diagnostics, a line each.
  std::string Said() const {
    std::string said;
    for (const Diagnostic& diagnostic : diagnostics) said += FormatDiagnostic(diagnostic) + "\n";
    return said;
  }
};

inline SecLangOptions OptionsOf(const Files& files, bool compat_warn = false) {
  SecLangOptions options;
  options.compat_warn = compat_warn;
  options.read_file = [files](const std::string& path) {
    const auto found = files.find(path);
    return found == files.end() ? Result<std::string>::Failure("there is no such file")
                                : Result<std::string>(found->second);
  };
  // Patterns here are a directory and "*.conf".
  options.find_files = [files](const std::string& pattern) {
    std::vector<std::string> found;
    const std::string directory = pattern.substr(0, pattern.find('*'));
    for (const auto& [name, text] : files) {
      if (name.rfind(directory, 0) == 0) found.push_back(name);
    }
    return found;
  };
  return options;
}

inline Loaded LoadText(std::string_view text, const Files& files = {}, bool compat_warn = false,
                       const std::string& name = "a.conf") {
  Loaded loaded;
  const std::vector<char> exact(text.begin(), text.end());  // ASan sees over-reads
  SecLangLoader loader(OptionsOf(files, compat_warn), loaded.diagnostics);
  loaded.spec = loader.Load({exact.data(), exact.size()}, name);
  return loaded;
}

// The one rule of a text in which nothing is wrong.
inline RuleSpec OneRule(std::string_view text) {
  Loaded loaded = LoadText(text);
  EXPECT_EQ(loaded.Said(), "");
  EXPECT_EQ(loaded.spec.rules.size(), 1u);
  return loaded.spec.rules.empty() ? RuleSpec{} : loaded.spec.rules.front();
}

// `SecRule ARGS "@rx a" "id:1,ACTIONS"`, without the comma if there are none.
inline std::string RuleWith(std::string_view actions) {
  return "SecRule ARGS \"@rx a\" \"id:1" + (actions.empty() ? "" : "," + std::string(actions)) +
         "\"\n";
}

inline std::string Place(const SourceLocation& where) {
  return where.file + ":" + std::to_string(where.line) + ":" + std::to_string(where.column);
}

}  // namespace rasp
