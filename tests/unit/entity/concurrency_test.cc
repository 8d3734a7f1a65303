// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "entity/layout.h"
#include "rasp/entity_region.h"

namespace rasp {
namespace {

constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kStart = 1'700'000'400'000'000;
constexpr HashKey kHashKey = {9};

EntityKey KeyOf(std::string_view name) { return HashText(kHashKey, name); }

template <typename Work>
void InThreads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

TEST(Threads, NoAdditionIsLost) {
  const auto store = MakeMemoryEntityRegion(1 << 20, kHashKey);
  InThreads(8, [&](int) {
    for (int i = 0; i < 5000; ++i) store->Add(KeyOf("one"), {kMinute, 1, UINT32_MAX}, kStart);
  });
  EXPECT_EQ(store->Sum(KeyOf("one"), kMinute, kStart).sum, 40'000u);
}

TEST(Threads, NoMoreThanTheCeilingIsAdded) {
  const auto store = MakeMemoryEntityRegion(1 << 20, kHashKey);
  std::atomic<int> added{0};
  InThreads(8, [&](int) {
    for (int i = 0; i < 100; ++i)
      added += store->Add(KeyOf("one"), {kMinute, 1, 5}, kStart).added ? 1 : 0;
  });
  EXPECT_EQ(added, 5);
}

TEST(Threads, OneClaims) {
  const auto store = MakeMemoryEntityRegion(1 << 20, kHashKey);
  std::atomic<int> claimed{0};
  InThreads(8, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      const Claim claim{0, kMinute, kMinute, static_cast<uint32_t>(thread)};
      const std::string name = "nonce " + std::to_string(i);
      claimed += store->TryClaim(KeyOf(name), claim, kStart).state == ClaimState::kClaimed;
    }
  });
  EXPECT_EQ(claimed, 200);
}

// Threads that stand for processes: each has a number, and may be dead.
class Process final : public RegionHost {
 public:
  explicit Process(uint32_t number) : number_(number) {}
  uint32_t self() const override { return number_; }
  bool IsAlive(uint32_t thread) const override { return thread != kDead; }
  void Yield() const override { ++yields; }

  static constexpr uint32_t kDead = 666;
  mutable int yields = 0;

 private:
  uint32_t number_;
};

class SharedRegion : public testing::Test {
 protected:
  SharedRegion() : memory_(EntityRegion::kLeastBytes / 8) {
    EntityRegion::Format(memory_.data(), EntityRegion::kLeastBytes, kHashKey);
  }
  RegionHead* head() { return reinterpret_cast<RegionHead*>(memory_.data()); }
  Bucket* bucket(const EntityKey& key) { return BucketOf(head(), key); }
  EntityRegion As(const Process& process) {
    return EntityRegion(memory_.data(), EntityRegion::kLeastBytes, process);
  }
  uint32_t Sum(std::string_view name) { return As(alive_).Sum(KeyOf(name), kMinute, kStart).sum; }
  void Add(std::string_view name, uint32_t weight) {
    As(alive_).Add(KeyOf(name), {kMinute, weight, UINT32_MAX}, kStart);
  }

  const Process alive_{7};

 private:
  std::vector<uint64_t> memory_;
};

TEST_F(SharedRegion, ALockOfTheDeadIsTakenOverAtOnce) {
  Add("ann", 5);
  bucket(KeyOf("ann"))->owner = Process::kDead;
  EXPECT_EQ(Sum("ann"), 5u);
  EXPECT_EQ(alive_.yields, 0);
  EXPECT_EQ(bucket(KeyOf("ann"))->owner, 0u);
  EXPECT_EQ(As(alive_).stats().taken_over, 1u);
}

TEST_F(SharedRegion, ALockOfTheStuckIsTakenOverInTheEnd) {
  Add("ann", 5);
  bucket(KeyOf("ann"))->owner = 8;
  EXPECT_EQ(Sum("ann"), 5u);
  EXPECT_GT(alive_.yields, 100);
  EXPECT_LE(alive_.yields, 1000);
  EXPECT_EQ(bucket(KeyOf("ann"))->owner, 0u);
}

TEST_F(SharedRegion, WhatTheDeadWasWritingIsDroppedAndNothingElse) {
  const EntityKey key = KeyOf("ann");
  Add("ann", 5);
  // Records that share the bucket.
  std::vector<std::string> neighbours;
  for (int i = 0; neighbours.size() < 10; ++i) {
    const std::string name = "n" + std::to_string(i);
    if (bucket(KeyOf(name)) != bucket(key)) continue;
    Add(name, 3);
    neighbours.push_back(name);
  }
  for (size_t place = 0; place < kBucketUnits; ++place) {
    StoredRecord& record = bucket(key)->units[place];
    if (record.key == key.high) record.payload[0] = 99;  // half a write: the check is the old one
  }
  bucket(key)->owner = Process::kDead;
  EXPECT_EQ(Sum("ann"), 0u);
  for (const std::string& name : neighbours) EXPECT_EQ(Sum(name), 3u) << name;
  EXPECT_GE(As(alive_).stats().corrupt, 1u);
}

// Any bytes at all in a bucket: every operation ends and stays within it.
TEST_F(SharedRegion, AnyBytesAreABucket) {
  uint64_t random = 1;
  const auto next = [&random] {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return random;
  };
  const EntityKey key = KeyOf("ann");
  for (int round = 0; round < 2000; ++round) {
    Bucket* const b = bucket(key);
    auto* const bytes = reinterpret_cast<uint8_t*>(b);
    for (size_t i = 8; i < kBucketBytes; ++i) {
      // Often a tag of ours, a small size, a known kind.
      bytes[i] = static_cast<uint8_t>(next() % 3 == 0 ? next() : next() % 5);
    }
    for (size_t i = 0; i < kBucketUnits; i += 1 + next() % 4) {
      b->tags[i] = TagOf(key);
      b->units[i].key = key.high;
    }
    if (round % 2 == 0) b->owner = Process::kDead;
    EntityRegion region = As(alive_);
    const Step step{1, true, kStart};
    bool known = false;
    bool served = false;
    const uint64_t hash = next();
    region.Add(key, {kMinute, 1, UINT32_MAX}, kStart);
    region.AddDistinct(key, {kMinute, hash, 0}, kStart);
    region.TryClaim(key, {1, kMinute, kMinute, 1}, kStart);
    region.Acquire(key, {3, kMinute}, kStart);
    region.PushStep(key, &step, kMinute, kStart);
    region.Exchange(key, {}, kMinute, kStart);
    region.AddServed(key, {&hash, 1}, kMinute, kStart);
    region.WasServed(key, hash, kStart, &known, &served);
    EXPECT_TRUE(served) << round;
    EXPECT_EQ(region.Sum(key, kMinute, kStart).sum, 1u) << round;
  }
}

}  // namespace
}  // namespace rasp
