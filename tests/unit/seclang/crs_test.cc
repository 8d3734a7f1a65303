// SPDX-License-Identifier: Apache-2.0
// OWASP CRS as it is shipped, from the directory that the environment variable CRS_DIR names, and
// what Debian installs of CRS and ModSecurity: not one diagnostic.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "seclang/loaded.h"

namespace rasp {
namespace {

namespace fs = std::filesystem;

std::string Bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct Counts {
  size_t rules = 0;
  size_t chained = 0;
  size_t targets = 0;
  size_t steps = 0;
  size_t transforms = 0;
  size_t updates = 0;
  size_t markers = 0;
  std::string said;
};

Counts LoadFiles(const std::vector<std::string>& files) {
  Counts counts;
  Diagnostics diagnostics;
  SecLangOptions options;
  options.read_file = [](const std::string& path) -> Result<std::string> {
    if (!fs::is_regular_file(path)) return Result<std::string>::Failure("there is no such file");
    return Bytes(path);
  };
  SecLangLoader loader(options, diagnostics);
  for (const std::string& file : files) {
    const RulesetSpec spec = loader.Load(Bytes(file), file);
    counts.rules += spec.rules.size();
    counts.updates += spec.updates.size();
    counts.markers += spec.markers.size();
    for (const RuleSpec& rule : spec.rules) {
      counts.chained += rule.links.size() - 1;
      for (const LinkSpec& link : rule.links) {
        counts.targets += link.targets.size();
        counts.steps += link.actions.size();
        counts.transforms += link.transforms.size();
      }
    }
  }
  for (const Diagnostic& diagnostic : diagnostics)
    counts.said += FormatDiagnostic(diagnostic) + "\n";
  return counts;
}

TEST(Crs, IsReadWhole) {
  const char* const directory = std::getenv("CRS_DIR");
  if (directory == nullptr) GTEST_SKIP() << "CRS_DIR names no directory of OWASP CRS";
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(fs::path(directory) / "rules")) {
    if (entry.path().extension() == ".conf") files.push_back(entry.path().string());
  }
  ASSERT_FALSE(files.empty());
  std::sort(files.begin(), files.end());
  files.insert(files.begin(), std::string(directory) + "/crs-setup.conf.example");
  const Counts counts = LoadFiles(files);
  EXPECT_EQ(counts.said, "");
  if (Bytes(files[0]).find("OWASP CRS ver.4.28.0") == std::string::npos)
    GTEST_SKIP() << "not CRS 4.28.0: its rules are not counted";
  EXPECT_EQ(counts.rules, 630u);
  EXPECT_EQ(counts.chained, 73u);
  EXPECT_EQ(counts.targets, 1749u);
  EXPECT_EQ(counts.steps, 696u);
  EXPECT_EQ(counts.transforms, 408u);
  EXPECT_EQ(counts.updates, 55u);
  EXPECT_EQ(counts.markers, 30u);
}

class Installed : public testing::TestWithParam<const char*> {};

TEST_P(Installed, IsReadWhole) {
  if (!fs::exists(GetParam())) GTEST_SKIP() << GetParam() << " is not installed";
  const Counts counts = LoadFiles({GetParam()});
  EXPECT_EQ(counts.said, "");
  EXPECT_GT(counts.rules, 0u);
}

INSTANTIATE_TEST_SUITE_P(Crs, Installed,
                         testing::Values("/usr/share/modsecurity-crs/owasp-crs.load",
                                         "/etc/modsecurity/modsecurity.conf-recommended",
                                         "/usr/share/nginx/docs/modsecurity/modsecurity.conf"));

}  // namespace
}  // namespace rasp
