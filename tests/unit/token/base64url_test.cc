// SPDX-License-Identifier: Apache-2.0
#include "token/base64url.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rasp {
namespace {

TEST(Base64Url, GoesThereAndBack) {
  std::string bytes;
  for (int size = 0; size < 70; ++size) {
    std::vector<char> text(Base64UrlEncodedSize(bytes.size()));
    EncodeBase64Url(bytes, text.data());
    std::vector<unsigned char> back(Base64UrlDecodedSize(text.size()));
    ASSERT_EQ(back.size(), bytes.size());
    ASSERT_TRUE(DecodeBase64Url({text.data(), text.size()}, back.data()));
    EXPECT_EQ(std::string(back.begin(), back.end()), bytes);
    bytes += static_cast<char>(size * 37 + 200);
  }
}

TEST(Base64Url, RefusesAllButTheOneSpelling) {
  for (const char* text : {"A", "AAAAA", "AB", "AAB", "AA==", "A+AA", "A/AA", "AA A", "AA\n"}) {
    std::vector<unsigned char> out(8);
    EXPECT_FALSE(DecodeBase64Url(text, out.data())) << text;
  }
}

}  // namespace
}  // namespace rasp
