// SPDX-License-Identifier: Apache-2.0
#include "cli/measure.h"

#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <numeric>

#include "cli/exchange.h"
#include "cli/ruleset_files.h"
#include "rasp/transaction.h"

namespace rasp {
namespace {

constexpr size_t kArenaBytes = 32 << 20;
constexpr size_t kBatchBytes = 8 << 20;
constexpr size_t kBatchMost = 1000;

double CpuMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// How many requests of a mix are made at a time.
size_t BatchOf(const Mix& mix) {
  Dice dice(0);
  return std::clamp<size_t>(kBatchBytes / mix.make(dice).size(), 4, kBatchMost);
}

void InspectFor(Measuring& measuring, const TrafficSource& source, double microseconds,
                uint64_t& seed, Profile* profile) {
  do {
    if (source.mix == nullptr) {
      measuring.Inspect(source.recorded, profile);
    } else {
      measuring.Inspect(MadeOf(*source.mix, ++seed, BatchOf(*source.mix)), profile);
    }
  } while (measuring.microseconds() < microseconds);
}

}  // namespace

Measuring::Measuring(Ruleset ruleset, Overlay overlay)
    : ruleset_(std::move(ruleset)), overlay_(std::move(overlay)), arena_(kArenaBytes) {}

void Measuring::Inspect(std::span<const RecordedExchange> exchanges, Profile* profile) {
  for (const RecordedExchange& exchange : exchanges) {
    const double began = CpuMicroseconds();
    arena_.Reset();
    Transaction transaction(ruleset_, overlay_, &arena_, SystemClock());
    transaction.SetProfile(profile);
    const Event& event = rasp::Inspect(transaction, *exchange.request, exchange.response.get());
    times_.push_back(CpuMicroseconds() - began);
    sums_.microseconds += times_.back();
    ++sums_.transactions;
    sums_.refused += event.verdict.Blocks() ? 1 : 0;
    sums_.degraded += event.degraded.Any() ? 1 : 0;
  }
}

Measurement Measuring::Take() {
  std::sort(times_.begin(), times_.end());
  const auto at = [this](double share) {
    if (times_.empty()) return 0.0;
    return times_[static_cast<size_t>(share * static_cast<double>(times_.size() - 1))];
  };
  Measurement taken = sums_;
  taken.p50 = at(0.5);
  taken.p99 = at(0.99);
  sums_ = {};
  times_.clear();
  return taken;
}

void AddTrafficOptions(CLI::App* verb, TrafficOptions& options) {
  verb->add_option("rules", options.rules, "Ruleset files, directories or patterns")->required();
  AddCompat(verb, options.compat);
  verb->add_option("--requests", options.requests,
                   "A file that holds a raw HTTP request, or a directory of such files; "
                   "NAME.response is the response to NAME")
      ->expected(1)
      ->take_all();
  std::vector<std::string> names;
  std::string list;
  for (const Mix& mix : BuiltInMixes()) {
    names.emplace_back(mix.name);
    list += "\n  " + std::string(mix.name) + ": " + std::string(mix.summary);
  }
  verb->add_option("--mix", options.mixes,
                   "One of the built-in kinds of requests, each request new; all of them if "
                   "neither --mix nor --requests is given:" +
                       list)
      ->expected(1)
      ->take_all()
      ->check(CLI::IsMember(names));
  verb->add_option("--seconds", options.seconds, "CPU time to spend on each kind of traffic")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  verb->add_option("--top", options.top, "How many of the dearest rules to name")
      ->capture_default_str();
  verb->add_flag("--json", options.json, "Print the figures as JSON");
}

std::unique_ptr<Measuring> MeasuringOf(const TrafficOptions& options) {
  std::optional<Ruleset> ruleset =
      LoadRuleset(options.rules, {.compat_warn = options.compat == "warn"});
  if (!ruleset) return nullptr;
  OverlaySpec spec;
  spec.mode = Mode::kBlock;
  spec.limits = LimitsOf(*ruleset);
  spec.limits.time_us = 0;  // what takes long is to be seen
  auto overlay = Overlay::Make(*ruleset, spec);
  if (!overlay) return nullptr;
  return std::make_unique<Measuring>(*std::move(ruleset), *std::move(overlay));
}

Result<std::vector<TrafficSource>> SourcesOf(const TrafficOptions& options) {
  std::vector<TrafficSource> sources;
  for (const std::string& path : options.requests) {
    auto recorded = ReadRecorded(path);
    if (!recorded) return Result<std::vector<TrafficSource>>::Failure(recorded.error());
    sources.push_back({path, nullptr, *std::move(recorded)});
  }
  const bool all = options.requests.empty() && options.mixes.empty();
  for (const Mix& mix : BuiltInMixes()) {
    const bool wanted =
        std::find(options.mixes.begin(), options.mixes.end(), mix.name) != options.mixes.end();
    if (all || wanted) sources.push_back({std::string(mix.name), &mix, {}});
  }
  return sources;
}

Measurement Measure(Measuring& measuring, const TrafficSource& source, double seconds,
                    Profile* profile) {
  uint64_t seed = 0;
  InspectFor(measuring, source, seconds * 1e6 / 5, seed, nullptr);
  measuring.Take();
  InspectFor(measuring, source, seconds * 1e6, seed, profile);
  return measuring.Take();
}

uint64_t NanosecondsIn(const Profile& profile) {
  uint64_t sum = profile.prefilter_nanoseconds;
  for (const RuleCost& cost : profile.rules()) sum += cost.nanoseconds;
  return sum;
}

std::vector<RankedCost> DearestRules(const Ruleset& ruleset, const Profile& profile, size_t most) {
  const auto rules = ruleset.rules();
  const auto costs = profile.rules();
  const auto all = static_cast<double>(std::max<uint64_t>(NanosecondsIn(profile), 1));
  std::vector<RankedCost> ranked;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (costs[i].nanoseconds == 0) continue;
    ranked.push_back({&rules[i], costs[i], static_cast<double>(costs[i].nanoseconds) / all});
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const RankedCost& a, const RankedCost& b) {
    return a.cost.nanoseconds > b.cost.nanoseconds;
  });
  if (ranked.size() > most) ranked.resize(most);
  return ranked;
}

}  // namespace rasp
