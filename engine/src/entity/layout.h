// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "rasp/entity_store.h"

// What stands in a region's memory. A change to any of it is a new kLayoutVersion: a region of
// another version is laid out anew.
namespace rasp {

inline constexpr uint64_t kRegionMagic = 0x79746974'6e657352;
inline constexpr uint32_t kLayoutVersion = 1;

inline constexpr size_t kUnitBytes = 32;
inline constexpr size_t kBucketUnits = 60;
inline constexpr size_t kBucketBytes = 2048;

// A record is one, two or four units, and begins at a multiple of as many. Its payload goes on
// behind the first unit.
struct StoredRecord {
  uint64_t key = 0;        // EntityKey::high
  uint32_t used_s = 0;     // Unix time of the last use
  uint32_t expires_s = 0;  // dead from then on
  uint16_t check = 0;      // of all its other bytes
  uint8_t kind = 0;        // RecordKind
  uint8_t units = 0;
  uint8_t payload[12] = {};
};
static_assert(sizeof(StoredRecord) == kUnitBytes);

inline constexpr size_t kRecordHead = offsetof(StoredRecord, payload);
constexpr size_t PayloadBytes(size_t units) { return units * kUnitBytes - kRecordHead; }

// A unit's tag: 0 if nothing is there, kTagRest if a record that began before it goes on, else 16
// bits of the record's EntityKey::low.
inline constexpr uint16_t kTagRest = 1;
constexpr uint16_t TagOf(const EntityKey& key) {
  const auto tag = static_cast<uint16_t>(key.low);
  return tag <= kTagRest ? static_cast<uint16_t>(tag + 2) : tag;
}

struct Bucket {
  std::atomic<uint32_t> owner;  // RegionHost::self() of who holds the lock; 0: nobody
  uint32_t spare;
  uint16_t tags[kBucketUnits];
  StoredRecord units[kBucketUnits];
};
static_assert(sizeof(Bucket) == kBucketBytes);
static_assert(std::atomic<uint32_t>::is_always_lock_free);

struct RegionHead {
  uint64_t magic;
  uint32_t version;
  uint32_t buckets;
  uint64_t bytes;
  HashKey key;
  // Counters of EntityStats. After a process was killed the first two are near the truth.
  std::atomic<uint64_t> records;
  std::atomic<uint64_t> units;
  std::atomic<uint64_t> evicted;
  std::atomic<uint64_t> corrupt;
  std::atomic<uint64_t> taken_over;
};
static_assert(sizeof(RegionHead) <= kBucketBytes);
static_assert(std::atomic<uint64_t>::is_always_lock_free);

inline Bucket* BucketOf(RegionHead* head, const EntityKey& key) {
  auto* const first = reinterpret_cast<Bucket*>(reinterpret_cast<char*>(head) + kBucketBytes);
  const auto wide = static_cast<unsigned __int128>(key.low) * head->buckets;
  return first + static_cast<uint64_t>(wide >> 64);
}

}  // namespace rasp
