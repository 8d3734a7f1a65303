// SPDX-License-Identifier: Apache-2.0
#include "transform/unicode_map.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "transform/transform.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kFile =
    "# Two code pages.\n"
    "(MAC - Roman)\n"
    "\n"
    "1252  (ANSI - Latin I)\r\n"
    "0100:41 2039:3C\r\n"
    "\n"
    "20127 (US-ASCII)\n"
    "00a0:20 00a9:43\n"
    "2039:3c ffe0:e0";

std::string Apply(const UnicodeMap& map, std::string_view in) {
  const std::vector<char> exact(in.begin(), in.end());
  ByteBuffer out;
  const std::string_view bytes(exact.data(), exact.size());
  const bool changed = FindTransform("urlDecodeUni")->apply_with_map(map, bytes, out);
  return std::string(changed ? std::string_view(out) : bytes);
}

TEST(UnicodeMap, TakesItsCodePageOnly) {
  const auto ascii = LoadUnicodeMap(kFile, 20127);
  ASSERT_TRUE(ascii.ok()) << ascii.error();
  EXPECT_EQ(ascii->byte[0x00a0], ' ');
  EXPECT_EQ(ascii->byte[0x00a9], 'C');
  EXPECT_EQ(ascii->byte[0x2039], '<');
  EXPECT_EQ(ascii->byte[0xffe0], '\xe0');
  EXPECT_EQ(ascii->byte[0x0100], '\0') << "is of another code page";
  const auto latin = LoadUnicodeMap(kFile, 1252);
  ASSERT_TRUE(latin.ok()) << latin.error();
  EXPECT_EQ(latin->byte[0x0100], 'A');
  EXPECT_EQ(latin->byte[0x2039], '<');
  EXPECT_EQ(latin->byte[0x00a9], '\xa9');
}

TEST(UnicodeMap, WhatIsNotMappedIsTheLowByte) {
  const auto map = LoadUnicodeMap(kFile, 20127);
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->byte[0x0041], 'A');
  EXPECT_EQ(map->byte[0x013c], '<');
  EXPECT_EQ(map->byte[0xff1c], '<') << "full-width";
  EXPECT_EQ(map->byte[0x3002], '.') << "ideographic full stop";
  EXPECT_EQ(map->byte[0xffff], '\xff');
}

TEST(UnicodeMap, DecodesWithIt) {
  const auto map = LoadUnicodeMap(kFile, 20127);
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(Apply(*map, "%u2039script%uff1e"), "<script>");
  EXPECT_EQ(Apply(*map, "a+b%41%u0000%U00A9"), "a bA\0C"sv);
  EXPECT_EQ(Apply(*map, "%u20"), "%u20");
  EXPECT_EQ(Apply(*map, "%u"), "%u");
  EXPECT_EQ(Apply(*map, "%"), "%");
  EXPECT_EQ(Apply(*map, ""), "");
  EXPECT_EQ(Apply(*map, std::string(100000, '+')), std::string(100000, ' '));
}

TEST(UnicodeMap, OnlyUrlDecodeUniTakesOne) {
  for (const TransformDef& def : AllTransforms()) {
    EXPECT_EQ(def.apply_with_map != nullptr, def.name == "urlDecodeUni") << def.name;
  }
}

TEST(UnicodeMap, FaultsAreExplained) {
  const auto missing = LoadUnicodeMap(kFile, 437);
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().find("no code page 437"), std::string::npos) << missing.error();
  for (const std::string_view pair : {"00a0:", ":20", "10000:20", "00a0:100", "00g0:20", "a0:2-"}) {
    const auto map = LoadUnicodeMap("20127 x\n00a1:21 " + std::string(pair) + "\n", 20127);
    ASSERT_FALSE(map.ok()) << pair;
    EXPECT_NE(map.error().find("line 2"), std::string::npos) << map.error();
  }
  EXPECT_FALSE(LoadUnicodeMap("", 20127).ok());
  EXPECT_TRUE(LoadUnicodeMap("20127", 20127).ok()) << "an empty section maps nothing";
}

// The file that Debian's ModSecurity packages bring along.
TEST(UnicodeMap, ReadsModSecuritysOwnFile) {
  std::ifstream in("/etc/nginx/unicode.mapping", std::ios::binary);
  if (!in) GTEST_SKIP() << "libnginx-mod-http-modsecurity is not installed";
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const auto map = LoadUnicodeMap(text, 20127);
  ASSERT_TRUE(map.ok()) << map.error();
  EXPECT_EQ(map->byte[0x00c0], 'A');
  EXPECT_EQ(map->byte[0x2018], '\'');
  for (const uint32_t page : {1250u, 1252u, 28591u, 437u, 37u, 950u}) {
    EXPECT_TRUE(LoadUnicodeMap(text, page).ok()) << page;
  }
}

}  // namespace
}  // namespace rasp
