// SPDX-License-Identifier: Apache-2.0
// Inspects requests of the built-in mixes, and marks for callgrind where each mix begins and ends:
//
//   transactions ENGINE RULES [SCALE [MIX...]]
//
// Of transactions that are worth an event, the event's line is written, to memory.
//
// One line for each mix: its name, the number of transactions that were measured, the CPU time of
// the median one in microseconds, and whether they were refused. Under callgrind
// (--instr-atstart=no) every mix is one dump, named by the mix: loading, generating, parsing the
// raw messages and the first transactions, which make what later ones reuse, are in none.
// SCALE multiplies the number of transactions.
#include <time.h>
#include <valgrind/callgrind.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "cli/traffic.h"
#include "subject.h"

namespace rasp {
namespace {

struct Counts {
  size_t warm_up;
  size_t measured;
};

// So many that every mix takes about as long.
Counts CountsOf(const std::string& mix, double scale) {
  Counts counts{200, 50};
  if (mix == "json_64k") counts = {20, 4};
  if (mix == "json_2k" || mix == "multipart_100k") counts = {60, 12};
  if (mix.ends_with("_1m")) counts = {4, 1};
  counts.measured = std::max<size_t>(1, static_cast<size_t>(double(counts.measured) * scale));
  return counts;
}

double CpuMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void Measure(Subject& subject, const std::string& mix, double scale) {
  const Counts counts = CountsOf(mix, scale);
  std::string line;
  const auto response = Response();
  for (const auto& request : Requests(mix, 1, counts.warm_up)) {
    subject.Inspect(*request, *response, &line);
  }
  const auto requests = Requests(mix, 2, counts.measured);
  std::vector<double> times;
  times.reserve(requests.size());
  size_t refused = 0;
  size_t degraded = 0;
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  for (const auto& request : requests) {
    const double began = CpuMicroseconds();
    line.clear();
    const Outcome outcome = subject.Inspect(*request, *response, &line);
    times.push_back(CpuMicroseconds() - began);
    refused += outcome.refused ? 1 : 0;
    degraded += outcome.degraded ? 1 : 0;
  }
  CALLGRIND_DUMP_STATS_AT(mix.c_str());
  CALLGRIND_STOP_INSTRUMENTATION;
  std::sort(times.begin(), times.end());
  std::cout << mix << ' ' << requests.size() << ' ' << times[times.size() / 2] << ' ' << refused
            << ' ' << degraded << std::endl;
}

int Main(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) {
    std::cerr << "usage: transactions native|modsecurity RULES [SCALE [MIX...]]\n";
    return 2;
  }
  const auto subject = LoadSubject(arguments[0], arguments[1]);
  if (subject == nullptr) return 2;
  const double scale = arguments.size() > 2 ? std::atof(arguments[2].c_str()) : 1;
  std::vector<std::string> mixes(arguments.begin() + std::min<ptrdiff_t>(3, std::ssize(arguments)),
                                 arguments.end());
  if (mixes.empty()) {
    for (const Mix& mix : BuiltInMixes()) mixes.emplace_back(mix.name);
  }
  for (const std::string& mix : mixes) {
    if (FindMix(mix) == nullptr) {
      std::cerr << mix << ": no such mix\n";
      return 2;
    }
    Measure(*subject, mix, scale);
  }
  return 0;
}

}  // namespace
}  // namespace rasp

int main(int argc, char** argv) { return rasp::Main({argv + 1, argv + argc}); }
