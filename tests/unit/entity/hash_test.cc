// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "rasp/entity_store.h"

namespace rasp {
namespace {

HashKey CountingKey() {
  HashKey key;
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i);
  return key;
}

// The 16 bytes in the order in which the reference code writes them.
std::string Hex(const EntityKey& hash) {
  uint8_t bytes[16];
  std::memcpy(bytes, &hash.low, 8);
  std::memcpy(bytes + 8, &hash.high, 8);
  std::string out;
  for (const uint8_t byte : bytes) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

// The input is 00 01 02 ... of that length, as in the authors' test vectors.
TEST(HashText, IsSipHash128) {
  const std::pair<size_t, const char*> kVectors[] = {
      {0, "A3817F04BA25A8E66DF67214C7550293"},  {1, "DA87C1D86B99AF44347659119B22FC45"},
      {2, "8177228DA4A45DC7FCA38BDEF60AFFE4"},  {3, "9C70B60C5267A94E5F33B6B02985ED51"},
      {7, "A1F1EBBED8DBC153C0B84AA61FF08239"},  {8, "3B62A9BA6258F5610F83E264F31497B4"},
      {15, "5493E99933B0A8117E08EC0F97CFC3D9"}, {63, "5150D1772F50834A503E069A973FBD7C"},
  };
  for (const auto& [length, expected] : kVectors) {
    std::vector<char> input(length);
    for (size_t i = 0; i < length; ++i) input[i] = static_cast<char>(i);
    EXPECT_EQ(Hex(HashText(CountingKey(), {input.data(), input.size()})), expected) << length;
  }
}

TEST(HashParts, KeepsPartsApart) {
  const HashKey key = CountingKey();
  const std::string_view ab_c[] = {"ab", "c"};
  const std::string_view a_bc[] = {"a", "bc"};
  const std::string_view abc[] = {"abc"};
  const std::string_view abc_empty[] = {"abc", ""};
  EXPECT_NE(HashParts(key, ab_c), HashParts(key, a_bc));
  EXPECT_NE(HashParts(key, ab_c), HashParts(key, abc));
  EXPECT_NE(HashParts(key, abc), HashParts(key, abc_empty));
  EXPECT_EQ(HashParts(key, ab_c), HashParts(key, ab_c));
}

TEST(HashParts, DependsOnKey) {
  HashKey other = CountingKey();
  other[15] ^= 1;
  const std::string_view parts[] = {"user", "ann"};
  EXPECT_NE(HashParts(CountingKey(), parts), HashParts(other, parts));
}

}  // namespace
}  // namespace rasp
