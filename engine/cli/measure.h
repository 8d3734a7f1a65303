// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cli/arena.h"
#include "cli/recorded.h"
#include "cli/traffic.h"
#include "rasp/profile.h"
#include "rasp/result.h"
#include "rasp/ruleset.h"

namespace CLI {
class App;
}

namespace rasp {

// What inspecting traffic has cost, in CPU time of the one thread.
struct Measurement {
  size_t transactions = 0;
  size_t refused = 0;
  size_t degraded = 0;      // not inspected in full
  double microseconds = 0;  // in all
  double p50 = 0;           // microseconds of one transaction
  double p99 = 0;

  double Mean() const { return microseconds / static_cast<double>(transactions); }
  double PerSecond() const { return 1e6 / Mean(); }
};

// Inspects traffic with one ruleset in mode block, in all phases, one transaction after another.
class Measuring {
 public:
  Measuring(Ruleset ruleset, Overlay overlay);

  // Each of the exchanges once. `profile` is told what the rules cost, which makes a transaction
  // dearer; nullptr: it is not measured.
  void Inspect(std::span<const RecordedExchange> exchanges, Profile* profile);

  // CPU time of what was inspected since the last Take().
  double microseconds() const { return sums_.microseconds; }
  Measurement Take();

  const Ruleset& ruleset() const { return ruleset_; }

 private:
  Ruleset ruleset_;
  Overlay overlay_;
  Arena arena_;
  Measurement sums_;
  std::vector<double> times_;
};

// What bench and profile are told alike.
struct TrafficOptions {
  std::vector<std::string> rules;
  std::vector<std::string> requests;
  std::vector<std::string> mixes;
  std::string compat = "strict";
  double seconds = 1;
  size_t top = 10;
  bool json = false;
};
// `options` must outlive `verb`.
void AddTrafficOptions(CLI::App* verb, TrafficOptions& options);

// The ruleset of the options, ready to be measured; nullptr, and a text on stderr, without one.
std::unique_ptr<Measuring> MeasuringOf(const TrafficOptions& options);

// Requests that are measured together.
struct TrafficSource {
  std::string name;
  const Mix* mix = nullptr;                // new requests, as many as are wanted
  std::vector<RecordedExchange> recorded;  // without a mix: always these
};
// The recorded ones that the options name and the mixes; all mixes if they name nothing.
Result<std::vector<TrafficSource>> SourcesOf(const TrafficOptions& options);

// Inspects traffic for about so many seconds of CPU time, after a fifth as much that does not
// count, in which what later transactions reuse is made.
Measurement Measure(Measuring& measuring, const TrafficSource& source, double seconds,
                    Profile* profile);

// A rule and what it cost.
struct RankedCost {
  const RuleInfo* rule = nullptr;
  RuleCost cost;
  double share = 0;  // of all that the profile has measured, 0 to 1
};

// The `most` dearest rules, dearest first, without those that cost nothing.
std::vector<RankedCost> DearestRules(const Ruleset& ruleset, const Profile& profile, size_t most);

// All that the profile has measured.
uint64_t NanosecondsIn(const Profile& profile);

}  // namespace rasp
