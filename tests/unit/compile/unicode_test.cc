// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "compile/spec_builder.h"
#include "rule/compiled_rules.h"

namespace rasp {
namespace {

class UnicodeMapFile : public testing::Test {
 protected:
  UnicodeMapFile()
      : file_((std::filesystem::path(testing::TempDir()) /
               ("rasp-unicode-" + std::to_string(getpid())))
                  .string()) {}
  ~UnicodeMapFile() override { std::filesystem::remove(file_); }

  std::unique_ptr<const CompiledRules> Build(uint32_t code_page) {
    RulesetSpec ruleset;
    ruleset.rules.push_back(MakeRule(1, Phase::kRequestHeaders, DispositionSpec::kBlock,
                                     {{"ARGS", "rx <", "lowercase|urlDecodeUni"}}));
    ruleset.settings.unicode_map_file = file_;
    ruleset.settings.unicode_code_page = code_page;
    return BuildRules({&ruleset, 1}, "", CompileOptions{}, diagnostics_);
  }
  std::string Said() const {
    std::string said;
    for (const Diagnostic& diagnostic : diagnostics_) said += FormatDiagnostic(diagnostic);
    return said;
  }

  std::string file_;
  Diagnostics diagnostics_;
};

TEST_F(UnicodeMapFile, IsForTheTransformationsThatTakeOne) {
  std::ofstream(file_) << "20127 (US-ASCII)\n2039:3c\n";
  const auto rules = Build(20127);
  ASSERT_NE(rules, nullptr) << Said();
  ASSERT_NE(rules->unicode_map, nullptr);
  EXPECT_EQ(rules->unicode_map->byte[0x2039], '<');
  bool seen = false;
  for (const TransformNode& node : rules->transforms) {
    const bool takes = node.step != nullptr && node.step->name == "urlDecodeUni";
    EXPECT_EQ(node.map, takes ? rules->unicode_map.get() : nullptr);
    seen |= takes;
  }
  EXPECT_TRUE(seen);
}

TEST_F(UnicodeMapFile, FaultsAreErrorsOfTheFile) {
  EXPECT_EQ(Build(20127), nullptr);
  EXPECT_NE(Said().find("No such file"), std::string::npos) << Said();
  diagnostics_.clear();
  std::ofstream(file_) << "1252 (Latin)\n";
  EXPECT_EQ(Build(20127), nullptr);
  EXPECT_NE(Said().find("no code page 20127"), std::string::npos) << Said();
}

}  // namespace
}  // namespace rasp
