// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/ftw/server.h"
#include "cli/ftw/suite.h"

namespace rasp::ftw {

enum class Outcome : uint8_t { kPassed, kFailed, kIgnored, kForcedPass, kForcedFail };

struct TestResult {
  const Test* test = nullptr;
  Outcome outcome = Outcome::kPassed;
  std::string reason;       // why it failed
  uint16_t status = 0;      // of the last answer
  std::set<uint64_t> ids;   // that matched in any stage
  bool overridden = false;  // held to an overrides file's output

  bool Failed() const { return outcome == Outcome::kFailed || outcome == Outcome::kForcedFail; }
};

// Runs one test; fails if the server cannot go on.
Result<TestResult> RunTest(const Test& test, const Overrides& overrides, Server& server);

// All results as text, failures first by file, or as JSON. `seconds` is how long the run took.
std::string ReportText(const std::vector<TestResult>& results, double seconds);
std::string ReportJson(const std::vector<TestResult>& results, double seconds);

}  // namespace rasp::ftw
