// SPDX-License-Identifier: Apache-2.0
#include "entity/bucket.h"

#include <algorithm>

namespace rasp {
namespace {

constexpr int kSpins = 128;       // looks at a lock before its waiter yields
constexpr int kMostYields = 512;  // after which its owner counts as stuck

constexpr uint64_t kMix = 0x9e3779b97f4a7c15;

uint64_t Mixed(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * kMix;
  return hash ^ (hash >> 29);
}

constexpr bool IsUnits(uint8_t units) { return units == 1 || units == 2 || units == 4; }

void Add(std::atomic<uint64_t>& counter, uint64_t by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}
void Subtract(std::atomic<uint64_t>& counter, uint64_t by) {
  counter.fetch_sub(by, std::memory_order_relaxed);
}

}  // namespace

uint32_t SecondsOf(int64_t time_us) {
  return static_cast<uint32_t>(std::clamp<int64_t>(time_us / 1'000'000, 0, UINT32_MAX));
}

uint32_t EndSecondsOf(int64_t time_us) {
  return time_us > INT64_MAX - 1'000'000 ? UINT32_MAX : SecondsOf(time_us + 999'999);
}

size_t UnitsOf(RecordKind kind) {
  switch (kind) {
    case RecordKind::kDistinct:
    case RecordKind::kMemo:
      return 2;
    case RecordKind::kLeases:
    case RecordKind::kSteps:
    case RecordKind::kServed:
      return 4;
    default:
      return 1;
  }
}

uint16_t CheckOf(const StoredRecord& record) {
  uint64_t hash = Mixed(record.key, record.used_s | uint64_t{record.expires_s} << 32);
  hash = Mixed(hash, record.kind | uint64_t{record.units} << 8);
  const size_t bytes = PayloadBytes(record.units);
  const uint8_t* const payload = record.payload;
  for (size_t i = 0; i < bytes; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, payload + i, std::min<size_t>(8, bytes - i));
    hash = Mixed(hash, word);
  }
  return static_cast<uint16_t>(hash >> 48);
}

bool IsWhole(const Bucket& bucket, size_t place) {
  const StoredRecord& record = bucket.units[place];
  return IsUnits(record.units) && place % record.units == 0 &&
         place + record.units <= kBucketUnits && record.kind != 0 &&
         UnitsOf(static_cast<RecordKind>(record.kind)) == record.units &&
         CheckOf(record) == record.check;
}

LockedBucket::LockedBucket(RegionHead* head, const RegionHost& host, const EntityKey& key,
                           int64_t now_us)
    : head_(head),
      host_(host),
      bucket_(BucketOf(head, key)),
      key_(key),
      now_s_(SecondsOf(now_us)),
      self_(host.self()) {
  Lock();
}

LockedBucket::~LockedBucket() {
  uint32_t mine = self_;  // unless another took over from us
  bucket_->owner.compare_exchange_strong(mine, 0, std::memory_order_release,
                                         std::memory_order_relaxed);
}

void LockedBucket::Lock() {
  int yields = 0;
  for (int spin = 0;; ++spin) {
    uint32_t owner = 0;
    if (bucket_->owner.compare_exchange_weak(owner, self_, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
      return;
    }
    if (owner == 0 || spin < kSpins) continue;
    if (yields == kMostYields || (yields % 16 == 0 && !host_.IsAlive(owner))) {
      if (bucket_->owner.compare_exchange_strong(owner, self_, std::memory_order_acquire,
                                                 std::memory_order_relaxed)) {
        return TakeOver();
      }
      yields = 0;  // another has it now
      continue;
    }
    host_.Yield();
    ++yields;
  }
}

void LockedBucket::TakeOver() {
  Add(head_->taken_over);
  Repair();
}

// Who held the lock may have died at any place: what its records say of themselves holds, the tags
// follow them.
void LockedBucket::Repair() {
  for (size_t place = 0; place < kBucketUnits;) {
    StoredRecord& record = bucket_->units[place];
    const bool had_record = bucket_->tags[place] > kTagRest;
    if (!had_record || !IsWhole(*bucket_, place)) {
      if (had_record) Add(head_->corrupt);
      bucket_->tags[place++] = 0;
      continue;
    }
    for (size_t i = 1; i < record.units; ++i) bucket_->tags[place + i] = kTagRest;
    place += record.units;
  }
}

void LockedBucket::Clear(size_t place) {
  const StoredRecord& record = bucket_->units[place];
  const size_t units = IsUnits(record.units) ? record.units : 1;
  bucket_->tags[place] = 0;
  for (size_t i = place + 1; i < std::min(place + units, kBucketUnits); ++i) {
    if (bucket_->tags[i] != kTagRest) break;
    bucket_->tags[i] = 0;
  }
  Subtract(head_->records, 1);
  Subtract(head_->units, units);
}

void LockedBucket::Drop(StoredRecord* record) {
  Clear(static_cast<size_t>(record - bucket_->units));
}

StoredRecord* LockedBucket::Find(RecordKind kind) {
  const uint16_t tag = TagOf(key_);
  for (size_t place = 0; place < kBucketUnits; ++place) {
    if (bucket_->tags[place] != tag) continue;
    StoredRecord& record = bucket_->units[place];
    if (record.key != key_.high || record.kind != static_cast<uint8_t>(kind)) continue;
    if (!IsWhole(*bucket_, place)) {
      Add(head_->corrupt);
      Clear(place);
      continue;
    }
    if (record.expires_s > now_s_) return &record;
    Clear(place);
  }
  return nullptr;
}

size_t LockedBucket::FreePlace(size_t units) const {
  for (size_t place = 0; place < kBucketUnits; place += units) {
    size_t i = 0;
    while (i < units && bucket_->tags[place + i] == 0) ++i;
    if (i == units) return place;
  }
  return kBucketUnits;
}

size_t LockedBucket::StartOf(size_t place) const {
  while (place > 0 && bucket_->tags[place] == kTagRest) --place;
  return place;
}

// Frees the place whose last use is longest ago: of all that lie there, the latest counts, and the
// dead count for nothing.
size_t LockedBucket::MakePlace(size_t units) {
  size_t best = 0;
  uint64_t best_use = UINT64_MAX;
  for (size_t place = 0; place < kBucketUnits; place += units) {
    uint64_t use = 0;
    for (size_t i = place; i < place + units; ++i) {
      if (bucket_->tags[i] == 0) continue;
      const StoredRecord& record = bucket_->units[StartOf(i)];
      if (record.expires_s > now_s_) use = std::max<uint64_t>(use, uint64_t{record.used_s} + 1);
    }
    if (use >= best_use) continue;
    best = place;
    best_use = use;
  }
  for (size_t i = best; i < best + units; ++i) {
    if (bucket_->tags[i] == 0) continue;
    const size_t start = StartOf(i);
    if (bucket_->units[start].expires_s > now_s_) Add(head_->evicted);
    Clear(start);
  }
  return best;
}

StoredRecord* LockedBucket::FindOrMake(RecordKind kind) {
  StoredRecord* const found = Find(kind);
  if (found != nullptr) return found;
  const size_t units = UnitsOf(kind);
  size_t place = FreePlace(units);
  if (place == kBucketUnits) place = MakePlace(units);
  StoredRecord& record = bucket_->units[place];
  std::memset(static_cast<void*>(&record), 0, units * kUnitBytes);
  record.key = key_.high;
  record.kind = static_cast<uint8_t>(kind);
  record.units = static_cast<uint8_t>(units);
  for (size_t i = 1; i < units; ++i) bucket_->tags[place + i] = kTagRest;
  bucket_->tags[place] = TagOf(key_);
  Add(head_->records);
  Add(head_->units, units);
  return &record;
}

void LockedBucket::Touch(StoredRecord* record, uint32_t expires_s) {
  record->used_s = std::max(record->used_s, now_s_);
  record->expires_s = expires_s;
  record->check = CheckOf(*record);
}

}  // namespace rasp
