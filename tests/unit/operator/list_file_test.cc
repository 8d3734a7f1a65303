// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "operator/operator_cases.h"

namespace rasp {
namespace {

class ListFiles : public testing::Test {
 protected:
  ListFiles()
      : directory_(std::filesystem::path(testing::TempDir()) /
                   ("rasp-lists-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(directory_);
  }
  ~ListFiles() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, std::string_view text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }
  Result<OperatorPtr> Make(std::string_view op, std::string_view argument) const {
    const std::string directory = directory_.string();
    OperatorSpec spec;
    spec.argument = argument;
    spec.directory = directory;
    return FindOperator(op)->make(spec);
  }
  std::filesystem::path directory_;
};

TEST_F(ListFiles, PhrasesAreLinesWithoutCommentsAndBlanks) {
  Write("a.data", "# curl\n\n  \n  # wget\r\nsystem(\r\n two words \nlast");
  const auto op = Make("pmFromFile", "a.data");
  ASSERT_TRUE(op.ok()) << op.error();
  EXPECT_TRUE(Evaluation(**op, "x System(1)").matched);
  EXPECT_TRUE(Evaluation(**op, "x two words y").matched);
  EXPECT_FALSE(Evaluation(**op, "two words").matched) << "blanks belong to the phrase";
  EXPECT_TRUE(Evaluation(**op, "at last").matched) << "the last line needs no end";
  EXPECT_FALSE(Evaluation(**op, "curl").matched);
  EXPECT_FALSE(Evaluation(**op, "wget").matched);
}

TEST_F(ListFiles, SeveralFilesAreOneList) {
  Write("a.data", "curl\n");
  Write("b.data", "wget\n");
  const auto op = Make("pmf", "a.data b.data");
  ASSERT_TRUE(op.ok()) << op.error();
  EXPECT_TRUE(Evaluation(**op, "curl").matched);
  EXPECT_TRUE(Evaluation(**op, "wget").matched);
}

TEST_F(ListFiles, AbsoluteNamesAreTakenAsTheyAre) {
  Write("a.data", "curl\n");
  const auto op = Make("pmFromFile", (directory_ / "a.data").string());
  ASSERT_TRUE(op.ok()) << op.error();
  EXPECT_TRUE(Evaluation(**op, "curl").matched);
}

TEST_F(ListFiles, NothingInThemIsAnError) {
  Write("empty.data", "# nothing\n");
  EXPECT_NE(Make("pmFromFile", "empty.data").error().find("could never match"), std::string::npos);
  EXPECT_NE(Make("ipMatchFromFile", "empty.data").error().find("could never match"),
            std::string::npos);
}

TEST_F(ListFiles, ADirectoryIsNone) {
  std::filesystem::create_directory(directory_ / "sub");
  const auto op = Make("pmFromFile", "sub");
  ASSERT_FALSE(op.ok());
  EXPECT_NE(op.error().find("cannot read"), std::string::npos) << op.error();
}

TEST_F(ListFiles, NetworksMayHaveRemarks) {
  Write("ip.data", "# ours\n10.0.0.0/8 # office\n2001:db8::/32\n");
  const auto op = Make("ipMatchFromFile", "ip.data");
  ASSERT_TRUE(op.ok()) << op.error();
  EXPECT_TRUE(Evaluation(**op, "10.1.2.3").matched);
  EXPECT_TRUE(Evaluation(**op, "2001:db8::1").matched);
  EXPECT_FALSE(Evaluation(**op, "11.1.2.3").matched);
  EXPECT_TRUE(Evaluation(**Make("ipMatchF", "ip.data"), "10.1.2.3").matched);
}

TEST_F(ListFiles, BadNetworkIsNamed) {
  Write("ip.data", "10.0.0.0/8\n10.0.0.0/33\n");
  EXPECT_NE(Make("ipMatchFromFile", "ip.data").error().find("\"10.0.0.0/33\""), std::string::npos);
}

}  // namespace
}  // namespace rasp
