// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <new>
#include <random>

#include "core/ascii.h"
#include "rasp/entity_store.h"
#include "rasp/network.h"

namespace rasp {
namespace {

constexpr uint64_t kLayout = 0x7261737072617431;  // changes with the layout
constexpr size_t kSlots = 4;                      // of a bucket, which is one cache line
constexpr uint64_t kFree = 0;
constexpr uint64_t kTaken = 1;  // between two keys
constexpr uint64_t kLeastTag = 2;

struct Slot {
  std::atomic<uint64_t> tag;    // of the key's hash
  std::atomic<int64_t> due_us;  // when the request after the last would be on time
};
static_assert(std::atomic<uint64_t>::is_always_lock_free);

struct alignas(64) Bucket {
  std::array<Slot, kSlots> slots;
};
static_assert(sizeof(Bucket) == 64);

// Who is due has no more to lose. The clock's microsecond is read once for a request.
bool IsDue(const Slot& slot, int64_t now_us) {
  return slot.due_us.load(std::memory_order_relaxed) <= now_us;
}

// Processes' clocks may differ by as much; what is further ahead than a limit can bring it was
// written before the clock stepped back.
constexpr int64_t kClockSlackUs = 60'000'000;

// Counts one request if it is on time; `due_us` is what it is told otherwise.
bool Advance(Slot& slot, const RateLimit& limit, int64_t now_us, int64_t& due_us) {
  const int64_t tolerated = limit.interval_us() * limit.burst;
  int64_t due = slot.due_us.load(std::memory_order_relaxed);
  for (;;) {
    const bool stepped_back = due - now_us > tolerated + limit.interval_us() + kClockSlackUs;
    const int64_t from = stepped_back ? now_us + tolerated : std::max(due, now_us);
    if (from - now_us > tolerated) {
      due_us = from - tolerated;
      return false;
    }
    if (slot.due_us.compare_exchange_weak(due, from + limit.interval_us(),
                                          std::memory_order_relaxed)) {
      return true;
    }
  }
}

}  // namespace

struct alignas(64) RateTable::Head {
  uint64_t layout;
  uint64_t bytes;
  uint64_t buckets;
  HashKey key;
  std::atomic<uint64_t> evicted;

  Bucket* bucket(uint64_t hash) { return reinterpret_cast<Bucket*>(this + 1) + hash % buckets; }
};

namespace {

// The slot of `tag`, found or taken. `evicted` is counted if another's time was still running.
Slot& SlotOf(Bucket& bucket, uint64_t tag, int64_t now_us, std::atomic<uint64_t>& evicted) {
  for (Slot& slot : bucket.slots) {
    if (slot.tag.load(std::memory_order_acquire) == tag) return slot;
  }
  // Of two that take a slot at the same time the later has it; the earlier's key is forgotten.
  Slot* victim = &bucket.slots[0];
  for (Slot& slot : bucket.slots) {
    const uint64_t held = slot.tag.load(std::memory_order_relaxed);
    if (held == kFree || held == kTaken) {
      victim = &slot;
      break;
    }
    if (slot.due_us.load(std::memory_order_relaxed) <
        victim->due_us.load(std::memory_order_relaxed)) {
      victim = &slot;
    }
  }
  const uint64_t held = victim->tag.exchange(kTaken, std::memory_order_acq_rel);
  if (held >= kLeastTag && !IsDue(*victim, now_us)) {
    evicted.fetch_add(1, std::memory_order_relaxed);
  }
  victim->due_us.store(0, std::memory_order_relaxed);
  victim->tag.store(tag, std::memory_order_release);
  return *victim;
}

}  // namespace

void RateTable::Format(void* memory, size_t bytes) {
  std::memset(memory, 0, bytes);
  auto* const head = ::new (memory) Head{};
  head->bytes = bytes;
  head->buckets = (bytes - sizeof(Head)) / sizeof(Bucket);
  std::random_device random;
  for (uint8_t& byte : head->key) byte = static_cast<uint8_t>(random());
  head->layout = kLayout;
}

bool RateTable::IsFormatted(const void* memory, size_t bytes) {
  const auto* const head = static_cast<const Head*>(memory);
  return head->layout == kLayout && head->bytes == bytes &&
         head->buckets == (bytes - sizeof(Head)) / sizeof(Bucket);
}

RateTable::RateTable(void* memory) : head_(static_cast<Head*>(memory)) {}

RateAnswer RateTable::Take(std::string_view name, std::string_view key, const RateLimit& limit,
                           int64_t now_us) {
  const std::array<std::string_view, 2> parts = {name, key};
  const EntityKey hash = HashParts(head_->key, parts);
  const uint64_t tag = std::max(hash.high, kLeastTag);
  int64_t due_us = 0;
  Slot& slot = SlotOf(*head_->bucket(hash.low), tag, now_us, head_->evicted);
  if (Advance(slot, limit, now_us, due_us)) return {};
  constexpr int64_t kSecond = 1'000'000;
  const int64_t wait_s = (due_us - now_us + kSecond - 1) / kSecond;
  return {false, static_cast<uint32_t>(std::clamp<int64_t>(wait_s, 1, UINT32_MAX))};
}

size_t RateTable::capacity() const { return head_->buckets * kSlots; }
uint64_t RateTable::evicted() const { return head_->evicted.load(std::memory_order_relaxed); }

std::optional<RateLimit> ParseRate(std::string_view text) {
  constexpr struct {
    std::string_view unit;
    uint32_t seconds;
  } kUnits[] = {{"r/s", 1}, {"r/m", 60}, {"r/h", 3600}};
  constexpr uint32_t kMost = 1'000'000;  // a microsecond is the least interval
  for (const auto& [unit, seconds] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const std::string_view digits = text.substr(0, text.size() - unit.size());
    if (digits.empty() || digits.size() > 7) return std::nullopt;
    uint32_t requests = 0;
    for (const char c : digits) {
      if (!IsDigit(c)) return std::nullopt;
      requests = requests * 10 + static_cast<uint32_t>(c - '0');
    }
    if (requests == 0 || requests > kMost) return std::nullopt;
    return RateLimit{requests, seconds, 0};
  }
  return std::nullopt;
}

}  // namespace rasp
