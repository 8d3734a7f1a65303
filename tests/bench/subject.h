// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/raw_http.h"
#include "rasp/ruleset.h"

namespace rasp {

struct Outcome {
  bool refused = false;
  bool degraded = false;
  int score = 0;
  // Of the memory that the host gives for a transaction; native only.
  size_t allocations = 0;
  size_t peak_bytes = 0;
};

// An engine with rules, whose transactions are measured: in mode block, all five phases, in one
// thread.
class Subject {
 public:
  Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  virtual ~Subject() = default;
  // Into `line` goes that of the event, if it is worth one; native only.
  virtual Outcome Inspect(const RawMessage& request, const RawMessage& response,
                          std::string* line = nullptr) = 0;
};

// The rules that figures are given for: "own" is what ships, "crs-pl1" and "crs-pl4" are OWASP CRS
// of $CRS_DIR; at level 4 it scores and refuses nothing, so that all of it runs.
std::vector<std::string_view> KnownRules();  // those that are there
std::optional<Ruleset> LoadRules(std::string_view rules, CompileOptions options = {});

// What is measured: no bound on time, every other one as shipped.
OverlaySpec MeasuredSpec(const Ruleset& ruleset);

// `engine`: "native" or "modsecurity" (for SecLang only). nullptr and a text on stderr if that
// cannot be had.
std::unique_ptr<Subject> LoadSubject(std::string_view engine, std::string_view rules);

// Different requests of one of the built-in mixes, ready to be inspected.
std::vector<std::unique_ptr<RawMessage>> Requests(std::string_view mix, uint64_t seed,
                                                  size_t count);
std::unique_ptr<RawMessage> Response();

// A message that must be one.
std::unique_ptr<RawMessage> Parsed(std::string text);

}  // namespace rasp
