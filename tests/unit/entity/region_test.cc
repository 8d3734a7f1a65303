// SPDX-License-Identifier: Apache-2.0
#include "rasp/entity_region.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "entity/layout.h"

namespace rasp {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kStart = 1'700'000'400 * kSecond;  // a multiple of ten minutes
constexpr HashKey kHashKey = {1, 2, 3};

EntityKey KeyOf(std::string_view name) {
  const std::string_view parts[] = {name};
  return HashParts(kHashKey, parts);
}
uint64_t ElementOf(int number) { return KeyOf("element " + std::to_string(number)).low; }

class Region : public testing::Test {
 protected:
  std::unique_ptr<EntityRegion> store = MakeMemoryEntityRegion(1 << 20, kHashKey);

  uint32_t Add(std::string_view name, int64_t now_us, uint32_t weight = 1) {
    return store->Add(KeyOf(name), {10 * kMinute, weight, UINT32_MAX}, now_us).sum;
  }
  uint32_t Sum(std::string_view name, int64_t now_us) {
    return store->Sum(KeyOf(name), 10 * kMinute, now_us).sum;
  }
};

// ---- count

TEST_F(Region, AddsUpWithinAWindow) {
  EXPECT_EQ(Add("ann", kStart), 1u);
  EXPECT_EQ(Add("ann", kStart + kSecond), 2u);
  EXPECT_EQ(Add("ann", kStart + kMinute, 40), 42u);
  EXPECT_EQ(Add("bob", kStart), 1u);
}

TEST_F(Region, CountsTheLastWindowByWhatIsLeftOfIt) {
  Add("ann", kStart, 100);
  EXPECT_EQ(Sum("ann", kStart + 10 * kMinute), 100u);
  EXPECT_EQ(Sum("ann", kStart + 15 * kMinute), 50u);
  EXPECT_EQ(Sum("ann", kStart + 19 * kMinute), 10u);
  EXPECT_EQ(Sum("ann", kStart + 20 * kMinute), 0u);
}

TEST_F(Region, ForgetsWindowsBeforeTheLast) {
  Add("ann", kStart, 100);
  EXPECT_EQ(Add("ann", kStart + 25 * kMinute), 1u);
}

TEST_F(Region, StopsAtTheCeiling) {
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(store->Add(KeyOf("ann"), {kMinute, 1, 5}, kStart).added) << i;
  const WindowSum refused = store->Add(KeyOf("ann"), {kMinute, 1, 5}, kStart);
  EXPECT_FALSE(refused.added);
  EXPECT_EQ(refused.sum, 5u);
}

TEST_F(Region, SumsDoNotWrap) {
  Add("ann", kStart, UINT32_MAX);
  EXPECT_EQ(Add("ann", kStart, 2), UINT32_MAX);
  EXPECT_EQ(Add("ann", kStart + 10 * kMinute, UINT32_MAX), UINT32_MAX);
}

TEST_F(Region, UndoesInTheWindowThatWasAddedTo) {
  const WindowSum added = store->Add(KeyOf("ann"), {kMinute, 3, UINT32_MAX}, kStart);
  store->Add(KeyOf("ann"), {kMinute, 4, UINT32_MAX}, kStart + kMinute);
  store->Undo(KeyOf("ann"), added, 3);
  EXPECT_EQ(store->Sum(KeyOf("ann"), kMinute, kStart + kMinute).sum, 4u);
  store->Undo(KeyOf("ann"), added, 3);  // never below zero
  EXPECT_EQ(store->Sum(KeyOf("ann"), kMinute, kStart + kMinute).sum, 4u);
  EXPECT_EQ(store->Undo(KeyOf("nobody"), added, 3), StoreStatus::kOk);
}

TEST_F(Region, UndoOfAWindowLongGoneChangesNothing) {
  const WindowSum added = store->Add(KeyOf("ann"), {kMinute, 3, UINT32_MAX}, kStart);
  store->Add(KeyOf("ann"), {kMinute, 4, UINT32_MAX}, kStart + 5 * kMinute);
  store->Undo(KeyOf("ann"), added, 3);
  EXPECT_EQ(store->Sum(KeyOf("ann"), kMinute, kStart + 5 * kMinute).sum, 4u);
}

TEST_F(Region, AClockThatStepsBackLosesNothing) {
  Add("ann", kStart + 10 * kMinute, 7);
  EXPECT_EQ(Add("ann", kStart), 8u);
}

TEST_F(Region, ASumOfNothingMakesNoRecord) {
  EXPECT_EQ(Sum("ann", kStart), 0u);
  EXPECT_EQ(store->stats().records, 0u);
}

// ---- distinct

TEST_F(Region, CountsDifferentElementsOnce) {
  const DistinctAdd add{10 * kMinute, ElementOf(1), 0};
  EXPECT_TRUE(store->AddDistinct(KeyOf("ip"), add, kStart).is_new);
  const DistinctCount again = store->AddDistinct(KeyOf("ip"), add, kStart);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.estimate, 1u);
}

struct Reach {
  const char* name;
  int elements;
  uint8_t shift;
  double tolerance;  // three standard errors of one run
};
class DistinctReach : public testing::TestWithParam<Reach> {};

TEST_P(DistinctReach, IsNearTheTruth) {
  const auto store = MakeMemoryEntityRegion(1 << 20, kHashKey);
  double sum = 0;
  constexpr int kRuns = 200;
  for (int run = 0; run < kRuns; ++run) {
    DistinctCount count;
    for (int i = 0; i < GetParam().elements; ++i) {
      const DistinctAdd add{10 * kMinute, ElementOf(run * 100'000 + i), GetParam().shift};
      count = store->AddDistinct(KeyOf("ip" + std::to_string(run)), add, kStart);
    }
    const double truth = GetParam().elements;
    EXPECT_NEAR(count.estimate, truth, truth * GetParam().tolerance * 1.6 + 1) << run;
    sum += count.estimate;
  }
  EXPECT_NEAR(sum / kRuns, GetParam().elements, GetParam().elements * 0.03);
}

INSTANTIATE_TEST_SUITE_P(Counts, DistinctReach,
                         testing::Values(Reach{"Five", 5, 0, 0.2}, Reach{"Twenty", 20, 0, 0.18},
                                         Reach{"Hundred", 100, 0, 0.2},
                                         Reach{"TwoHundredFifty", 250, 0, 0.25},
                                         Reach{"ThousandSampled", 1000, 3, 0.3}),
                         [](const testing::TestParamInfo<Reach>& row) { return row.param.name; });

TEST_F(Region, BeyondTheCeilingOnlyKnownElementsAreThere) {
  const auto add = [&](int element) {
    return store->AddDistinct(KeyOf("ip"), {10 * kMinute, ElementOf(element), 0, 3}, kStart);
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(add(i).added) << i;
  for (int turn = 0; turn < 2; ++turn) {
    const DistinctCount refused = add(3);
    EXPECT_FALSE(refused.added) << turn;
    EXPECT_EQ(refused.estimate, 3u) << turn;
  }
  EXPECT_TRUE(add(1).added);
}

TEST_F(Region, DistinctForgetsElementsOfOldWindows) {
  for (int i = 0; i < 50; ++i) store->AddDistinct(KeyOf("ip"), {kMinute, ElementOf(i), 0}, kStart);
  const auto at = [&](int64_t now) {
    return store->AddDistinct(KeyOf("ip"), {kMinute, ElementOf(0), 0}, now).estimate;
  };
  EXPECT_NEAR(at(kStart), 50, 8);
  EXPECT_NEAR(at(kStart + kMinute + kMinute / 2), 25, 6);
  EXPECT_EQ(at(kStart + 4 * kMinute), 1u);
}

TEST_F(Region, DistinctElementSeenInBothWindowsCountsOnce) {
  for (int i = 0; i < 20; ++i) store->AddDistinct(KeyOf("ip"), {kMinute, ElementOf(i), 0}, kStart);
  DistinctCount count;
  for (int i = 0; i < 20; ++i)
    count = store->AddDistinct(KeyOf("ip"), {kMinute, ElementOf(i), 0}, kStart + kMinute);
  EXPECT_NEAR(count.estimate, 20, 4);
}

// ---- once

TEST_F(Region, ANonceIsClaimedOnce) {
  const Claim first{77, 60 * kMinute, kMinute, 1};
  const Claim second{77, 60 * kMinute, kMinute, 2};
  EXPECT_EQ(store->TryClaim(KeyOf("n"), first, kStart).state, ClaimState::kClaimed);
  EXPECT_EQ(store->TryClaim(KeyOf("n"), second, kStart).state, ClaimState::kBusy);
  const Claim other{78, 60 * kMinute, kMinute, 3};
  EXPECT_EQ(store->TryClaim(KeyOf("n"), other, kStart).state, ClaimState::kMismatch);
  store->SettleClaim(KeyOf("n"), first, true, kStart);
  EXPECT_EQ(store->TryClaim(KeyOf("n"), second, kStart + 59 * kMinute).state, ClaimState::kDone);
  EXPECT_EQ(store->TryClaim(KeyOf("n"), second, kStart + 61 * kMinute).state, ClaimState::kClaimed);
}

TEST_F(Region, AReleasedNonceIsFree) {
  const Claim claim{77, 60 * kMinute, kMinute, 1};
  store->TryClaim(KeyOf("n"), claim, kStart);
  store->SettleClaim(KeyOf("n"), claim, false, kStart);
  EXPECT_EQ(store->TryClaim(KeyOf("n"), claim, kStart).state, ClaimState::kClaimed);
}

TEST_F(Region, OnlyTheHolderSettles) {
  const Claim holder{77, 60 * kMinute, kMinute, 1};
  const Claim thief{77, 60 * kMinute, kMinute, 2};
  store->TryClaim(KeyOf("n"), holder, kStart);
  store->SettleClaim(KeyOf("n"), thief, false, kStart);
  EXPECT_EQ(store->TryClaim(KeyOf("n"), thief, kStart).state, ClaimState::kBusy);
}

TEST_F(Region, AClaimWhoseHolderNeverReturnsEnds) {
  const Claim claim{77, 60 * kMinute, kMinute, 1};
  store->TryClaim(KeyOf("n"), claim, kStart);
  EXPECT_EQ(store->TryClaim(KeyOf("n"), claim, kStart + kMinute).state, ClaimState::kClaimed);
}

TEST_F(Region, ADoneNonceIsNotReleased) {
  const Claim claim{77, 60 * kMinute, kMinute, 1};
  store->TryClaim(KeyOf("n"), claim, kStart);
  store->SettleClaim(KeyOf("n"), claim, true, kStart);
  store->SettleClaim(KeyOf("n"), claim, false, kStart);
  EXPECT_EQ(store->TryClaim(KeyOf("n"), claim, kStart).state, ClaimState::kDone);
}

// ---- in_flight

TEST_F(Region, GivesAsManyLeasesAsTheLimit) {
  const LeaseWish wish{2, kMinute};
  const uint32_t first = store->Acquire(KeyOf("cart"), wish, kStart).id;
  const uint32_t second = store->Acquire(KeyOf("cart"), wish, kStart).id;
  EXPECT_NE(first, 0u);
  EXPECT_NE(second, 0u);
  EXPECT_NE(first, second);
  EXPECT_EQ(store->Acquire(KeyOf("cart"), wish, kStart).id, 0u);
  store->Return(KeyOf("cart"), first, kStart);
  EXPECT_EQ(store->Acquire(KeyOf("cart"), wish, kStart).id, first);
}

TEST_F(Region, LeasesEndByThemselves) {
  const LeaseWish wish{1, kMinute};
  store->Acquire(KeyOf("cart"), wish, kStart);
  EXPECT_EQ(store->Acquire(KeyOf("cart"), wish, kStart + kMinute - kSecond).id, 0u);
  EXPECT_NE(store->Acquire(KeyOf("cart"), wish, kStart + kMinute).id, 0u);
}

TEST_F(Region, TheLastLeaseReturnedLeavesNoRecord) {
  const uint32_t lease = store->Acquire(KeyOf("cart"), {1, kMinute}, kStart).id;
  store->Return(KeyOf("cart"), lease, kStart);
  EXPECT_EQ(store->stats().records, 0u);
}

TEST_F(Region, LimitsOnLeasesEndAtTheRecordsRoom) {
  uint32_t given = 0;
  while (given < 100 && store->Acquire(KeyOf("cart"), {1000, kMinute}, kStart).id != 0) ++given;
  EXPECT_EQ(given, kMostLeases);
}

// ---- flow

TEST_F(Region, KeepsTheLatestSteps) {
  for (uint16_t i = 1; i <= 15; ++i) {
    const Step step{i, i % 2 == 0, kStart + i * kSecond};
    store->PushStep(KeyOf("s"), &step, 30 * kMinute, step.time_us);
  }
  const Steps steps = store->PushStep(KeyOf("s"), nullptr, 0, kStart + kMinute);
  ASSERT_EQ(steps.count, kKeptSteps);
  EXPECT_EQ(steps.step[0].operation, 15);
  EXPECT_FALSE(steps.step[0].succeeded);
  EXPECT_EQ(steps.step[0].time_us, kStart + 15 * kSecond);
  EXPECT_EQ(steps.step[11].operation, 4);
  EXPECT_TRUE(steps.step[11].succeeded);
}

TEST_F(Region, PushTellsTheStepsBefore) {
  const Step step{5, true, kStart};
  EXPECT_EQ(store->PushStep(KeyOf("s"), &step, kMinute, kStart).count, 0u);
  EXPECT_EQ(store->PushStep(KeyOf("s"), &step, kMinute, kStart).count, 1u);
  EXPECT_EQ(store->PushStep(KeyOf("s"), nullptr, kMinute, kStart + 2 * kMinute).count, 0u);
}

// ---- memo

TEST_F(Region, LabelsExpire) {
  store->SetLabel(KeyOf("ban"), 403, kStart + kMinute, kStart);
  const Label label = store->GetLabel(KeyOf("ban"), kStart);
  EXPECT_TRUE(label.present);
  EXPECT_EQ(label.value, 403u);
  EXPECT_EQ(label.expires_us, kStart + kMinute);
  EXPECT_FALSE(store->GetLabel(KeyOf("ban"), kStart + kMinute).present);
}

TEST_F(Region, ForgetsLabelsOnly) {
  store->SetLabel(KeyOf("ann"), 1, kStart + kMinute, kStart);
  Add("ann", kStart);
  store->Forget(KeyOf("ann"), RecordKind::kLabel, kStart);
  EXPECT_FALSE(store->GetLabel(KeyOf("ann"), kStart).present);
  EXPECT_EQ(Sum("ann", kStart), 1u);
}

TEST_F(Region, ExchangeTellsWhatWasThere) {
  Memo memo;
  memo.network = 5;
  memo.agent = 6;
  memo.latitude = 5251;
  memo.longitude = 1338;
  EXPECT_FALSE(store->Exchange(KeyOf("ann"), memo, kMinute, kStart).present);
  Memo later;
  later.network = 9;
  const Memo before = store->Exchange(KeyOf("ann"), later, kMinute, kStart + kSecond);
  EXPECT_TRUE(before.present);
  EXPECT_EQ(before.first_us, kStart);
  EXPECT_EQ(before.network, 5u);
  EXPECT_EQ(before.latitude, 5251);
  const Memo last = store->Exchange(KeyOf("ann"), {}, kMinute, kStart + 2 * kSecond);
  EXPECT_EQ(last.first_us, kStart);
  EXPECT_EQ(last.network, 9u);
  EXPECT_EQ(last.agent, 6u);  // what is not known replaces nothing
  EXPECT_EQ(last.longitude, 1338);
}

// ---- served

TEST_F(Region, KnowsTheIdentifiersServedLast) {
  std::vector<uint64_t> hashes;
  for (int i = 0; i < 300; ++i) hashes.push_back(ElementOf(i));
  store->AddServed(KeyOf("s"), hashes, kMinute, kStart);
  bool known = false;
  bool served = false;
  for (size_t i = hashes.size() - kServedHalf; i < hashes.size(); ++i) {
    store->WasServed(KeyOf("s"), hashes[i], kStart, &known, &served);
    EXPECT_TRUE(known && served) << i;
  }
  int wrong = 0;
  for (int i = 1000; i < 3000; ++i) {
    store->WasServed(KeyOf("s"), ElementOf(i), kStart, &known, &served);
    wrong += served ? 1 : 0;
  }
  EXPECT_LT(wrong, 100);  // 5 of 100
  store->WasServed(KeyOf("stranger"), hashes[0], kStart, &known, &served);
  EXPECT_FALSE(known || served);
}

// ---- the region

TEST_F(Region, KindsOfOneKeyAreApart) {
  Add("ann", kStart);
  store->AddDistinct(KeyOf("ann"), {kMinute, 1, 0}, kStart);
  store->SetLabel(KeyOf("ann"), 1, kStart + kMinute, kStart);
  EXPECT_EQ(store->stats().records, 3u);
  EXPECT_EQ(store->stats().units, 4u);
}

TEST(RegionMemory, IsFoundAgainAfterAReload) {
  std::vector<uint64_t> memory(EntityRegion::kLeastBytes / 8);
  void* const at = memory.data();
  const size_t bytes = EntityRegion::kLeastBytes;
  EXPECT_FALSE(EntityRegion::IsFormatted(at, bytes));
  EntityRegion::Format(at, bytes, kHashKey);
  {
    EntityRegion region(at, bytes, SingleProcess());
    region.Add(KeyOf("ann"), {kMinute, 5, UINT32_MAX}, kStart);
  }
  ASSERT_TRUE(EntityRegion::IsFormatted(at, bytes));
  EntityRegion region(at, bytes, SingleProcess());
  EXPECT_EQ(region.hash_key(), kHashKey);
  EXPECT_EQ(region.Sum(KeyOf("ann"), kMinute, kStart).sum, 5u);
  EXPECT_FALSE(EntityRegion::IsFormatted(at, bytes - 8));
  ++static_cast<RegionHead*>(at)->version;
  EXPECT_FALSE(EntityRegion::IsFormatted(at, bytes));
}

TEST_F(Region, AFullRegionDropsWhatWasUsedLongestAgo) {
  store = MakeMemoryEntityRegion(EntityRegion::kLeastBytes, kHashKey);
  Add("used", kStart);
  for (int i = 0; i < 20'000; ++i) {
    const int64_t now = kStart + i * kSecond / 100;
    Add("other " + std::to_string(i), now);
    if (i % 100 == 0) Add("used", now, 0);
  }
  EXPECT_GE(Add("used", kStart + 200 * kSecond), 2u);
  const EntityStats stats = store->stats();
  EXPECT_GT(stats.evicted, 15'000u);
  EXPECT_LE(stats.units, stats.capacity);
  EXPECT_GT(stats.units, stats.capacity * 9 / 10);
}

TEST_F(Region, TheDeadGoBeforeTheLiving) {
  store = MakeMemoryEntityRegion(EntityRegion::kLeastBytes, kHashKey);
  const size_t records = store->stats().capacity / 3;
  for (size_t i = 0; i < records; ++i)
    store->SetLabel(KeyOf("live " + std::to_string(i)), 1, kStart + 60 * kMinute, kStart);
  const uint64_t evicted_at_first = store->stats().evicted;
  for (size_t round = 1; round < 20; ++round) {
    const int64_t now = kStart + static_cast<int64_t>(round) * kMinute;
    for (size_t i = 0; i < records / 2; ++i) {
      const std::string name = "dead " + std::to_string(round) + " " + std::to_string(i);
      store->SetLabel(KeyOf(name), 1, now + 2 * kSecond, now);
    }
  }
  EXPECT_LT(store->stats().evicted - evicted_at_first, records / 20);
  size_t alive = 0;
  for (size_t i = 0; i < records; ++i)
    alive += store->GetLabel(KeyOf("live " + std::to_string(i)), kStart + 20 * kMinute).present;
  EXPECT_GT(alive, records * 95 / 100);
}

TEST_F(Region, RecordsOfAllSizesShareABucket) {
  store = MakeMemoryEntityRegion(EntityRegion::kLeastBytes, kHashKey);
  for (int i = 0; i < 5000; ++i) {
    const EntityKey key = KeyOf("k" + std::to_string(i));
    const Step step{1, true, kStart};
    const int64_t now = kStart + i * kSecond;
    if (i % 3 == 0) store->PushStep(key, &step, kMinute, now);
    if (i % 3 == 1) store->AddDistinct(key, {kMinute, ElementOf(i), 0}, now);
    if (i % 3 == 2) store->Add(key, {kMinute, 1, UINT32_MAX}, now);
  }
  const EntityStats stats = store->stats();
  EXPECT_EQ(stats.corrupt, 0u);
  EXPECT_LE(stats.units, stats.capacity);

  class Units final : public EntityRegion::Visitor {
   public:
    void Visit(const EntityRegion::RecordView& record) override {
      ++records;
      kinds.insert(record.kind);
    }
    uint64_t records = 0;
    std::set<RecordKind> kinds;
  };
  Units seen;
  store->ForEach(seen);
  EXPECT_EQ(seen.records, stats.records);
  EXPECT_EQ(seen.kinds, (std::set{RecordKind::kWindow, RecordKind::kDistinct, RecordKind::kSteps}));
}

// A million users, each counted and with distinct elements, in 128 MiB: nearly all are still there.
TEST(RegionSize, HoldsAMillionCountedAndDistinctEntities) {
  const auto store = MakeMemoryEntityRegion(128 << 20, kHashKey);
  constexpr int kEntities = 1'000'000;
  const auto key_of = [](std::string_view rule, int i) {
    const std::string entity = std::to_string(i);
    const std::string_view parts[] = {rule, entity};
    return HashParts(kHashKey, parts);
  };
  for (int i = 0; i < kEntities; ++i) {
    store->Add(key_of("count", i), {10 * kMinute, 1, UINT32_MAX}, kStart);
    store->AddDistinct(key_of("distinct", i), {10 * kMinute, 1, 0}, kStart);
  }
  const EntityStats stats = store->stats();
  RecordProperty("evicted", static_cast<int>(stats.evicted));
  EXPECT_LT(stats.evicted, 2u * kEntities / 100);  // of 100, one
  EXPECT_EQ(stats.records + stats.evicted, 2u * kEntities);
}

TEST_F(Region, ImportedSumsReplaceEachOther) {
  const EntityKey remote = Mirrored(KeyOf("ann"));
  const auto window = static_cast<uint32_t>(kStart / kMinute);
  store->ImportWindow(remote, kMinute, window, 10, 0, kStart);
  store->ImportWindow(remote, kMinute, window, 12, 0, kStart);
  EXPECT_EQ(store->Sum(remote, kMinute, kStart).sum, 12u);
  EXPECT_EQ(store->Sum(KeyOf("ann"), kMinute, kStart).sum, 0u);
}

TEST_F(Region, ImportedBitsAreJoined) {
  const auto other = MakeMemoryEntityRegion(1 << 20, kHashKey);
  for (int i = 0; i < 10; ++i) {
    store->AddDistinct(KeyOf("ip"), {kMinute, ElementOf(i), 0}, kStart);
    other->AddDistinct(KeyOf("ip"), {kMinute, ElementOf(i + 5), 0}, kStart);
  }
  const auto window = static_cast<uint32_t>(kStart / kMinute);
  uint8_t bits[EntityRegion::kDistinctBytes];
  ASSERT_TRUE(other->ExportDistinct(KeyOf("ip"), window, bits));
  EXPECT_FALSE(other->ExportDistinct(KeyOf("ip"), window + 1, bits));
  store->ImportDistinct(KeyOf("ip"), kMinute, window, bits, kStart);
  EXPECT_NEAR(store->AddDistinct(KeyOf("ip"), {kMinute, ElementOf(0), 0}, kStart).estimate, 15, 2);
}

}  // namespace
}  // namespace rasp
