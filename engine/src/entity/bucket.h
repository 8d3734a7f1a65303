// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>

#include "entity/layout.h"
#include "rasp/entity_region.h"

namespace rasp {

// Over the record's bytes but for `check`.
uint16_t CheckOf(const StoredRecord& record);
// Whether the record at that place of its bucket can be read: its size, place and check agree.
bool IsWhole(const Bucket& bucket, size_t place);
// Units that records of a kind occupy.
size_t UnitsOf(RecordKind kind);

// The bucket of one key, locked as long as this lives.
class LockedBucket {
 public:
  LockedBucket(RegionHead* head, const RegionHost& host, const EntityKey& key, int64_t now_us);
  LockedBucket(const LockedBucket&) = delete;
  LockedBucket& operator=(const LockedBucket&) = delete;
  ~LockedBucket();

  uint32_t now_s() const { return now_s_; }

  // The live record; nullptr if there is none.
  StoredRecord* Find(RecordKind kind);
  // The live record, or a new one of zeroes in place of what is least worth keeping.
  StoredRecord* FindOrMake(RecordKind kind);
  void Drop(StoredRecord* record);

  template <typename Payload>
  static Payload Read(const StoredRecord& record) {
    static_assert(std::is_trivially_copyable_v<Payload>);
    Payload payload;
    std::memcpy(&payload, record.payload, sizeof(payload));
    return payload;
  }
  // Writes the payload, the time of use and of death, and the check.
  template <typename Payload>
  void Write(StoredRecord* record, const Payload& payload, uint32_t expires_s) {
    std::memcpy(record->payload, &payload, sizeof(payload));
    Touch(record, expires_s);
  }
  void Touch(StoredRecord* record, uint32_t expires_s);

 private:
  void Lock();
  void TakeOver();
  void Repair();
  size_t FreePlace(size_t units) const;
  size_t MakePlace(size_t units);
  void Clear(size_t place);
  size_t StartOf(size_t place) const;

  RegionHead* head_;
  const RegionHost& host_;
  Bucket* bucket_;
  EntityKey key_;
  uint32_t now_s_;
  uint32_t self_;
};

// Seconds of a record's times: rounded down, or up for the end of something.
uint32_t SecondsOf(int64_t time_us);
uint32_t EndSecondsOf(int64_t time_us);

}  // namespace rasp
