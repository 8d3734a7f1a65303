// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/measure.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace rasp {
namespace {

using Json = nlohmann::ordered_json;

std::string Fixed(double value, int digits = 1) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string Percent(double share) { return Fixed(100 * share) + " %"; }

struct Row {
  std::string source;
  Measurement measured;
};

// ------------------------------------------------------------------------------------------ bench

void PrintRows(const std::vector<Row>& rows) {
  TextTable table({"Traffic", "Transactions", "Per second", "Mean us", "p50 us", "p99 us",
                   "Refused", "Not in full"});
  for (const Row& row : rows) {
    const Measurement& m = row.measured;
    table.AddRow({Printable(row.source), std::to_string(m.transactions), Fixed(m.PerSecond(), 0),
                  Fixed(m.Mean()), Fixed(m.p50), Fixed(m.p99), std::to_string(m.refused),
                  std::to_string(m.degraded)});
  }
  std::cout << table.AsText();
}

void PrintDearest(const std::vector<RankedCost>& ranked, size_t transactions) {
  TextTable table({"Rule", "Share", "us each", "Tests", "Matches", "Name"});
  for (const RankedCost& r : ranked) {
    const double each =
        static_cast<double>(r.cost.nanoseconds) / 1e3 / static_cast<double>(transactions);
    table.AddRow({std::to_string(r.rule->id), Percent(r.share), Fixed(each, 3),
                  std::to_string(r.cost.tests), std::to_string(r.cost.matches),
                  Printable(r.rule->name)});
  }
  std::cout << table.AsText();
}

Json RowsJson(const std::vector<Row>& rows) {
  Json out = Json::array();
  for (const Row& row : rows) {
    const Measurement& m = row.measured;
    out.push_back({{"traffic", Utf8(row.source)},
                   {"transactions", m.transactions},
                   {"per_second", m.PerSecond()},
                   {"mean_us", m.Mean()},
                   {"p50_us", m.p50},
                   {"p99_us", m.p99},
                   {"refused", m.refused},
                   {"degraded", m.degraded}});
  }
  return out;
}

Json DearestJson(const std::vector<RankedCost>& ranked) {
  Json out = Json::array();
  for (const RankedCost& r : ranked) {
    out.push_back({{"rule", r.rule->id},
                   {"name", Utf8(r.rule->name)},
                   {"file", Utf8(r.rule->file)},
                   {"line", r.rule->line},
                   {"share", r.share},
                   {"nanoseconds", r.cost.nanoseconds},
                   {"tests", r.cost.tests},
                   {"matches", r.cost.matches}});
  }
  return out;
}

// Each source is measured for itself, and then, because telling rules apart costs time, all of them
// once more for the rules' shares.
int Bench(const TrafficOptions& options) {
  const auto sources = SourcesOf(options);
  if (!sources) {
    std::cerr << "raspctl: " << sources.error() << '\n';
    return kExitUsage;
  }
  const auto measuring = MeasuringOf(options);
  if (measuring == nullptr) return kExitUsage;
  std::vector<Row> rows;
  Profile profile(measuring->ruleset());
  size_t profiled = 0;
  for (const TrafficSource& source : *sources) {
    rows.push_back({source.name, Measure(*measuring, source, options.seconds, nullptr)});
    profiled += Measure(*measuring, source, options.seconds / 5, &profile).transactions;
  }
  const auto dearest = DearestRules(measuring->ruleset(), profile, options.top);
  if (options.json) {
    std::cout << Json{{"traffic", RowsJson(rows)}, {"rules", DearestJson(dearest)}}.dump(2) << '\n';
    return kExitOk;
  }
  PrintRows(rows);
  if (dearest.empty()) return kExitOk;
  std::cout << "\nThe dearest rules of all this traffic (raspctl profile tells more):\n";
  PrintDearest(dearest, profiled);
  return kExitOk;
}

// ---------------------------------------------------------------------------------------- profile

uint64_t TestsIn(const Profile& profile) {
  uint64_t sum = 0;
  for (const RuleCost& cost : profile.rules()) sum += cost.tests;
  return sum;
}

size_t RulesTested(const Profile& profile) {
  const auto costs = profile.rules();
  return static_cast<size_t>(
      std::count_if(costs.begin(), costs.end(), [](const RuleCost& c) { return c.tests > 0; }));
}

// A profile and what it was made of.
struct Profiled {
  const Ruleset& ruleset;
  Profile profile;
  size_t transactions = 0;
};

void PrintProfile(const Profiled& profiled, const std::vector<RankedCost>& dearest) {
  const Profile& profile = profiled.profile;
  const auto transactions = static_cast<double>(profiled.transactions);
  const auto all = static_cast<double>(std::max<uint64_t>(NanosecondsIn(profile), 1));
  std::cout << profiled.transactions << " transactions, " << Fixed(all / 1e3 / transactions)
            << " us each: " << Percent(static_cast<double>(profile.prefilter_nanoseconds) / all)
            << " in transformations and in finding out which rules could match, the rest in "
            << RulesTested(profile) << " of " << profiled.ruleset.rules().size() << " rules ("
            << Fixed(static_cast<double>(TestsIn(profile)) / transactions) << " tests each)\n\n";
  PrintDearest(dearest, profiled.transactions);
}

Json ProfileJson(const Profiled& profiled, const std::vector<RankedCost>& dearest) {
  return {{"transactions", profiled.transactions},
          {"nanoseconds", NanosecondsIn(profiled.profile)},
          {"prefilter_nanoseconds", profiled.profile.prefilter_nanoseconds},
          {"tests", TestsIn(profiled.profile)},
          {"rules", DearestJson(dearest)}};
}

int ProfileRules(const TrafficOptions& options) {
  const auto sources = SourcesOf(options);
  if (!sources) {
    std::cerr << "raspctl: " << sources.error() << '\n';
    return kExitUsage;
  }
  const auto measuring = MeasuringOf(options);
  if (measuring == nullptr) return kExitUsage;
  Profiled profiled{measuring->ruleset(), Profile(measuring->ruleset())};
  for (const TrafficSource& source : *sources) {
    profiled.transactions +=
        Measure(*measuring, source, options.seconds, &profiled.profile).transactions;
  }
  const auto dearest = DearestRules(profiled.ruleset, profiled.profile, options.top);
  if (options.json) {
    std::cout << ProfileJson(profiled, dearest).dump(2) << '\n';
  } else {
    PrintProfile(profiled, dearest);
  }
  return kExitOk;
}

}  // namespace

void AddBench(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand(
      "bench",
      "Measure what inspecting traffic with these rules costs, and name the dearest rules");
  auto options = std::make_shared<TrafficOptions>();
  AddTrafficOptions(verb, *options);
  verb->callback([options, &exit_code] { exit_code = Bench(*options); });
}

void AddProfile(CLI::App& app, int& exit_code) {
  CLI::App* const verb =
      app.add_subcommand("profile", "Say where the time of inspecting traffic goes, rule by rule");
  auto options = std::make_shared<TrafficOptions>();
  options->top = 30;
  AddTrafficOptions(verb, *options);
  verb->callback([options, &exit_code] { exit_code = ProfileRules(*options); });
}

}  // namespace rasp
