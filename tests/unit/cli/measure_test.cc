// SPDX-License-Identifier: Apache-2.0
#include "cli/measure.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/arena.h"
#include "cli/recorded.h"

namespace rasp {
namespace {

namespace fs = std::filesystem;

class Directory {
 public:
  Directory() : path_(fs::temp_directory_path() / "rasp_measure_test") {
    fs::remove_all(path_);
    fs::create_directory(path_);
  }
  ~Directory() { fs::remove_all(path_); }

  std::string Write(const std::string& name, std::string_view text) const {
    const std::string path = (path_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

constexpr std::string_view kGet = "GET /?q=needle HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(ReadRecorded, TakesAFileForOneRequestAndMakesTheResponse) {
  const Directory directory;
  const auto read = ReadRecorded(directory.Write("one", kGet));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().request->AsRequest().target, "/?q=needle");
  EXPECT_EQ(read->front().response->AsResponse().status, 200);
}

TEST(ReadRecorded, TakesADirectoryInTheOrderOfNamesWithTheResponses) {
  const Directory directory;
  directory.Write("b", "GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
  directory.Write("a", "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  directory.Write("a.response", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  const auto read = ReadRecorded(directory.path());
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].request->AsRequest().target, "/a");
  EXPECT_EQ((*read)[0].response->AsResponse().status, 404);
  EXPECT_EQ((*read)[1].request->AsRequest().target, "/b");
  EXPECT_EQ((*read)[1].response->AsResponse().status, 200);
}

TEST(ReadRecorded, FailsWithoutRequests) {
  const Directory directory;
  EXPECT_FALSE(ReadRecorded(directory.path()));
  EXPECT_FALSE(ReadRecorded(directory.path() + "/none"));
  EXPECT_FALSE(ReadRecorded(directory.Write("bad", "no message")));
}

constexpr std::string_view kRules = R"({"ruleset": "t", "version": "1.0.0", "rules": [
  {"id": 410001, "name": "needle", "severity": "critical", "owasp": ["A05:2025"],
   "phase": "request_body", "targets": ["ARGS"], "operator": {"rx": "need+le"}},
  {"id": 410002, "name": "other", "severity": "critical", "owasp": ["A05:2025"],
   "phase": "request_body", "targets": ["ARGS"], "operator": {"rx": "never-there"}}]})";

std::unique_ptr<Measuring> MeasuringOfRules(const Directory& directory) {
  TrafficOptions options;
  options.rules = {directory.Write("rules.json", kRules)};
  return MeasuringOf(options);
}

TEST(Measuring, CountsWhatItInspects) {
  const Directory directory;
  const auto measuring = MeasuringOfRules(directory);
  ASSERT_NE(measuring, nullptr);
  const auto recorded = ReadRecorded(directory.Write("one", kGet));
  ASSERT_TRUE(recorded);
  for (int i = 0; i < 3; ++i) measuring->Inspect(*recorded, nullptr);
  const Measurement measured = measuring->Take();
  EXPECT_EQ(measured.transactions, 3u);
  EXPECT_EQ(measured.refused, 3u);
  EXPECT_EQ(measured.degraded, 0u);
  EXPECT_GT(measured.microseconds, 0);
  EXPECT_LE(measured.p50, measured.p99);
  EXPECT_EQ(measuring->Take().transactions, 0u);
}

TEST(DearestRules, NamesTheRuleThatWasRun) {
  const Directory directory;
  const auto measuring = MeasuringOfRules(directory);
  ASSERT_NE(measuring, nullptr);
  const auto recorded = ReadRecorded(directory.Write("one", kGet));
  ASSERT_TRUE(recorded);
  Profile profile(measuring->ruleset());
  for (int i = 0; i < 100; ++i) measuring->Inspect(*recorded, &profile);
  const auto dearest = DearestRules(measuring->ruleset(), profile, 10);
  ASSERT_FALSE(dearest.empty());
  EXPECT_EQ(dearest.front().rule->id, 410001u);
  EXPECT_EQ(dearest.front().cost.matches, 100u);
  EXPECT_GT(dearest.front().share, 0);
  EXPECT_LE(dearest.front().share, 1);
  EXPECT_TRUE(DearestRules(measuring->ruleset(), profile, 0).empty());
}

TEST(SourcesOf, AreAllMixesUnlessSomethingIsNamed) {
  const auto all = SourcesOf({});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), BuiltInMixes().size());
  TrafficOptions options;
  options.mixes = {"json_2k"};
  const auto one = SourcesOf(options);
  ASSERT_TRUE(one);
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ(one->front().name, "json_2k");
  options.requests = {"/nowhere"};
  EXPECT_FALSE(SourcesOf(options));
}

TEST(Arena, GivesAlignedPiecesThatDoNotOverlap) {
  Arena arena(1 << 16);
  char* last_end = nullptr;
  for (const size_t size : {1u, 24u, 100u, 3u, 4096u}) {
    auto* const piece = static_cast<char*>(arena.allocate(size, 16));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(piece) % 16, 0u);
    EXPECT_TRUE(last_end == nullptr || piece >= last_end);
    std::memset(piece, 1, size);
    last_end = piece + size;
  }
  EXPECT_EQ(arena.allocations(), 5u);
  EXPECT_GE(arena.peak(), 4224u);
}

TEST(Arena, TakesFromTheHeapWhatDoesNotFitAndStartsAnew) {
  Arena arena(64);
  void* const inside = arena.allocate(48, 8);
  void* const outside = arena.allocate(48, 8);
  std::memset(outside, 1, 48);
  arena.deallocate(outside, 48, 8);
  arena.deallocate(inside, 48, 8);
  arena.Reset();
  EXPECT_EQ(arena.allocate(48, 8), inside);
}

}  // namespace
}  // namespace rasp
