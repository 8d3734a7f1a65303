// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

namespace rasp {

// What raspctl's exit codes mean, for every verb.
enum ExitCode : int {
  kExitOk = 0,  // done, and nothing to object to
  // check found an error, test or ftw a failure, rules no such rule, convert one it had to leave
  // out
  kExitFindings = 1,
  kExitUsage = 2,    // the command line, a file or a ruleset could not be used
  kExitBlocked = 3,  // simulate: the request or response is, or in mode detect would be, blocked
};

// Each adds its verb to `app`; when the verb is run, its exit code is written to `exit_code`, which
// must outlive `app`.
void AddCheck(CLI::App& app, int& exit_code);
void AddSimulate(CLI::App& app, int& exit_code);
void AddTest(CLI::App& app, int& exit_code);
void AddConvert(CLI::App& app, int& exit_code);
void AddExplain(CLI::App& app, int& exit_code);
void AddFtw(CLI::App& app, int& exit_code);
void AddRules(CLI::App& app, int& exit_code);
void AddReference(CLI::App& app, int& exit_code);
void AddBench(CLI::App& app, int& exit_code);
void AddProfile(CLI::App& app, int& exit_code);
void AddCoverage(CLI::App& app, int& exit_code);
void AddOpenApi(CLI::App& app, int& exit_code);

}  // namespace rasp
