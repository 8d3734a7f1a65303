// SPDX-License-Identifier: Apache-2.0
// Processes that share a region and are killed wherever they are.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "entity/layout.h"
#include "rasp/entity_region.h"

namespace rasp {
namespace {

constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kStart = 1'700'000'400'000'000;
constexpr HashKey kHashKey = {4};
constexpr size_t kBytes = EntityRegion::kLeastBytes;
constexpr int kKills = 1000;
constexpr int kWorkers = 2;
constexpr int kKeys = 8;

class Processes final : public RegionHost {
 public:
  uint32_t self() const override { return static_cast<uint32_t>(getpid()); }
  bool IsAlive(uint32_t process) const override {
    return kill(static_cast<pid_t>(process), 0) == 0;
  }
  void Yield() const override { usleep(20); }
};

EntityKey KeyOf(int number) { return HashText(kHashKey, std::to_string(number)); }

// All kinds of records in a few buckets, without end.
[[noreturn]] void Work(void* memory) {
  const Processes host;
  EntityRegion region(memory, kBytes, host);
  for (int64_t i = 0;; ++i) {
    const EntityKey key = KeyOf(static_cast<int>(i % kKeys));
    const Step step{3, true, kStart};
    const auto element = static_cast<uint64_t>(i) * 0x9e3779b97f4a7c15;
    region.Add(key, {kMinute, 1, UINT32_MAX}, kStart);
    region.AddDistinct(key, {kMinute, element, 0}, kStart);
    region.PushStep(key, &step, kMinute, kStart);
    region.Return(key, region.Acquire(key, {5, kMinute}, kStart).id, kStart);
    region.Forget(key, RecordKind::kDistinct, kStart);
  }
}

pid_t Start(void* memory) {
  const pid_t pid = fork();
  if (pid == 0) Work(memory);
  return pid;
}

TEST(Killed, ProcessesNeverWedgeTheOthers) {
  void* const memory =
      mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  EntityRegion::Format(memory, kBytes, kHashKey);
  const Processes host;
  EntityRegion region(memory, kBytes, host);

  pid_t workers[kWorkers];
  for (pid_t& worker : workers) worker = Start(memory);
  int64_t longest_us = 0;
  for (int i = 0; i < kKills; ++i) {
    usleep(static_cast<useconds_t>(100 + i % 7 * 90));
    pid_t& worker = workers[i % kWorkers];
    ASSERT_EQ(kill(worker, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(worker, &status, 0), worker);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    const auto before = std::chrono::steady_clock::now();
    for (int k = 0; k < kKeys; ++k) {
      ASSERT_GE(region.Add(KeyOf(k), {kMinute, 1, UINT32_MAX}, kStart).sum, 1u);
      const Steps steps = region.PushStep(KeyOf(k), nullptr, kMinute, kStart);
      for (uint32_t s = 0; s < steps.count; ++s) ASSERT_EQ(steps.step[s].operation, 3);
    }
    const auto took = std::chrono::steady_clock::now() - before;
    longest_us = std::max<int64_t>(
        longest_us, std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    worker = Start(memory);
  }
  for (const pid_t worker : workers) {
    kill(worker, SIGKILL);
    waitpid(worker, nullptr, 0);
  }
  for (int k = 0; k < kKeys; ++k) region.Add(KeyOf(k), {kMinute, 1, UINT32_MAX}, kStart);

  const EntityStats stats = region.stats();
  EXPECT_GT(stats.taken_over, 0u);  // some were killed while they held a lock
  EXPECT_LE(stats.corrupt, uint64_t{kKills} + kWorkers);
  const auto* const first = reinterpret_cast<Bucket*>(static_cast<char*>(memory) + kBucketBytes);
  for (uint64_t b = 0; b < stats.capacity / kBucketUnits; ++b) EXPECT_EQ(first[b].owner, 0u) << b;
  RecordProperty("taken_over", static_cast<int>(stats.taken_over));
  RecordProperty("corrupt", static_cast<int>(stats.corrupt));
  RecordProperty("longest_us", static_cast<int>(longest_us));
  munmap(memory, kBytes);
}

}  // namespace
}  // namespace rasp
