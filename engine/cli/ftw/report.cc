// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/ftw/run.h"
#include "cli/text.h"

namespace rasp::ftw {
namespace {

constexpr std::array<const char*, 5> kOutcomes = {"passed", "failed", "ignored", "forced to pass",
                                                  "forced to fail"};
using Counts = std::array<size_t, kOutcomes.size()>;

Counts Count(const std::vector<TestResult>& results) {
  Counts counts{};
  for (const TestResult& result : results) ++counts[static_cast<size_t>(result.outcome)];
  return counts;
}

std::string FolderOf(const Test& test) {
  return std::filesystem::path(test.file).parent_path().filename().string();
}

std::string Seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", seconds);
  return text;
}

}  // namespace

std::string ReportText(const std::vector<TestResult>& results, double seconds) {
  std::string out;
  std::map<std::string, std::pair<size_t, size_t>> folders;
  size_t overridden = 0;
  for (const TestResult& result : results) {
    auto& [tests, failed] = folders[FolderOf(*result.test)];
    ++tests;
    overridden += result.overridden ? 1 : 0;
    if (!result.Failed()) continue;
    ++failed;
    out += result.test->file + ": " + result.test->id + ": " + Printable(result.reason) + "\n";
  }
  TextTable table({"Rules", "Tests", "Failed"});
  for (const auto& [folder, counts] : folders) {
    table.AddRow({folder, std::to_string(counts.first), std::to_string(counts.second)});
  }
  out += table.AsText();
  const Counts counts = Count(results);
  out += std::to_string(results.size()) + " tests";
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0 || i < 2) out += ", " + std::to_string(counts[i]) + " " + kOutcomes[i];
  }
  if (overridden > 0) out += ", " + std::to_string(overridden) + " held to an overrides file";
  return out + ", " + Seconds(seconds) + "\n";
}

std::string ReportJson(const std::vector<TestResult>& results, double seconds) {
  nlohmann::ordered_json tests = nlohmann::ordered_json::array();
  for (const TestResult& result : results) {
    tests.push_back({{"id", result.test->id},
                     {"file", Utf8(result.test->file)},
                     {"outcome", kOutcomes[static_cast<size_t>(result.outcome)]},
                     {"reason", Utf8(result.reason)},
                     {"status", result.status},
                     {"matched", result.ids},
                     {"overridden", result.overridden}});
  }
  const Counts counts = Count(results);
  nlohmann::ordered_json out = {{"tests", results.size()}};
  for (size_t i = 0; i < counts.size(); ++i) out[kOutcomes[i]] = counts[i];
  out["seconds"] = seconds;
  out["results"] = std::move(tests);
  return out.dump(2) + "\n";
}

}  // namespace rasp::ftw
