// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "rasp/store.h"

namespace rasp {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kNow = 1'700'000'000 * kSecond;
constexpr int64_t kHour = 3600 * kSecond;

// A record as text, in the order in which its variables came: "a=1 b=2".
class AsText final : public Store::Visitor {
 public:
  void Visit(std::string_view name, std::string_view value) override {
    if (!text_.empty()) text_ += ' ';
    text_.append(name).append("=").append(value);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string Text(Store& store, std::string_view key, int64_t now_us = kNow) {
  AsText text;
  EXPECT_EQ(store.Read({"ip", key}, now_us, text), Store::Status::kOk);
  return text.text();
}

Store::Status Set(Store& store, std::string_view key, std::string_view name, std::string_view value,
                  int64_t now_us = kNow, int64_t ttl_us = kHour) {
  // Buffers of exactly that size, so that a read past the end is seen.
  const std::vector<char> exact_name(name.begin(), name.end());
  const std::vector<char> exact_value(value.begin(), value.end());
  return store.Set({"ip", key}, {exact_name.data(), exact_name.size()},
                   {exact_value.data(), exact_value.size()}, now_us, ttl_us);
}

int64_t Add(Store& store, std::string_view key, std::string_view name, int64_t change,
            int64_t now_us = kNow) {
  int64_t sum = -1;
  EXPECT_EQ(store.Add({"ip", key}, name, change, now_us, kHour, &sum), Store::Status::kOk);
  return sum;
}

TEST(MemoryStore, HasNothingAtFirst) {
  const auto store = MakeMemoryStore();
  EXPECT_EQ(Text(*store, "192.0.2.7"), "");
}

TEST(MemoryStore, KeepsWhatIsSet) {
  const auto store = MakeMemoryStore();
  EXPECT_EQ(Set(*store, "k", "a", "1"), Store::Status::kOk);
  EXPECT_EQ(Set(*store, "k", "b", "2"), Store::Status::kOk);
  EXPECT_EQ(Set(*store, "k", "a", "3"), Store::Status::kOk);
  EXPECT_EQ(Text(*store, "k"), "a=3 b=2");
}

TEST(MemoryStore, RecordsAreApartByCollectionAndKey) {
  const auto store = MakeMemoryStore();
  Set(*store, "k", "a", "1");
  EXPECT_EQ(Text(*store, "K"), "");
  AsText text;
  store->Read({"global", "k"}, kNow, text);
  EXPECT_EQ(text.text(), "");
}

TEST(MemoryStore, NulIsData) {
  const auto store = MakeMemoryStore();
  const std::string_view value("a\0b", 3);
  Set(*store, std::string_view("k\0", 2), std::string_view("n\0", 2), value);
  EXPECT_EQ(Text(*store, std::string_view("k\0", 2)), std::string("n\0=a\0b", 6));
  EXPECT_EQ(Text(*store, "k"), "");
}

TEST(MemoryStore, RemovesAVariable) {
  const auto store = MakeMemoryStore();
  Set(*store, "k", "a", "1");
  Set(*store, "k", "b", "2");
  EXPECT_EQ(store->Remove({"ip", "k"}, "a", kNow), Store::Status::kOk);
  EXPECT_EQ(Text(*store, "k"), "b=2");
  EXPECT_EQ(store->Remove({"ip", "k"}, "a", kNow), Store::Status::kOk);
  EXPECT_EQ(store->Remove({"ip", "unknown"}, "a", kNow), Store::Status::kOk);
}

struct SumCase {
  std::string_view name;
  std::string_view old;  // "-": there is no such variable
  int64_t change;
  int64_t sum;
};

class MemoryStoreAddTest : public testing::TestWithParam<SumCase> {};

TEST_P(MemoryStoreAddTest, Adds) {
  const SumCase& c = GetParam();
  const auto store = MakeMemoryStore();
  if (c.old != "-") Set(*store, "k", "n", c.old);
  EXPECT_EQ(Add(*store, "k", "n", c.change), c.sum);
  EXPECT_EQ(Text(*store, "k"), "n=" + std::to_string(c.sum));
}

const SumCase kSums[] = {
    {"MissingIsZero", "-", 5, 5},
    {"Adds", "2", 3, 5},
    {"Subtracts", "2", -3, -1},
    {"NoNumberIsZero", "abc", 1, 1},
    {"EmptyIsZero", "", 1, 1},
    {"NumberWithATailIsTheNumber", "7x", 1, 8},
    {"StaysAtTheLargest", "9223372036854775807", 1, INT64_MAX},
    {"StaysAtTheSmallest", "-9223372036854775808", -1, INT64_MIN},
    {"TooLargeTextIsTheLargest", "99999999999999999999", -1, INT64_MAX - 1},
};
INSTANTIATE_TEST_SUITE_P(Sums, MemoryStoreAddTest, testing::ValuesIn(kSums),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(MemoryStore, RecordLivesItsTimeAfterTheLastChange) {
  const auto store = MakeMemoryStore();
  Set(*store, "k", "a", "1", kNow, 10 * kSecond);
  EXPECT_EQ(Text(*store, "k", kNow + 10 * kSecond - 1), "a=1");
  Set(*store, "k", "b", "2", kNow + 9 * kSecond, 10 * kSecond);
  EXPECT_EQ(Text(*store, "k", kNow + 19 * kSecond - 1), "a=1 b=2") << "a change prolongs it";
  EXPECT_EQ(Text(*store, "k", kNow + 19 * kSecond), "");
}

TEST(MemoryStore, ReadingDoesNotProlong) {
  const auto store = MakeMemoryStore();
  Set(*store, "k", "a", "1", kNow, 10 * kSecond);
  EXPECT_EQ(Text(*store, "k", kNow + 9 * kSecond), "a=1");
  EXPECT_EQ(Text(*store, "k", kNow + 10 * kSecond), "");
}

TEST(MemoryStore, ADeadRecordIsMadeAnew) {
  const auto store = MakeMemoryStore();
  Set(*store, "k", "a", "1", kNow, kSecond);
  EXPECT_EQ(Add(*store, "k", "n", 1, kNow + kSecond), 1);
  EXPECT_EQ(Text(*store, "k", kNow + kSecond), "n=1");
}

TEST(MemoryStore, ZeroTimeToLiveIsGoneAtOnce) {
  const auto store = MakeMemoryStore();
  EXPECT_EQ(Set(*store, "k", "a", "1", kNow, 0), Store::Status::kOk);
  EXPECT_EQ(Text(*store, "k"), "");
}

TEST(MemoryStore, VariableExpiresAlone) {
  const auto store = MakeMemoryStore();
  Set(*store, "k", "a", "1");
  Set(*store, "k", "b", "2");
  store->Expire({"ip", "k"}, "a", kNow, kNow + 60 * kSecond);
  store->Expire({"ip", "k"}, "unknown", kNow, kNow);
  store->Expire({"ip", "unknown"}, "a", kNow, kNow);
  EXPECT_EQ(Text(*store, "k", kNow + 60 * kSecond - 1), "a=1 b=2");
  EXPECT_EQ(Text(*store, "k", kNow + 60 * kSecond), "b=2");
}

TEST(MemoryStore, ExpiryStaysWhenTheVariableChanges) {
  const auto store = MakeMemoryStore();
  Set(*store, "k", "n", "1");
  store->Expire({"ip", "k"}, "n", kNow, kNow + 60 * kSecond);
  EXPECT_EQ(Add(*store, "k", "n", 1, kNow + 59 * kSecond), 2);
  EXPECT_EQ(Text(*store, "k", kNow + 60 * kSecond), "");
  EXPECT_EQ(Add(*store, "k", "n", 1, kNow + 60 * kSecond), 1) << "counted from nothing";
  EXPECT_EQ(Text(*store, "k", kNow + 600 * kSecond), "n=1") << "and lives on";
}

struct DecayCase {
  std::string_view name;
  std::string_view old;
  int64_t amount;
  int64_t period;   // seconds
  int64_t elapsed;  // seconds
  std::string_view left;
};

class MemoryStoreDeprecateTest : public testing::TestWithParam<DecayCase> {};

TEST_P(MemoryStoreDeprecateTest, Decays) {
  const DecayCase& c = GetParam();
  const auto store = MakeMemoryStore();
  Set(*store, "k", "n", c.old);
  const int64_t then = kNow + c.elapsed * kSecond;
  EXPECT_EQ(store->Deprecate({"ip", "k"}, "n", c.amount, c.period * kSecond, then),
            Store::Status::kOk);
  EXPECT_EQ(Text(*store, "k", then), "n=" + std::string(c.left));
}

const DecayCase kDecays[] = {
    {"NothingBeforeAPeriodIsOver", "100", 60, 300, 299, "100"},
    {"OnePeriod", "100", 60, 300, 300, "40"},
    {"PartOfAPeriodDoesNotCount", "100", 10, 300, 899, "80"},
    {"NotBelowZero", "100", 60, 300, 1500, "0"},
    {"NegativeStays", "-5", 60, 300, 600, "-5"},
    {"NoNumberIsZero", "abc", 60, 300, 600, "0"},
    {"NoPeriodDoesNothing", "100", 60, 0, 600, "100"},
    {"NegativeAmountDoesNothing", "100", -60, 300, 600, "100"},
    {"HugeAmount", "100", INT64_MAX, 300, 900, "0"},
    {"ClockThatWentBack", "100", 60, 300, -900, "100"},
};
INSTANTIATE_TEST_SUITE_P(Decays, MemoryStoreDeprecateTest, testing::ValuesIn(kDecays),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(MemoryStore, PartsOfPeriodsAddUp) {
  const auto store = MakeMemoryStore();
  Set(*store, "k", "n", "10");
  for (int i = 1; i <= 4; ++i)  // every 1.5 periods
    store->Deprecate({"ip", "k"}, "n", 1, 2 * kSecond, kNow + i * 3 * kSecond);
  EXPECT_EQ(Text(*store, "k", kNow + 12 * kSecond), "n=4");
}

TEST(MemoryStore, LongValuesAreCut) {
  StoreLimits limits;
  limits.value_bytes = 4;
  const auto store = MakeMemoryStore(limits);
  EXPECT_EQ(Set(*store, "k", "a", "12345"), Store::Status::kOk);
  EXPECT_EQ(Text(*store, "k"), "a=1234");
}

TEST(MemoryStore, LongNamesAndKeysAreRefused) {
  StoreLimits limits;
  limits.value_bytes = 4;
  const auto store = MakeMemoryStore(limits);
  EXPECT_EQ(Set(*store, "k", "12345", "1"), Store::Status::kFull);
  EXPECT_EQ(Set(*store, "12345", "a", "1"), Store::Status::kFull);
  EXPECT_EQ(Text(*store, "12345"), "");
}

TEST(MemoryStore, ARecordHasSoManyVariables) {
  StoreLimits limits;
  limits.variables = 2;
  const auto store = MakeMemoryStore(limits);
  EXPECT_EQ(Set(*store, "k", "a", "1"), Store::Status::kOk);
  EXPECT_EQ(Set(*store, "k", "b", "2"), Store::Status::kOk);
  EXPECT_EQ(Set(*store, "k", "c", "3"), Store::Status::kFull);
  EXPECT_EQ(Set(*store, "k", "b", "4"), Store::Status::kOk) << "what is there may change";
  EXPECT_EQ(Text(*store, "k"), "a=1 b=4");
}

TEST(MemoryStore, LeastRecentlyUsedRecordGoesFirst) {
  StoreLimits limits;
  limits.bytes = 3 * 1000;
  const auto store = MakeMemoryStore(limits);
  const std::string value(400, 'v');
  for (const char* key : {"1", "2", "3"}) Set(*store, key, "a", value);
  Text(*store, "1");
  Set(*store, "4", "a", value);
  EXPECT_NE(Text(*store, "1"), "") << "was read since";
  EXPECT_EQ(Text(*store, "2"), "");
  EXPECT_NE(Text(*store, "3"), "");
  EXPECT_NE(Text(*store, "4"), "");
}

TEST(MemoryStore, WhatDoesNotFitAloneIsRefused) {
  StoreLimits limits;
  limits.bytes = 1000;
  const auto store = MakeMemoryStore(limits);
  EXPECT_EQ(Set(*store, "k", "a", std::string(2000, 'v')), Store::Status::kFull);
  EXPECT_EQ(Text(*store, "k"), "");
  EXPECT_EQ(Set(*store, "k", "a", "1"), Store::Status::kOk);
}

TEST(MemoryStore, BytesThatAreGivenBackAreCounted) {
  StoreLimits limits;
  limits.bytes = 2000;
  const auto store = MakeMemoryStore(limits);
  Set(*store, "stays", "a", "1");
  for (int i = 0; i < 1000; ++i) {
    Set(*store, "k", "a", std::string(static_cast<size_t>(i), 'v'));
    Set(*store, "k", "b", "2");
    store->Expire({"ip", "k"}, "b", kNow, kNow + 1);
    Set(*store, "k", "c", "3", kNow + 1);
    store->Remove({"ip", "k"}, "c", kNow + 1);
    Text(*store, "stays");
  }
  EXPECT_EQ(Text(*store, "stays"), "a=1") << "there was always room";
}

TEST(MemoryStore, ThreadsAddAtomically) {
  const auto store = MakeMemoryStore();
  constexpr int kThreads = 4;
  constexpr int kAdds = 5000;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      int64_t sum = 0;
      for (int n = 0; n < kAdds; ++n) store->Add({"ip", "k"}, "n", 1, kNow, kHour, &sum);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Text(*store, "k"), "n=" + std::to_string(kThreads * kAdds));
}

TEST(MemoryStore, ThreadsMayEvictEachOthersRecords) {
  StoreLimits limits;
  limits.bytes = 10'000;
  const auto store = MakeMemoryStore(limits);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&store, i] {
      for (int n = 0; n < 2000; ++n) {
        const std::string key = std::to_string(i) + "-" + std::to_string(n % 50);
        Set(*store, key, "a", std::string(100, 'x'));
        AsText text;
        store->Read({"ip", key}, kNow, text);
        store->Remove({"ip", key}, "a", kNow);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Set(*store, "k", "a", "1"), Store::Status::kOk);
  EXPECT_EQ(Text(*store, "k"), "a=1");
}

}  // namespace
}  // namespace rasp
