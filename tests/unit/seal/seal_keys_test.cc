// SPDX-License-Identifier: Apache-2.0
#include "seal/seal_keys.h"

#include <gtest/gtest.h>

namespace rasp {
namespace {

constexpr int64_t kNow = 1'700'000'000;
const SealKeys::Key kOne{1, "0123456789abcdef0123456789abcdef"};
const SealKeys::Key kTwo{2, "fedcba9876543210fedcba9876543210"};

std::string_view View(const SealKeys::Seal& seal) { return {seal.data(), seal.size()}; }

TEST(SealKeys, AcceptTheirOwnAndNoOther) {
  const SealKeys keys{{kOne}};
  const SealKeys::Seal seal = keys.Make("price 10", kNow + 60);
  EXPECT_EQ(keys.Check(View(seal), "price 10", kNow), SealStatus::kValid);
  EXPECT_EQ(keys.Check(View(seal), "price 11", kNow), SealStatus::kForged);
  EXPECT_EQ(keys.Check(View(seal), "price 10", kNow + 60), SealStatus::kExpired);
  const SealKeys impostor{{{1, kTwo.secret}}};
  EXPECT_EQ(impostor.Check(View(seal), "price 10", kNow), SealStatus::kForged);
  for (size_t i = 0; i < seal.size(); ++i) {  // its end and its key's number are sealed too
    SealKeys::Seal changed = seal;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(keys.Check(View(changed), "price 10", kNow), SealStatus::kValid) << i;
  }
}

TEST(SealKeys, RefuseWhatIsNoSeal) {
  const SealKeys keys{{kOne}};
  for (const std::string& text : {std::string(), std::string("x"), std::string(28, '!'),
                                  std::string(29, 'A'), std::string(28, '\0')}) {
    EXPECT_EQ(keys.Check(text, "x", kNow), SealStatus::kMalformed);
  }
  EXPECT_EQ(keys.Check(std::string(28, 'A'), "x", kNow), SealStatus::kUnknownKey);
}

TEST(SealKeys, AreChangedWithoutABreak) {
  const SealKeys before{{kOne}};
  const SealKeys both{{kTwo, kOne}};
  const SealKeys after{{kTwo}};
  const SealKeys::Seal old = before.Make("x", kNow + 60);
  const SealKeys::Seal fresh = both.Make("x", kNow + 60);
  EXPECT_EQ(both.Check(View(old), "x", kNow), SealStatus::kValid);
  EXPECT_EQ(after.Check(View(fresh), "x", kNow), SealStatus::kValid);
  EXPECT_EQ(after.Check(View(old), "x", kNow), SealStatus::kUnknownKey);
}

std::string Of(std::initializer_list<std::string_view> parts, bool lines = false) {
  SealedText text(std::pmr::new_delete_resource());
  for (const std::string_view part : parts) lines ? text.AddLines(part) : text.Add(part);
  return std::string(text.view());
}

TEST(SealedText, KeepsItsPartsApart) {
  EXPECT_NE(Of({"ab", "c"}), Of({"a", "bc"}));
  EXPECT_NE(Of({"a"}), Of({"a", ""}));
  EXPECT_EQ(Of({"a\r\nb\rc\n"}, true), Of({"a\nb\nc\n"}, true));
  EXPECT_EQ(Of({"a\nb"}, true), Of({"a\nb"}));
  EXPECT_NE(Of({"a\n\nb"}, true), Of({"a\r\nb"}, true));
}

}  // namespace
}  // namespace rasp
