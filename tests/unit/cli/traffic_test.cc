// SPDX-License-Identifier: Apache-2.0
#include "cli/traffic.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "rasp/raw_http.h"

namespace rasp {
namespace {

std::string HeaderOf(const RawMessage& message, std::string_view name) {
  for (const HeaderField& field : message.headers) {
    if (field.name == name) return std::string(field.value);
  }
  return "";
}

TEST(Traffic, IsTheSameForTheSameSeed) {
  for (const Mix& mix : BuiltInMixes()) {
    Dice first(7);
    Dice second(7);
    EXPECT_EQ(mix.make(first), mix.make(second)) << mix.name;
  }
}

TEST(Traffic, NeverSendsTheSameRequestTwice) {
  for (const Mix& mix : BuiltInMixes()) {
    Dice dice(1);
    std::set<std::string> seen;
    const size_t count = mix.name.ends_with("_1m") ? 5 : 200;
    for (size_t i = 0; i < count; ++i) seen.insert(mix.make(dice));
    EXPECT_EQ(seen.size(), count) << mix.name;
  }
}

TEST(Traffic, IsOfWholeMessagesWithTheRightLength) {
  for (const Mix& mix : BuiltInMixes()) {
    Dice dice(3);
    const std::string raw = mix.make(dice);
    const auto message = ParseRawMessage(raw);
    ASSERT_TRUE(message) << mix.name;
    const std::string length = HeaderOf(**message, "Content-Length");
    EXPECT_EQ(length, (*message)->body.empty() ? "" : std::to_string((*message)->body.size()))
        << mix.name;
    EXPECT_EQ(HeaderOf(**message, "Host"), "www.example.com");
  }
}

struct Size {
  std::string_view mix;
  size_t least;
  size_t most;
};

TEST(Traffic, HasTheSizesThatItsNamesSay) {
  for (const Size& size : {Size{"form_1k", 900, 1100}, Size{"json_2k", 1800, 2600},
                           Size{"multipart_100k", 102400, 103424}, Size{"json_64k", 62000, 70000},
                           Size{"form_1m", 1040000, 1050000}, Size{"json_1m", 1000000, 1100000}}) {
    const Mix* const mix = FindMix(size.mix);
    ASSERT_NE(mix, nullptr) << size.mix;
    Dice dice(5);
    const auto message = ParseRawMessage(mix->make(dice));
    ASSERT_TRUE(message);
    EXPECT_GE((*message)->body.size(), size.least) << size.mix;
    EXPECT_LE((*message)->body.size(), size.most) << size.mix;
  }
}

TEST(Traffic, IsFoundByName) {
  EXPECT_EQ(FindMix("get_short")->name, "get_short");
  EXPECT_EQ(FindMix("get_shor"), nullptr);
  EXPECT_TRUE(FindMix("attack_xss")->is_attack);
}

TEST(Words, AreAtMostAsLongAsWantedAndEndInALetter) {
  Dice dice(9);
  for (size_t size = 1; size < 300; ++size) {
    const std::string text = Words(dice, size, '+');
    EXPECT_LE(text.size(), size);
    EXPECT_FALSE(text.ends_with('+'));
    EXPECT_FALSE(text.empty());
  }
}

TEST(Traffic, IsAnsweredWithAKilobyteOfHtml) {
  const auto response = ParseRawMessage(BuiltInResponse());
  ASSERT_TRUE(response);
  EXPECT_EQ((*response)->AsResponse().status, 200);
  EXPECT_EQ(HeaderOf(**response, "Content-Type"), "text/html");
  EXPECT_NEAR(static_cast<double>((*response)->body.size()), 1024, 50);
}

}  // namespace
}  // namespace rasp
