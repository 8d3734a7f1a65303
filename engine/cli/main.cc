// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "cli/verbs.h"

namespace {

int Run(int argc, char** argv) {
  CLI::App app("Checks, tests and tries ngx-rasp rulesets without nginx.", "raspctl");
  app.set_version_flag("--version", "raspctl " RASP_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 check, test, ftw, convert or rules found something wrong, 2 wrong "
      "usage or a "
      "ruleset that\n"
      "cannot be used, 3 simulate blocked the request (or would have).");
  int exit_code = rasp::kExitOk;
  rasp::AddCheck(app, exit_code);
  rasp::AddTest(app, exit_code);
  rasp::AddFtw(app, exit_code);
  rasp::AddSimulate(app, exit_code);
  rasp::AddBench(app, exit_code);
  rasp::AddProfile(app, exit_code);
  rasp::AddRules(app, exit_code);
  rasp::AddExplain(app, exit_code);
  rasp::AddConvert(app, exit_code);
  rasp::AddOpenApi(app, exit_code);
  rasp::AddCoverage(app, exit_code);
  rasp::AddReference(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version arrive here too, as errors with code 0.
    return app.exit(error) == 0 ? rasp::kExitOk : rasp::kExitUsage;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "raspctl: " << error.what() << '\n';
    return rasp::kExitUsage;
  }
}
