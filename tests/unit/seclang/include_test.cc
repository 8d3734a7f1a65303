// SPDX-License-Identifier: Apache-2.0
// Include and IncludeOptional: where files are looked for, in what order, and what stops them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "seclang/loaded.h"

namespace rasp {
namespace {

std::string Ids(const RulesetSpec& spec) {
  std::string ids;
  for (const RuleSpec& rule : spec.rules) ids += (ids.empty() ? "" : " ") + std::to_string(rule.id);
  return ids;
}

TEST(Include, ReadsFilesWhereItStands) {
  const Files files = {{"/c/b.conf", "SecAction id:2\n"}};
  const Loaded loaded =
      LoadText("SecAction id:1\nInclude b.conf\nSecAction id:3\n", files, false, "/c/a.conf");
  EXPECT_EQ(loaded.Said(), "");
  EXPECT_EQ(Ids(loaded.spec), "1 2 3");
  EXPECT_EQ(Place(loaded.spec.rules[1].where), "/c/b.conf:1:1");
}

TEST(Include, IsRelativeToTheFileItStandsIn) {
  const Files files = {{"/c/d/b.conf", "Include e/f.conf\n"}, {"/c/d/e/f.conf", "SecAction id:2"}};
  const Loaded loaded = LoadText("Include d/b.conf\n", files, false, "/c/a.conf");
  EXPECT_EQ(loaded.Said(), "");
  EXPECT_EQ(Ids(loaded.spec), "2");
}

TEST(Include, TakesAbsolutePaths) {
  const Loaded loaded = LoadText("Include \"/x y/b.conf\"\n", {{"/x y/b.conf", "SecAction id:2"}},
                                 false, "/c/a.conf");
  EXPECT_EQ(loaded.Said(), "");
  EXPECT_EQ(Ids(loaded.spec), "2");
}

TEST(Include, SetsWhatHoldsAfterIt) {
  const Files files = {{"b.conf", "SecDefaultAction phase:2,drop\nSecRuleEngine On\n"}};
  const Loaded loaded = LoadText("Include b.conf\nSecRule ARGS a id:1,block\n", files);
  EXPECT_EQ(loaded.Said(), "");
  EXPECT_EQ(loaded.spec.rules[0].disposition, DispositionSpec::kDrop);
  EXPECT_EQ(loaded.spec.settings.mode, Mode::kBlock);
}

TEST(Include, PathsInAFileAreRelativeToIt) {
  const Files files = {{"/c/d/b.conf", "SecUnicodeMapFile unicode.mapping 20127\n"}};
  const Loaded loaded = LoadText("Include d/b.conf\n", files, false, "/c/a.conf");
  EXPECT_EQ(loaded.spec.settings.unicode_map_file, "/c/d/unicode.mapping");
}

TEST(Include, TakesPatternsInOrder) {
  const Files files = {{"r/2.conf", "SecAction id:2"},
                       {"r/1.conf", "SecAction id:1"},
                       {"r/3.conf", "SecAction id:3"}};
  const Loaded loaded = LoadText("Include r/*.conf\n", files);
  EXPECT_EQ(loaded.Said(), "");
  EXPECT_EQ(Ids(loaded.spec), "1 2 3");
}

TEST(Include, PatternsAreTheFileSystems) {
  namespace fs = std::filesystem;
  std::string directory = (fs::temp_directory_path() / "rasp-seclang-XXXXXX").string();
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  for (const char* name : {"b.conf", "a.conf", "c.txt"})
    std::ofstream(directory + "/" + name) << name;
  Diagnostics diagnostics;
  std::vector<std::string> read;
  SecLangOptions options;
  options.read_file = [&](const std::string& path) {
    read.push_back(path);
    return Result<std::string>("");
  };
  SecLangLoader loader(options, diagnostics);
  loader.Load("Include *.conf\nIncludeOptional *.none\n", directory + "/x");
  fs::remove_all(directory);
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_EQ(read, (std::vector<std::string>{directory + "/a.conf", directory + "/b.conf"}));
}

TEST(Include, OptionalFilesMayBeMissing) {
  const Loaded loaded =
      LoadText("IncludeOptional b.conf\nIncludeOptional r/*.conf\nSecAction id:1\n");
  EXPECT_EQ(loaded.Said(), "");
  EXPECT_EQ(Ids(loaded.spec), "1");
}

TEST(Include, MayComeTwice) {
  const Files files = {{"b.conf", "SecRuleEngine On\n"}};
  EXPECT_EQ(LoadText("Include b.conf\nInclude b.conf\n", files).Said(), "");
}

TEST(Include, EndsAtTheLimitOfDepth) {
  Files files;
  for (int i = 0; i < 30; ++i) {
    files["f" + std::to_string(i)] = "Include f" + std::to_string(i + 1) + "\n";
  }
  EXPECT_EQ(LoadText("Include f0\n", files).Said(),
            "f15:1:9: error: include-depth: files include each other more than 16 deep: include "
            "them from one file\n");
}

TEST(Include, EndsAtTheLimitOfFiles) {
  // Each of twelve files includes the next one twice: 2^13 - 2 readings.
  Files files;
  for (int i = 0; i < 12; ++i) {
    const std::string next = "Include f" + std::to_string(i + 1) + "\n";
    files["f" + std::to_string(i)] = next + next;
  }
  files["f12"] = "";
  const Loaded loaded = LoadText("Include f0\n", files);
  ASSERT_EQ(loaded.diagnostics.size(), 1u) << loaded.Said();
  EXPECT_EQ(loaded.diagnostics[0].code, "too-many-files");
}

}  // namespace
}  // namespace rasp
