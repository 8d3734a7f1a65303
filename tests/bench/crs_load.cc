// SPDX-License-Identifier: Apache-2.0
// Loads a SecLang configuration in a process of its own and prints what that took:
//
//   crs_load native|modsecurity RULES
//
// One line: rules, milliseconds, resident kB before and after, and after a second loading of the
// same (what a reload adds while the old rules are still there) and its release.
#include <malloc.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "rasp/modsec.h"
#include "rasp/ruleset.h"

namespace rasp {
namespace {

long ResidentKb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return 0;
}

// Holds a loaded ruleset; empty: the rules were refused.
struct Loaded {
  std::shared_ptr<const void> rules;
  size_t count = 0;
};

Loaded LoadNative(const std::string& path) {
  RulesetCompiler compiler;
  compiler.AddFile(path);
  Result<Ruleset, Diagnostics> compiled = compiler.Compile();
  if (!compiled) {
    for (const Diagnostic& d : compiler.diagnostics()) std::cerr << FormatDiagnostic(d) << '\n';
    return {};
  }
  const size_t count = compiled->rules().size();
  return {std::make_shared<const Ruleset>(*std::move(compiled)), count};
}

Loaded LoadModsecurity(const std::string& path) {
  const ModsecSource source{path, "", false};
  auto loaded = ModsecRuleset::Load({&source, 1}, {.silent = true});
  if (!loaded) {
    std::cerr << loaded.error() << '\n';
    return {};
  }
  const auto count = static_cast<size_t>((*loaded)->rules());
  return {std::shared_ptr<const ModsecRuleset>(*std::move(loaded)), count};
}

int Measure(const std::function<Loaded(const std::string&)>& load, const std::string& path) {
  using Clock = std::chrono::steady_clock;
  malloc_trim(0);
  const long before = ResidentKb();
  const auto began = Clock::now();
  const Loaded first = load(path);
  const auto took = Clock::now() - began;
  if (first.rules == nullptr) return 1;
  const long peak = ResidentKb();
  malloc_trim(0);
  const long after = ResidentKb();
  Loaded second = load(path);
  second = {};
  malloc_trim(0);
  const long reloaded = ResidentKb();
  const double ms = std::chrono::duration<double, std::milli>(took).count();
  std::cout << first.count << ' ' << ms << ' ' << after - before << ' ' << peak - before << ' '
            << reloaded - after << '\n';
  return 0;
}

}  // namespace
}  // namespace rasp

int main(int argc, char** argv) {
  const std::string engine = argc == 3 ? argv[1] : "";
  if (engine == "native") return rasp::Measure(rasp::LoadNative, argv[2]);
  if (engine == "modsecurity") return rasp::Measure(rasp::LoadModsecurity, argv[2]);
  std::cerr << "usage: crs_load native|modsecurity RULES\n";
  return 2;
}
