// SPDX-License-Identifier: Apache-2.0
#include "cli/openapi_yaml.h"

#include <gtest/gtest.h>

namespace rasp {
namespace {

std::string Compact(const std::string& yaml) {
  const Result<std::string> json = YamlToJson(yaml);
  if (!json) return "!";
  std::string out;
  for (const char c : *json) {
    if (c != ' ' && c != '\n') out += c;
  }
  return out;
}

TEST(YamlToJson, KeepsTypes) {
  EXPECT_EQ(Compact("a: 1\nb: 'x'\nc: \"1\"\nd: true\ne: ~\nf: [1.5, no]\n"),
            R"({"a":1,"b":"x","c":"1","d":true,"e":null,"f":[1.5,"no"]})");
  EXPECT_EQ(Compact("a: &x {b: 1}\nc: *x\n"), R"({"a":{"b":1},"c":{"b":1}})");
  EXPECT_EQ(Compact("200: ok\n"), R"({"200":"ok"})");
  EXPECT_EQ(Compact("a: 010\nb: 0x1F\nc: 1_000\n"), R"({"a":"010","b":"0x1F","c":"1_000"})");
}

TEST(YamlToJson, IsBounded) {
  EXPECT_EQ(Compact("a: [\n"), "!");
  std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) laughs += (j > 0 ? ", " : "") + before;
    laughs += "]\n";
  }
  EXPECT_EQ(Compact(laughs), "!");
  EXPECT_EQ(Compact(std::string(200, '[') + std::string(200, ']')), "!");
  EXPECT_EQ(Compact("&a [*a]\n"), "!");
}

}  // namespace
}  // namespace rasp
