// SPDX-License-Identifier: Apache-2.0
#include "cli/ruleset_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace rasp {
namespace {

namespace fs = std::filesystem;

class RulesetFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::path(testing::TempDir()) /
                 testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(directory_);
    for (const char* name : {"b.json", "a.json", "sub/c.json", "x.schema.json", "notes.txt"}) {
      fs::create_directories((directory_ / name).parent_path());
      std::ofstream(directory_ / name) << name;
    }
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string Path(std::string_view name) const { return (directory_ / name).string(); }
  std::vector<std::string> Paths(std::initializer_list<std::string_view> names) const {
    std::vector<std::string> out;
    for (const std::string_view name : names) out.push_back(Path(name));
    return out;
  }

  fs::path directory_;
};

TEST_F(RulesetFilesTest, TakesAFileAsItself) {
  const auto files = ExpandRulesetFiles(Paths({"notes.txt", "b.json"}));
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(*files, Paths({"notes.txt", "b.json"}));
}

TEST_F(RulesetFilesTest, TakesOfADirectoryTheRulesetsInOrder) {
  const auto files = ExpandRulesetFiles({directory_.string()});
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(*files, Paths({"a.json", "b.json", "sub/c.json"}));
}

TEST_F(RulesetFilesTest, TakesAPattern) {
  const auto files = ExpandRulesetFiles({Path("[ab].json")});
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(*files, Paths({"a.json", "b.json"}));
}

TEST_F(RulesetFilesTest, TakesNoneTwice) {
  const auto files = ExpandRulesetFiles(Paths({"b.json", "*.json"}));
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(*files, Paths({"b.json", "a.json", "x.schema.json"}));
}

TEST_F(RulesetFilesTest, RefusesWhatNamesNoFile) {
  for (const char* name : {"missing.json", "*.conf"}) {
    const auto files = ExpandRulesetFiles(Paths({"a.json", name}));
    ASSERT_FALSE(files.ok()) << name;
    EXPECT_NE(files.error().find(name), std::string::npos) << files.error();
  }
}

TEST_F(RulesetFilesTest, ReadsInputAsBytes) {
  std::ofstream(Path("bytes"), std::ios::binary) << std::string("a\r\n\0b", 5);
  const auto text = ReadInput(Path("bytes"));
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, std::string("a\r\n\0b", 5));
  EXPECT_FALSE(ReadInput(Path("missing")).ok());
}

}  // namespace
}  // namespace rasp
