// SPDX-License-Identifier: Apache-2.0
#include "audit/masks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "audit/redaction.h"

namespace rasp::audit {
namespace {

using Kind = Masked::Kind;

std::string Masking(const Masked& masked, std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  const Hidden hidden{false, Masks({&masked, 1})};
  return Redaction({exact.data(), exact.size()}, Redaction::Context::kValue, hidden).text();
}

struct Case {
  std::string_view name, text, want;
};
class MaskedArgument : public testing::TestWithParam<Case> {};
constexpr Case kArguments[] = {
    {"InAQuery", "a=1&card=4111&b=2", "a=1&card=[redacted:masked]&b=2"},
    {"InAnyCase", "CARD=4111", "CARD=[redacted:masked]"},
    {"EncodedName", "c%61rd=4111&b=2", "c%61rd=[redacted:masked]&b=2"},
    {"EveryOccurrence", "card=1&card=2", "card=[redacted:masked]&card=[redacted:masked]"},
    {"InJson", R"({"card":"4111","b":2})", R"({"card":"[redacted:masked]","b":2})"},
    {"InXml", "<o><card>4111</card></o>", "<o><card>[redacted:masked]</card></o>"},
    {"InAForm", "--x\r\nContent-Disposition: form-data; name=\"card\"\r\n\r\n4111\r\n--x--",
     "--x\r\nContent-Disposition: form-data; name=\"card\"\r\n\r\n[redacted:masked]--x--"},
    {"NotAsAPartOfANameInAQuery", "discard=4111", "discard=4111"},
    {"NothingThere", "a=1&b=2", "a=1&b=2"},
    {"Empty", "", ""},
};
INSTANTIATE_TEST_SUITE_P(Texts, MaskedArgument, testing::ValuesIn(kArguments),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(MaskedArgument, IsReplaced) {
  EXPECT_EQ(Masking({Kind::kArgument, "card", "", 0, 0}, GetParam().text), GetParam().want);
}

TEST(MaskedBytes, AreReplacedWhereverTheyStand) {
  const Masked masked{Kind::kMatched, "ARGS:a", "4111-1111", 0, 0};
  EXPECT_EQ(Masking(masked, "x 4111-1111 y 4111-1111"), "x [redacted:masked] y [redacted:masked]");
  EXPECT_EQ(Masking(masked, "4111%2d1111"), "[redacted:masked]");
}

TEST(MaskedBytes, KeepTheirEnds) {
  EXPECT_EQ(Masking({Kind::kMatched, "ARGS:a", "41112222", 4, 1}, "n=41112222;"),
            "n=4111[redacted:masked]2;");
  EXPECT_EQ(Masking({Kind::kMatched, "ARGS:a", "4111", 2, 2}, "n=4111"), "n=4111");
  EXPECT_EQ(Masking({Kind::kMatched, "ARGS:a", "", 0, 0}, "n=4111"), "n=4111");
}

TEST(Masks, KnowTheTargetsThatTheyHide) {
  const Masked masked[] = {{Kind::kArgument, "card", "", 0, 0},
                           {Kind::kRequestHeader, "X-Key", "", 0, 0},
                           {Kind::kResponseHeader, "X-Out", "", 0, 0},
                           {Kind::kMatched, "ARGS:whole", "v", 0, 0},
                           {Kind::kMatched, "ARGS:part", "v", 1, 0}};
  const Masks masks(masked);
  for (const std::string_view target : {"ARGS:card", "ARGS_POST:CARD", "REQUEST_HEADERS:x-key",
                                        "RESPONSE_HEADERS:X-Out", "ARGS:whole"}) {
    EXPECT_TRUE(masks.HidesTarget(target)) << target;
  }
  for (const std::string_view target : {"ARGS", "ARGS:other", "REQUEST_HEADERS:X-Out", "ARGS:part",
                                        "ARGS_NAMES:card", "card", ""}) {
    EXPECT_FALSE(masks.HidesTarget(target)) << target;
  }
}

TEST(Masks, TakeLinearTime) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "a ";
  const std::string shown = Masking({Kind::kArgument, "a", "", 0, 0}, text);
  EXPECT_LT(shown.size(), 2000u);  // beyond the first occurrences the rest is hidden
}

}  // namespace
}  // namespace rasp::audit
