// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "rasp/network.h"

namespace rasp {
namespace {

constexpr int64_t kStart = 1'800'000'000'000'000;
constexpr int64_t kSecond = 1'000'000;

class Rates : public testing::Test {
 protected:
  explicit Rates(size_t bytes = 64 << 10)
      : bytes_(bytes), memory_(std::aligned_alloc(64, bytes), &std::free) {
    RateTable::Format(memory_.get(), bytes_);
    table_.emplace(memory_.get());
  }

  RateAnswer Take(std::string_view key, int64_t at_us, RateLimit limit = {10, 1, 0},
                  std::string_view name = "rate") {
    const std::vector<char> exact(key.begin(), key.end());
    return table_->Take(name, {exact.data(), exact.size()}, limit, kStart + at_us);
  }

  size_t bytes_;
  std::unique_ptr<void, void (*)(void*)> memory_;
  std::optional<RateTable> table_;
};

TEST_F(Rates, SpreadRequestsEvenly) {
  EXPECT_TRUE(Take("a", 0).passes);
  EXPECT_FALSE(Take("a", 1).passes);
  EXPECT_FALSE(Take("a", 99'999).passes);
  EXPECT_TRUE(Take("a", 100'000).passes);
  EXPECT_TRUE(Take("a", 5 * kSecond).passes);
  EXPECT_FALSE(Take("a", 5 * kSecond).passes);  // time that was not used is not saved
}

TEST_F(Rates, LetABurstGoAhead) {
  const RateLimit limit = {1, 1, 5};
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(Take("a", 0, limit).passes) << i;
  EXPECT_FALSE(Take("a", 0, limit).passes);
  EXPECT_TRUE(Take("a", kSecond, limit).passes);
  EXPECT_FALSE(Take("a", kSecond, limit).passes);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(Take("a", 20 * kSecond, limit).passes) << i;
  EXPECT_FALSE(Take("a", 20 * kSecond, limit).passes);
}

TEST_F(Rates, SayWhenToComeAgain) {
  const RateLimit limit = {1, 60, 1};
  EXPECT_TRUE(Take("a", 0, limit).passes);
  EXPECT_TRUE(Take("a", 0, limit).passes);
  const RateAnswer refused = Take("a", 0, limit);
  EXPECT_EQ(refused.retry_after_s, 60u);
  EXPECT_EQ(Take("a", 59 * kSecond, limit).retry_after_s, 1u);
  // Who does as told passes.
  EXPECT_TRUE(Take("a", 60 * kSecond, limit).passes);
}

TEST_F(Rates, AreOfOneKeyAndOneName) {
  EXPECT_TRUE(Take("a", 0).passes);
  EXPECT_TRUE(Take("b", 0).passes);
  EXPECT_TRUE(Take(std::string_view("a\0", 2), 0).passes);
  EXPECT_TRUE(Take("a", 0, {10, 1, 0}, "other").passes);
  EXPECT_FALSE(Take("a", 0).passes);
}

TEST_F(Rates, OutliveTheirTable) {
  EXPECT_TRUE(Take("a", 0).passes);
  ASSERT_TRUE(RateTable::IsFormatted(memory_.get(), bytes_));
  EXPECT_FALSE(RateTable::IsFormatted(memory_.get(), bytes_ - 64));
  table_.emplace(memory_.get());
  EXPECT_FALSE(Take("a", 1).passes);
}

TEST_F(Rates, HoldTheirCountOverManyKeysAndLongTimes) {
  // A rate of 10/s asked 100 times a second, for 50 s, under 20 keys.
  std::vector<int> passed(20);
  for (int64_t at = 0; at < 50 * kSecond; at += 10'000) {
    for (size_t key = 0; key < passed.size(); ++key) {
      passed[key] += Take(std::to_string(key), at).passes ? 1 : 0;
    }
  }
  for (const int count : passed) EXPECT_EQ(count, 500);
}

TEST_F(Rates, SurviveAClockThatStepsBack) {
  const RateLimit limit = {1, 1, 3};
  for (int i = 0; i < 5; ++i) Take("a", 0, limit);
  // Less than a minute may be another process's clock: nothing is given away.
  EXPECT_FALSE(Take("a", -30 * kSecond, limit).passes);
  EXPECT_TRUE(Take("a", -3600 * kSecond, limit).passes);
  EXPECT_FALSE(Take("a", -3600 * kSecond, limit).passes);
  EXPECT_TRUE(Take("a", -3599 * kSecond, limit).passes);
}

class SmallTable : public Rates {
 protected:
  SmallTable() : Rates(RateTable::kLeastBytes) {}
};

TEST_F(SmallTable, ForgetsFirstWhoIsDue) {
  const RateLimit slow = {1, 3600, 0};
  EXPECT_TRUE(Take("held", 0, slow).passes);
  // Many times as many keys as there is room for; each is due a tenth of a second later.
  for (int i = 0; i < 20'000; ++i) Take(std::to_string(i), i * 100'000);
  EXPECT_FALSE(Take("held", 2'000 * kSecond, slow).passes);
  EXPECT_EQ(table_->evicted(), 0u);
}

TEST_F(SmallTable, CountsWhoGaveWayTooEarly) {
  const RateLimit slow = {1, 3600, 0};
  for (int i = 0; i < 2'000; ++i) EXPECT_TRUE(Take(std::to_string(i), i, slow).passes);
  EXPECT_GE(table_->evicted(), 2'000 - table_->capacity());
}

TEST_F(Rates, CountParallelRequestsOnce) {
  constexpr int kThreads = 4;
  constexpr int kTries = 20'000;
  const RateLimit limit = {1, 3600, 99};
  std::atomic<int> passed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kTries; ++n) {
        if (table_->Take("rate", "shared", limit, kStart).passes) ++passed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(passed, 100);
}

TEST(ParseRate, ReadsRates) {
  EXPECT_EQ(ParseRate("10r/s")->interval_us(), 100'000);
  EXPECT_EQ(ParseRate("300r/m")->interval_us(), 200'000);
  EXPECT_EQ(ParseRate("1r/h")->interval_us(), 3'600'000'000);
  EXPECT_EQ(ParseRate("1000000r/s")->interval_us(), 1);
  for (const char* bad :
       {"", "r/s", "10", "10r/d", "0r/s", "-1r/s", "1000001r/s", "99999999r/s", "1.5r/s"}) {
    EXPECT_FALSE(ParseRate(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace rasp
