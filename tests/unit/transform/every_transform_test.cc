// SPDX-License-Identifier: Apache-2.0
// What holds for each transformation, whatever it does.
#include <chrono>
#include <random>
#include <string>
#include <string_view>

#include "transform_case.h"

namespace rasp {
namespace {

using Clock = std::chrono::steady_clock;

// Pieces that start, end or cut short what some transformation looks for.
constexpr std::string_view kPieces[] = {
    "%",
    "%4",
    "%41",
    "%u",
    "%u00",
    "%u003c",
    "+",
    "&",
    "&#",
    "&#x",
    "&#x3",
    "&#60;",
    "&lt",
    "&colon;",
    "\\",
    "\\u",
    "\\u00",
    "\\u003c",
    "\\x",
    "\\x4",
    "\\1",
    "\\377",
    "\\ff1c ",
    "\\\n",
    "/",
    "//",
    "/.",
    "/..",
    "..",
    "\\..",
    "/*",
    "*/",
    "<!--",
    "-->",
    "--",
    "#",
    " ",
    "\t",
    "\xa0",
    "\xc2",
    "\xc2\xa0",
    "\xe2\x82",
    "\xe2\x82\xac",
    "\xf0\x9f\x98",
    "\xff",
    "\0"sv,
    "0x",
    "0x41",
    "QUJD",
    "=",
    "a",
    "Z",
    "\"",
    "^",
    ";",
    "(",
};

std::string Repeat(std::string_view piece, size_t size) {
  std::string text;
  text.reserve(size + piece.size());
  while (text.size() < size) text.append(piece);
  return text;
}

class EveryTransform : public testing::TestWithParam<TransformDef> {
 protected:
  const TransformDef& def() const { return GetParam(); }
};

TEST_P(EveryTransform, KeepsItsPromiseOnEveryShortInput) {
  Apply(def(), "");
  for (int a = 0; a < 256; ++a) {
    Apply(def(), std::string(1, static_cast<char>(a)));
    for (int b = 0; b < 256; ++b) {
      const char text[] = {static_cast<char>(a), static_cast<char>(b)};
      Apply(def(), std::string_view(text, sizeof text));
    };
  }
}

TEST_P(EveryTransform, KeepsItsPromiseOnEveryPairOfPieces) {
  for (const std::string_view a : kPieces) {
    for (const std::string_view b : kPieces) {
      const std::string text = std::string(a).append(b);
      for (size_t cut = 0; cut <= text.size(); ++cut) Apply(def(), text.substr(0, cut));
    }
  }
}

TEST_P(EveryTransform, GivesTheSameInABufferThatWasUsedBefore) {
  std::mt19937 random(20);
  ByteBuffer reused;
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (auto pieces = random() % 12; pieces > 0; --pieces)
      text += kPieces[random() % std::size(kPieces)];
    reused.clear();
    const bool changed = def().apply(text, reused);
    EXPECT_EQ(changed ? std::string(reused) : text, Apply(def(), text));
  }
}

// A megabyte of what costs most. Linear code takes milliseconds for each; code that is quadratic in
// any of these shapes takes minutes, so the bound may be generous.
TEST_P(EveryTransform, TakesLinearTime) {
  constexpr size_t kMegabyte = 1 << 20;
  constexpr auto kBound = std::chrono::seconds(5);
  constexpr std::string_view kShapes[] = {
      "%",   "%u",   "%41", "&",  "&#",  "&#0", "&#x0",  "&a",   "0",
      "\\",  "\\0",  "/",   "a/", "../", "/..", "a/../", "/*",   "/*/",
      "<!-", "<!--", "-",   "#",  " ",   " a",  "\0"sv,  "\xe2", "\xf0\x9f\x98\x80",
      "0x",  "0x41", "Q",   "=",
  };
  for (const std::string_view shape : kShapes) {
    const std::string text = Repeat(shape, kMegabyte);
    const auto start = Clock::now();
    Apply(def(), text);
    EXPECT_LT(Clock::now() - start, kBound) << "shape " << testing::PrintToString(shape);
  }
  const std::string opened = "&#" + Repeat("0", kMegabyte);
  const std::string climbing = Repeat("a/", kMegabyte / 2) + Repeat("../", kMegabyte / 2);
  for (const std::string& text : {opened, climbing}) {
    const auto start = Clock::now();
    Apply(def(), text);
    EXPECT_LT(Clock::now() - start, kBound);
  }
}

std::string DefName(const testing::TestParamInfo<TransformDef>& info) {
  return std::string(info.param.name);
}

INSTANTIATE_TEST_SUITE_P(All, EveryTransform,
                         testing::ValuesIn(AllTransforms().begin(), AllTransforms().end()),
                         DefName);

}  // namespace
}  // namespace rasp
