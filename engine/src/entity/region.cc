// SPDX-License-Identifier: Apache-2.0
#include "rasp/entity_region.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>

#include "entity/bucket.h"
#include "entity/layout.h"
#include "entity/payloads.h"

namespace rasp {
namespace {

// When a window no longer counts: at the end of the one after it.
uint32_t WindowEnds(int64_t window_us, uint32_t window) {
  const auto end = (static_cast<unsigned __int128>(window) + 2) *
                   static_cast<unsigned __int128>(std::max<int64_t>(window_us, 1'000'000));
  return EndSecondsOf(static_cast<int64_t>(std::min<unsigned __int128>(end, INT64_MAX)));
}

int64_t After(int64_t now_us, int64_t ttl_us) {
  int64_t end = 0;
  return __builtin_add_overflow(now_us, ttl_us, &end) ? INT64_MAX : end;
}

}  // namespace

std::string_view RecordKindName(RecordKind kind) {
  constexpr std::string_view kNames[] = {"none",  "window", "distinct", "claim", "leases",
                                         "steps", "label",  "memo",     "served"};
  const auto index = static_cast<size_t>(kind);
  return index < std::size(kNames) ? kNames[index] : "unknown";
}

EntityKey Mirrored(const EntityKey& key) { return {~key.high, key.low}; }

void EntityRegion::Format(void* memory, size_t bytes, const HashKey& key) {
  std::memset(memory, 0, bytes);
  auto* const head = new (memory) RegionHead();
  head->version = kLayoutVersion;
  head->bytes = bytes;
  head->buckets =
      static_cast<uint32_t>(std::min<size_t>((bytes - kBucketBytes) / kBucketBytes, UINT32_MAX));
  head->key = key;
  std::atomic_thread_fence(std::memory_order_release);
  head->magic = kRegionMagic;
}

bool EntityRegion::IsFormatted(const void* memory, size_t bytes) {
  if (bytes < kLeastBytes) return false;
  const auto* const head = static_cast<const RegionHead*>(memory);
  return head->magic == kRegionMagic && head->version == kLayoutVersion && head->bytes == bytes &&
         head->buckets == std::min<size_t>((bytes - kBucketBytes) / kBucketBytes, UINT32_MAX);
}

EntityRegion::EntityRegion(void* memory, size_t, const RegionHost& host)
    : head_(static_cast<RegionHead*>(memory)), host_(host) {}

const HashKey& EntityRegion::hash_key() const { return head_->key; }

WindowSum EntityRegion::Add(const EntityKey& key, const WindowAdd& add, int64_t now_us) {
  const WindowPlace at = PlaceInWindow(add.window_us, now_us);
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* record =
      add.weight == 0 ? bucket.Find(RecordKind::kWindow) : bucket.FindOrMake(RecordKind::kWindow);
  if (record == nullptr) return {StoreStatus::kOk, true, 0, 0, at.window};
  auto payload = LockedBucket::Read<WindowPayload>(*record);
  Advance(payload, at.window);
  const uint64_t sum = uint64_t{SumOf(payload, at)} + add.weight;
  WindowSum result;
  result.added = sum <= add.ceiling;
  if (result.added) {
    payload.current = static_cast<uint32_t>(
        std::min<uint64_t>(uint64_t{payload.current} + add.weight, UINT32_MAX));
  }
  result.sum = SumOf(payload, at);
  result.current = payload.current;
  result.window = payload.window;
  bucket.Write(record, payload, WindowEnds(add.window_us, payload.window));
  return result;
}

StoreStatus EntityRegion::Undo(const EntityKey& key, const WindowSum& added, uint32_t weight) {
  LockedBucket bucket(head_, host_, key, 0);
  StoredRecord* const record = bucket.Find(RecordKind::kWindow);
  if (record == nullptr) return StoreStatus::kOk;
  auto payload = LockedBucket::Read<WindowPayload>(*record);
  rasp::Undo(payload, added.window, weight);
  bucket.Write(record, payload, record->expires_s);
  return StoreStatus::kOk;
}

DistinctCount EntityRegion::AddDistinct(const EntityKey& key, const DistinctAdd& add,
                                        int64_t now_us) {
  const WindowPlace at = PlaceInWindow(add.window_us, now_us);
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.FindOrMake(RecordKind::kDistinct);
  auto payload = LockedBucket::Read<DistinctPayload>(*record);
  Advance(payload, at.window);
  const unsigned shift = std::min<unsigned>(add.sample_shift, 16);
  // The low bits choose the sample, the high ones the bit: they are independent.
  const bool sampled = (add.element & ((uint64_t{1} << shift) - 1)) == 0;
  DistinctCount result;
  if (sampled) {
    DistinctPayload with = payload;
    result.is_new = AddElement(with, add.element);
    const double grown = EstimateOf(with, at) * static_cast<double>(1u << shift);
    result.added = !result.is_new || std::lround(grown) <= int64_t{add.ceiling};
    if (result.added) payload = with;
  }
  const double estimate = EstimateOf(payload, at) * static_cast<double>(1u << shift);
  result.estimate = static_cast<uint32_t>(std::lround(estimate));
  bucket.Write(record, payload, WindowEnds(add.window_us, payload.window));
  return result;
}

ClaimResult EntityRegion::TryClaim(const EntityKey& key, const Claim& claim, int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* record = bucket.Find(RecordKind::kClaim);
  if (record != nullptr) {
    const ClaimPayload there = Unpack(LockedBucket::Read<PackedClaim>(*record));
    bucket.Touch(record, record->expires_s);
    if (claim.fingerprint != 0 && there.fingerprint != claim.fingerprint)
      return {StoreStatus::kOk, ClaimState::kMismatch};
    return {StoreStatus::kOk, there.done != 0 ? ClaimState::kDone : ClaimState::kBusy};
  }
  record = bucket.FindOrMake(RecordKind::kClaim);
  ClaimPayload mine;
  mine.fingerprint = claim.fingerprint;
  mine.holder = claim.holder & 0xffffff;
  const int64_t busy_us = std::min(claim.busy_us, claim.ttl_us);
  bucket.Write(record, Pack(mine), EndSecondsOf(After(now_us, busy_us)));
  return {StoreStatus::kOk, ClaimState::kClaimed};
}

StoreStatus EntityRegion::SettleClaim(const EntityKey& key, const Claim& claim, bool done,
                                      int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* record = bucket.Find(RecordKind::kClaim);
  if (record == nullptr) {
    if (!done) return StoreStatus::kOk;
    record = bucket.FindOrMake(RecordKind::kClaim);  // it took longer than busy_us
  } else {
    const ClaimPayload there = Unpack(LockedBucket::Read<PackedClaim>(*record));
    if (there.done != 0 || there.holder != (claim.holder & 0xffffff)) return StoreStatus::kOk;
    if (!done) {
      bucket.Drop(record);
      return StoreStatus::kOk;
    }
  }
  ClaimPayload mine;
  mine.fingerprint = claim.fingerprint;
  mine.holder = claim.holder & 0xffffff;
  mine.done = 1;
  bucket.Write(record, Pack(mine), EndSecondsOf(After(now_us, claim.ttl_us)));
  return StoreStatus::kOk;
}

Lease EntityRegion::Acquire(const EntityKey& key, const LeaseWish& wish, int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.FindOrMake(RecordKind::kLeases);
  auto payload = LockedBucket::Read<LeasesPayload>(*record);
  const uint32_t end_s = std::max(EndSecondsOf(After(now_us, wish.ttl_us)), bucket.now_s() + 1);
  uint32_t taken = 0;
  uint32_t place = kMostLeases;
  uint32_t last_end = end_s;
  for (uint32_t i = 0; i < kMostLeases; ++i) {
    if (payload.ends_s[i] > bucket.now_s()) {
      ++taken;
      last_end = std::max(last_end, payload.ends_s[i]);
    } else {
      payload.ends_s[i] = 0;
      place = std::min(place, i);
    }
  }
  Lease lease;
  if (taken < std::min(wish.limit, kMostLeases) && place < kMostLeases) {
    payload.ends_s[place] = end_s;
    lease.id = place + 1;
  }
  bucket.Write(record, payload, last_end);
  return lease;
}

StoreStatus EntityRegion::Return(const EntityKey& key, uint32_t lease, int64_t now_us) {
  if (lease == 0 || lease > kMostLeases) return StoreStatus::kOk;
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.Find(RecordKind::kLeases);
  if (record == nullptr) return StoreStatus::kOk;
  auto payload = LockedBucket::Read<LeasesPayload>(*record);
  payload.ends_s[lease - 1] = 0;
  const bool any = std::any_of(payload.ends_s.begin(), payload.ends_s.end(),
                               [&](uint32_t end) { return end > bucket.now_s(); });
  if (any) {
    bucket.Write(record, payload, record->expires_s);
  } else {
    bucket.Drop(record);
  }
  return StoreStatus::kOk;
}

Steps EntityRegion::PushStep(const EntityKey& key, const Step* step, int64_t ttl_us,
                             int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record =
      step == nullptr ? bucket.Find(RecordKind::kSteps) : bucket.FindOrMake(RecordKind::kSteps);
  Steps steps;
  if (record == nullptr) return steps;
  auto payload = LockedBucket::Read<StepsPayload>(*record);
  Unpack(payload, now_us, steps);
  if (step == nullptr) {
    bucket.Touch(record, record->expires_s);
    return steps;
  }
  Push(payload, *step);
  bucket.Write(record, payload, std::max(record->expires_s, EndSecondsOf(After(now_us, ttl_us))));
  return steps;
}

StoreStatus EntityRegion::SetLabel(const EntityKey& key, uint64_t value, int64_t expires_us,
                                   int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.FindOrMake(RecordKind::kLabel);
  LabelPayload payload;
  std::memcpy(payload.value, &value, sizeof(value));
  bucket.Write(record, payload, EndSecondsOf(expires_us));
  return StoreStatus::kOk;
}

Label EntityRegion::GetLabel(const EntityKey& key, int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.Find(RecordKind::kLabel);
  Label label;
  if (record == nullptr) return label;
  const auto payload = LockedBucket::Read<LabelPayload>(*record);
  bucket.Touch(record, record->expires_s);
  label.present = true;
  std::memcpy(&label.value, payload.value, sizeof(label.value));
  label.expires_us = int64_t{record->expires_s} * 1'000'000;
  return label;
}

Memo EntityRegion::Exchange(const EntityKey& key, const Memo& memo, int64_t ttl_us,
                            int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* record = bucket.Find(RecordKind::kMemo);
  Memo before;
  before.present = record != nullptr;
  if (record == nullptr) record = bucket.FindOrMake(RecordKind::kMemo);
  auto payload = LockedBucket::Read<MemoPayload>(*record);
  if (before.present) {
    before.first_us = int64_t{payload.first_s} * 1'000'000;
    before.last_us = int64_t{payload.last_s} * 1'000'000;
    before.network = payload.network;
    before.agent = payload.agent;
    before.latitude = payload.latitude;
    before.longitude = payload.longitude;
  } else {
    payload.first_s = bucket.now_s();
    payload.latitude = payload.longitude = Memo::kNoPlace;
  }
  const bool only_reads = memo.network == 0 && memo.agent == 0 && memo.latitude == Memo::kNoPlace;
  if (!only_reads || !before.present) payload.last_s = bucket.now_s();
  if (memo.network != 0) payload.network = memo.network;
  if (memo.agent != 0) payload.agent = memo.agent;
  if (memo.latitude != Memo::kNoPlace) {
    payload.latitude = memo.latitude;
    payload.longitude = memo.longitude;
  }
  bucket.Write(record, payload, EndSecondsOf(After(now_us, ttl_us)));
  return before;
}

StoreStatus EntityRegion::AddServed(const EntityKey& key, std::span<const uint64_t> hashes,
                                    int64_t ttl_us, int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.FindOrMake(RecordKind::kServed);
  auto payload = LockedBucket::Read<ServedPayload>(*record);
  for (const uint64_t hash : hashes) AddIdentifier(payload, hash);
  bucket.Write(record, payload, EndSecondsOf(After(now_us, ttl_us)));
  return StoreStatus::kOk;
}

StoreStatus EntityRegion::WasServed(const EntityKey& key, uint64_t hash, int64_t now_us,
                                    bool* known, bool* served) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.Find(RecordKind::kServed);
  *known = record != nullptr;
  *served = false;
  if (record == nullptr) return StoreStatus::kOk;
  *served = HasIdentifier(LockedBucket::Read<ServedPayload>(*record), hash);
  bucket.Touch(record, record->expires_s);
  return StoreStatus::kOk;
}

StoreStatus EntityRegion::Forget(const EntityKey& key, RecordKind kind, int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.Find(kind);
  if (record != nullptr) bucket.Drop(record);
  return StoreStatus::kOk;
}

EntityStats EntityRegion::stats() const {
  const auto read = [](const std::atomic<uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  EntityStats stats;
  stats.records = read(head_->records);
  stats.units = read(head_->units);
  stats.capacity = uint64_t{head_->buckets} * kBucketUnits;
  stats.evicted = read(head_->evicted);
  stats.corrupt = read(head_->corrupt);
  stats.taken_over = read(head_->taken_over);
  return stats;
}

StoreStatus EntityRegion::ImportWindow(const EntityKey& key, int64_t window_us, uint32_t window,
                                       uint32_t current, uint32_t previous, int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.FindOrMake(RecordKind::kWindow);
  const WindowPayload payload{current, previous, window};
  bucket.Write(record, payload, WindowEnds(window_us, window));
  return StoreStatus::kOk;
}

bool EntityRegion::ExportDistinct(const EntityKey& key, uint32_t window, uint8_t* bits) const {
  LockedBucket bucket(head_, host_, key, 0);
  StoredRecord* const record = bucket.Find(RecordKind::kDistinct);
  if (record == nullptr) return false;
  const auto payload = LockedBucket::Read<DistinctPayload>(*record);
  if (payload.window != window) return false;
  std::copy(payload.current.begin(), payload.current.end(), bits);
  return true;
}

StoreStatus EntityRegion::ImportDistinct(const EntityKey& key, int64_t window_us, uint32_t window,
                                         const uint8_t* bits, int64_t now_us) {
  LockedBucket bucket(head_, host_, key, now_us);
  StoredRecord* const record = bucket.FindOrMake(RecordKind::kDistinct);
  auto payload = LockedBucket::Read<DistinctPayload>(*record);
  Advance(payload, window);
  auto* target = &payload.current;
  if (payload.window == uint64_t{window} + 1) target = &payload.previous;
  if (payload.window > uint64_t{window} + 1) target = nullptr;
  for (size_t i = 0; target != nullptr && i < kDistinctBytes; ++i)
    (*target)[i] = static_cast<uint8_t>((*target)[i] | bits[i]);
  bucket.Write(record, payload, WindowEnds(window_us, payload.window));
  return StoreStatus::kOk;
}

void EntityRegion::ForEach(Visitor& visitor) const {
  for (uint32_t i = 0; i < head_->buckets; ++i) {
    // The key that leads to the middle of that bucket's share of all keys.
    EntityKey into;
    into.low = static_cast<uint64_t>(
        ((static_cast<unsigned __int128>(i) << 64) + (uint64_t{1} << 63)) / head_->buckets);
    std::array<RecordView, kBucketUnits> views;
    size_t count = 0;
    {
      const LockedBucket locked(head_, host_, into, 0);
      const Bucket& bucket = *BucketOf(head_, into);
      for (size_t place = 0; place < kBucketUnits; ++place) {
        if (bucket.tags[place] <= kTagRest || !IsWhole(bucket, place)) continue;
        const StoredRecord& record = bucket.units[place];
        views[count++] = {{record.key, bucket.tags[place]},
                          static_cast<RecordKind>(record.kind),
                          int64_t{record.used_s} * 1'000'000,
                          int64_t{record.expires_s} * 1'000'000};
      }
    }
    for (size_t k = 0; k < count; ++k) visitor.Visit(views[k]);
  }
}

}  // namespace rasp
