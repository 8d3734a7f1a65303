// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "core/ascii.h"
#include "transform/transform.h"

namespace rasp {
namespace {

constexpr std::string_view kLanguage[] = {
    "base64Decode",
    "base64DecodeExt",
    "base64Encode",
    "cmdLine",
    "compressWhitespace",
    "cssDecode",
    "escapeSeqDecode",
    "hexDecode",
    "hexEncode",
    "htmlEntityDecode",
    "jsDecode",
    "length",
    "lowercase",
    "md5",
    "none",
    "normalisePath",
    "normalisePathWin",
    "parityEven7bit",
    "parityOdd7bit",
    "parityZero7bit",
    "removeComments",
    "removeCommentsChar",
    "removeNulls",
    "removeWhitespace",
    "replaceComments",
    "replaceNulls",
    "sha1",
    "sqlHexDecode",
    "trim",
    "trimLeft",
    "trimRight",
    "uppercase",
    "urlDecode",
    "urlDecodeUni",
    "urlEncode",
    "utf8toUnicode",
    "normalizePath",
    "normalizePathWin",
};

TEST(TransformTable, HoldsTheWholeLanguageAndNothingElse) {
  std::set<std::string_view> expected(std::begin(kLanguage), std::end(kLanguage));
  std::set<std::string_view> held;
  for (const TransformDef& def : AllTransforms()) held.insert(def.name);
  EXPECT_EQ(held, expected);
  EXPECT_EQ(held.size(), AllTransforms().size());
}

TEST(TransformTable, IsSortedAndEveryRowExplainsItself) {
  const auto folded = [](std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
    return lower;
  };
  std::string previous;
  for (const TransformDef& def : AllTransforms()) {
    EXPECT_LT(previous, folded(def.name));
    EXPECT_FALSE(def.summary.empty()) << def.name;
    previous = folded(def.name);
  }
}

TEST(FindTransform, DisregardsCase) {
  ASSERT_NE(FindTransform("URLDECODEUNI"), nullptr);
  EXPECT_EQ(FindTransform("URLDECODEUNI"), FindTransform("urlDecodeUni"));
  EXPECT_EQ(FindTransform("urldecodeuni")->name, "urlDecodeUni");
}

TEST(FindTransform, KnowsBothSpellingsAsOneFunction) {
  EXPECT_EQ(FindTransform("normalizePath")->apply, FindTransform("normalisePath")->apply);
  EXPECT_EQ(FindTransform("normalizePathWin")->apply, FindTransform("normalisePathWin")->apply);
}

TEST(FindTransform, RefusesWhatIsNotThere) {
  for (const std::string_view name :
       {"", "urlDecodeUn", "urlDecodeUni2", "t:lowercase", " lowercase"}) {
    EXPECT_EQ(FindTransform(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace rasp
