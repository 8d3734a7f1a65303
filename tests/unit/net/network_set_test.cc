// SPDX-License-Identifier: Apache-2.0
// The tree against a list that is searched from its beginning to its end.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "rasp/network.h"

namespace rasp {
namespace {

struct Naive {
  NetworkAddress address;
  int length;
};

uint64_t Mask(int length) { return length <= 0 ? 0 : ~uint64_t{0} << (64 - std::min(length, 64)); }

bool Holds(const Naive& network, const NetworkAddress& address) {
  if (network.address.is_v4 != address.is_v4) return false;
  const uint64_t high = network.address.high ^ address.high;
  const uint64_t low = network.address.low ^ address.low;
  if (address.is_v4) return (low << 32 & Mask(network.length)) == 0;
  return (high & Mask(network.length)) == 0 && (low & Mask(network.length - 64)) == 0;
}

std::string Text(const NetworkAddress& address) {
  char text[64];
  if (address.is_v4) {
    const auto v4 = static_cast<unsigned>(address.low);
    std::snprintf(text, sizeof text, "%u.%u.%u.%u", v4 >> 24, v4 >> 16 & 255, v4 >> 8 & 255,
                  v4 & 255);
    return text;
  }
  std::string all;
  for (int i = 0; i < 8; ++i) {
    const uint64_t word = i < 4 ? address.high : address.low;
    std::snprintf(text, sizeof text, "%s%x", i == 0 ? "" : ":",
                  static_cast<unsigned>(word >> (48 - 16 * (i % 4)) & 0xffff));
    all += text;
  }
  return all;
}

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  uint64_t Below(uint64_t bound) { return engine_() % bound; }
  // From few prefixes, so that networks lie in one another and addresses in networks; the bits
  // behind are few, many, or all.
  NetworkAddress Address(bool is_v4) {
    const uint64_t base = Below(5) * 0x1100'4000'0000'0001;
    uint64_t noise = engine_() >> Below(64);
    if (Below(4) == 0) noise = 0;
    if (is_v4) return {0, ((base >> 40) ^ noise) & UINT32_MAX, true};
    NetworkAddress address = {base ^ (Below(2) == 0 ? noise : 0), engine_() >> Below(64), false};
    if (address.high == 0 && address.low >> 32 == 0xffff) address.low ^= uint64_t{1} << 60;
    return address;
  }

 private:
  std::mt19937_64 engine_;
};

NetworkAddress Flip(NetworkAddress address, uint64_t bit) {
  if (address.is_v4) {
    address.low ^= uint64_t{1} << (bit % 32);
  } else {
    (bit < 64 ? address.high : address.low) ^= uint64_t{1} << (bit % 64);
  }
  return address;
}

TEST(NetworkSet, AgreesWithANaiveSearch) {
  size_t inside = 0;
  size_t asked = 0;
  for (uint64_t round = 0; round < 400; ++round) {
    Random random(round);
    std::vector<Naive> networks;
    std::string list;
    const size_t count = 1 + random.Below(round % 4 == 0 ? 600 : 20);
    for (size_t i = 0; i < count; ++i) {
      const NetworkAddress address = random.Address(random.Below(2) == 0);
      const int bits = address.is_v4 ? 32 : 128;
      const int least = random.Below(20) == 0 ? 0 : bits / 4;
      const int length =
          least + static_cast<int>(random.Below(static_cast<uint64_t>(bits - least + 1)));
      networks.push_back({address, length});
      list += Text(address) + "/" + std::to_string(length) + "\n";
    }
    NetworkListReader reader;
    reader.ReadText(list, "random");
    ASSERT_EQ(reader.errors(), 0u) << reader.diagnostics().back().text;
    const NetworkSet set = reader.Build();
    ASSERT_LE(set.networks(), networks.size());
    for (int i = 0; i < 200; ++i) {
      NetworkAddress address = random.Address(random.Below(2) == 0);
      if (random.Below(2) == 0) {
        address = Flip(networks[random.Below(networks.size())].address, random.Below(128));
      }
      bool expected = false;
      for (const Naive& network : networks) expected |= Holds(network, address);
      ASSERT_EQ(set.Contains(address), expected) << Text(address) << " in round " << round;
      inside += expected ? 1 : 0;
      ++asked;
    }
  }
  // Both answers were asked for often.
  EXPECT_GT(inside, asked / 5);
  EXPECT_LT(inside, asked * 4 / 5);
}

TEST(NetworkSet, RangesAgreeWithComparison) {
  for (uint64_t round = 0; round < 300; ++round) {
    Random random(round);
    auto first = static_cast<uint32_t>(random.Address(true).low);
    auto last = static_cast<uint32_t>(random.Address(true).low);
    if (first > last) std::swap(first, last);
    NetworkListReader reader;
    reader.ReadText(Text({0, first, true}) + "-" + Text({0, last, true}), "range");
    ASSERT_EQ(reader.errors(), 0u);
    const NetworkSet set = reader.Build();
    EXPECT_LE(set.networks(), 62u);
    for (const uint32_t at : {first, last, first - 1, last + 1, first + (last - first) / 2,
                              static_cast<uint32_t>(random.Address(true).low)}) {
      EXPECT_EQ(set.Contains({0, at, true}), first <= at && at <= last) << at;
    }
  }
}

TEST(NetworkSet, OfAMillionIsSmall) {
  std::string list;
  Random random(7);
  for (int i = 0; i < 1'000'000; ++i) {
    list += Text({0, random.Below(uint64_t{1} << 32), true}) + "\n";
  }
  NetworkListReader reader;
  reader.ReadText(list, "million");
  ASSERT_EQ(reader.errors(), 0u);
  const NetworkSet set = reader.Build();
  EXPECT_GT(set.networks(), 999'000u);
  EXPECT_LT(set.memory_bytes(), 32u << 20);
}

}  // namespace
}  // namespace rasp
