// SPDX-License-Identifier: Apache-2.0
// One transaction of each built-in mix, with each of the known rules, by each engine:
//
//   CRS_DIR=/path/to/coreruleset engine_bench [--benchmark_filter=native/crs-pl1/.*]
//
// Names are ENGINE/RULES/MIX/new, where no two requests are the same, and .../again, where all are.
// Times are CPU time of the one thread.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <string>

#include "cli/traffic.h"
#include "subject.h"

namespace rasp {
namespace {

// Loaded when first used, one at a time: they are large.
Subject* LoadedSubject(const std::string& engine, const std::string& rules) {
  static std::string loaded;
  static std::unique_ptr<Subject> subject;
  if (loaded != engine + '/' + rules) {
    loaded = engine + '/' + rules;
    subject = nullptr;
    subject = LoadSubject(engine, rules);
  }
  return subject.get();
}

int IterationsOf(const std::string& engine, const std::string& mix) {
  int iterations = 2000;
  if (mix == "json_2k" || mix == "multipart_100k") iterations = 500;
  if (mix == "json_64k") iterations = 60;
  if (mix.ends_with("_1m")) iterations = 8;
  return engine == "modsecurity" ? (iterations + 9) / 10 : iterations;
}

void Inspecting(benchmark::State& state, const std::string& engine, const std::string& rules,
                const std::string& mix, bool again) {
  Subject* const subject = LoadedSubject(engine, rules);
  if (subject == nullptr) {
    state.SkipWithError("the rules could not be loaded");
    return;
  }
  const auto response = Response();
  const auto count = static_cast<size_t>(IterationsOf(engine, mix));
  for (const auto& request : Requests(mix, 1, count / 10 + 1)) {
    subject->Inspect(*request, *response);
  }
  static uint64_t seed = 1;  // no request of an earlier run either
  const auto requests = Requests(mix, ++seed, again ? 1 : count);
  size_t next = 0;
  size_t refused = 0;
  size_t degraded = 0;
  for ([[maybe_unused]] auto iteration : state) {
    const Outcome outcome = subject->Inspect(*requests[next], *response);
    next = again ? 0 : (next + 1) % requests.size();
    refused += outcome.refused ? 1 : 0;
    degraded += outcome.degraded ? 1 : 0;
  }
  const auto share = [&](size_t part) {
    return static_cast<double>(part) / static_cast<double>(state.iterations());
  };
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(requests.front()->storage.size()));
  state.counters["refused"] = share(refused);
  state.counters["degraded"] = share(degraded);
}

void Register(const std::string& engine, const std::string& rules) {
  for (const Mix& mix : BuiltInMixes()) {
    const std::string name(mix.name);
    for (const bool again : {false, true}) {
      const std::string full = engine + '/' + rules + '/' + name + (again ? "/again" : "/new");
      benchmark::RegisterBenchmark(
          full.c_str(),
          [=](benchmark::State& state) { Inspecting(state, engine, rules, name, again); })
          ->Iterations(IterationsOf(engine, name))
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

}  // namespace
}  // namespace rasp

int main(int argc, char** argv) {
  for (const std::string_view rules : rasp::KnownRules()) {
    rasp::Register("native", std::string(rules));
    if (rules != "own") rasp::Register("modsecurity", std::string(rules));
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
