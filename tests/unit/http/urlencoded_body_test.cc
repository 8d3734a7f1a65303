// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "http/facts_text.h"

namespace rasp {
namespace {

TEST(UrlEncodedBody, CutsAtTheLimitOnMemoryAndSaysSo) {
  const Body body{BodyKind::kUrlEncoded, "", {.memory_bytes = 6}};
  EXPECT_EQ(ParsedText(body, {"a=1&bc=de"}), "a=1\nbc=de\nbytes 9\n");
  EXPECT_EQ(ParsedText(body, {"a=1&bc=def&g=h"}),
            "a=1\nbc=de\nerror memory: the body holds more data than the limit allows\nbytes 14\n");
  EXPECT_EQ(ParsedText(body, {"abcdefgh=i"}),
            "abcdef=\nerror memory: the body holds more data than the limit allows\nbytes 10\n");
}

TEST(UrlEncodedBody, SaysWhenThereAreTooManyArguments) {
  const Body body{BodyKind::kUrlEncoded, "", {.arguments = 2}};
  EXPECT_EQ(ParsedText(body, {"a=1&b=2&&"}), "a=1\nb=2\nbytes 9\n");
  EXPECT_EQ(
      ParsedText(body, {"a=1&b=2&c=3&d=4"}),
      "a=1\nb=2\nerror arguments: the body has more arguments than the limit allows\nbytes 15\n");
}

TEST(UrlEncodedBody, AnEscapeMayLieAcrossChunks) {
  EXPECT_EQ(ParsedText({BodyKind::kUrlEncoded, ""}, {"a=%", "", "4", "1%", "z", "%4", "&b"}),
            "a=A%z%4\nb=\ninvalid-escape\nbytes 11\n");
}

}  // namespace
}  // namespace rasp
