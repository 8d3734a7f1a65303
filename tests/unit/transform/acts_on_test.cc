// SPDX-License-Identifier: Apache-2.0
// TransformDef::acts_on: without these bytes a value stays as it is, and each of them alone can
// change one.
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "transform/unicode_map.h"
#include "transform_case.h"

namespace rasp {
namespace {

constexpr int kRounds = 20'000;

// What some transformation looks for, to be put together with other bytes.
constexpr std::string_view kPieces[] = {
    "41",   "u0041", "x41", "0x41", "#65;", "lt;", "/",   "/../", "..", ".",  "*", "<!",   ">",
    "\x80", "\xa0",  "  ",  "n",    "(",    "+",   "%41", "a",    "\\", "--", "#", "&lt;", "\0"sv,
};

class ActsOn : public testing::TestWithParam<TransformDef> {
 protected:
  const TransformDef& def() const { return GetParam(); }

  bool Changes(const std::string& text) const {
    const std::string plain = Apply(def(), text);
    if (def().apply_with_map == nullptr) return plain != text;
    ByteBuffer mapped;
    const bool changed = def().apply_with_map(Map(), text, mapped);
    return changed || plain != text;
  }

  // Nothing but bytes outside of the set, drawn from all of them or from a few.
  std::string Harmless(std::mt19937& random) const {
    std::string alphabet;
    for (unsigned byte = 0; byte < 256; ++byte) {
      if (!def().acts_on.Has(static_cast<unsigned char>(byte))) alphabet += static_cast<char>(byte);
    }
    if (random() % 2 == 0) {
      std::string few;
      for (int i = 0; i < 4; ++i) few += alphabet[random() % alphabet.size()];
      alphabet = few;
    }
    std::string text;
    for (auto size = random() % 24; size > 0; --size) {
      const std::string_view piece = kPieces[random() % std::size(kPieces)];
      if (random() % 4 == 0 && !ByteMask(piece).Meets(def().acts_on)) {
        text += piece;
      } else {
        text += alphabet[random() % alphabet.size()];
      }
    }
    return text;
  }

 private:
  static const UnicodeMap& Map() {
    static const Result<UnicodeMap> kMap = LoadUnicodeMap("1 (test)\n0041:61 2460:31\n", 1);
    return *kMap;
  }
};

TEST_P(ActsOn, IsAllThatCanChangeAValue) {
  EXPECT_FALSE(Changes(""));
  std::mt19937 random(1);
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = Harmless(random);
    ASSERT_FALSE(Changes(text)) << testing::PrintToString(text);
  }
}

// With one byte of the set, and nothing else of it, around which stands what helps it to act.
TEST_P(ActsOn, HasNoByteThatCannotChangeAValue) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (!def().acts_on.Has(static_cast<unsigned char>(byte))) continue;
    const std::string sign(1, static_cast<char>(byte));
    const auto allowed = [&](std::string_view text) {
      for (const char c : text) {
        if (c != sign[0] && def().acts_on.Has(static_cast<unsigned char>(c))) return false;
      }
      return true;
    };
    bool changes = Changes(sign) || Changes("a" + sign + sign + "a");
    for (const std::string_view before : kPieces) {
      for (const std::string_view after : kPieces) {
        if (changes) break;
        const std::string text = std::string(before) + sign + std::string(after);
        changes = allowed(text) && (Changes(text) || Changes(sign + std::string(after)) ||
                                    Changes(sign + "\x80\x80" + std::string(after)));
      }
    }
    EXPECT_TRUE(changes) << "byte " << byte;
  }
}

// Those that may change any value.
class ActsOnAll : public ActsOn {};

TEST_P(ActsOnAll, IsEverythingOnlyWhereAnyByteWillDo) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::string sign(1, static_cast<char>(byte));
    EXPECT_TRUE(Changes(sign) || Changes(sign + sign) || Changes(sign + sign + sign))
        << "byte " << byte;
  }
}

std::string DefName(const testing::TestParamInfo<TransformDef>& info) {
  return std::string(info.param.name);
}

std::vector<TransformDef> Rows(bool acting_on_all) {
  std::vector<TransformDef> rows;
  for (const TransformDef& def : AllTransforms()) {
    if ((def.acts_on == ByteMask::All()) == acting_on_all) rows.push_back(def);
  }
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Rows, ActsOn, testing::ValuesIn(Rows(false)), DefName);
INSTANTIATE_TEST_SUITE_P(Rows, ActsOnAll, testing::ValuesIn(Rows(true)), DefName);

}  // namespace
}  // namespace rasp
