// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "rasp/entity_store.h"
#include "rasp/result.h"

namespace rasp {

struct RegionHead;  // engine/src/entity/layout.h

// What a region asks of whoever shares it between processes.
class RegionHost {
 public:
  virtual ~RegionHost() = default;
  virtual uint32_t self() const = 0;                // this thread of this process, never 0 (gettid)
  virtual bool IsAlive(uint32_t thread) const = 0;  // the system has such a thread
  virtual void Yield() const = 0;  // lets others run, for some tens of microseconds
};

// One process, many threads.
const RegionHost& SingleProcess();

// An EntityStore in a piece of memory that any number of threads and processes have mapped,
// wherever: it holds offsets, no pointers. Of 2 KiB buckets, each with a lock of its own that holds
// its owner's number; a record lives in one bucket, an operation takes one lock, for less than a
// microsecond. Nobody waits long: a lock whose owner is dead is taken over at once, one whose owner
// is stuck after some 500 calls of RegionHost::Yield. Records carry checksums: what a process was
// writing when it died is dropped, and nothing else. A full bucket gives up its dead records, then
// those used longest ago.
class EntityRegion : public EntityStore {
 public:
  static constexpr size_t kLeastBytes = 64 << 10;

  // Lays out `memory` anew. REQUIRES: bytes >= kLeastBytes, memory aligned to 64.
  static void Format(void* memory, size_t bytes, const HashKey& key);
  // Whether `memory` is a region of this layout and of this size, so that Attach may follow instead
  // of Format (a reload).
  static bool IsFormatted(const void* memory, size_t bytes);
  // REQUIRES: IsFormatted(). `memory` and `host` outlive the region; nothing is allocated.
  EntityRegion(void* memory, size_t bytes, const RegionHost& host);

  const HashKey& hash_key() const override;
  WindowSum Add(const EntityKey& key, const WindowAdd& add, int64_t now_us) override;
  StoreStatus Undo(const EntityKey& key, const WindowSum& added, uint32_t weight) override;
  DistinctCount AddDistinct(const EntityKey& key, const DistinctAdd& add, int64_t now_us) override;
  ClaimResult TryClaim(const EntityKey& key, const Claim& claim, int64_t now_us) override;
  StoreStatus SettleClaim(const EntityKey& key, const Claim& claim, bool done,
                          int64_t now_us) override;
  Lease Acquire(const EntityKey& key, const LeaseWish& wish, int64_t now_us) override;
  StoreStatus Return(const EntityKey& key, uint32_t lease, int64_t now_us) override;
  Steps PushStep(const EntityKey& key, const Step* step, int64_t ttl_us, int64_t now_us) override;
  StoreStatus SetLabel(const EntityKey& key, uint64_t value, int64_t expires_us,
                       int64_t now_us) override;
  Label GetLabel(const EntityKey& key, int64_t now_us) override;
  Memo Exchange(const EntityKey& key, const Memo& memo, int64_t ttl_us, int64_t now_us) override;
  StoreStatus AddServed(const EntityKey& key, std::span<const uint64_t> hashes, int64_t ttl_us,
                        int64_t now_us) override;
  StoreStatus WasServed(const EntityKey& key, uint64_t hash, int64_t now_us, bool* known,
                        bool* served) override;
  StoreStatus Forget(const EntityKey& key, RecordKind kind, int64_t now_us) override;
  EntityStats stats() const override;

  // What other nodes have: for a store that mirrors theirs into this one (see Mirrored() below).

  // Replaces what is known of the others' sums in window number `window` and the one before.
  StoreStatus ImportWindow(const EntityKey& key, int64_t window_us, uint32_t window,
                           uint32_t current, uint32_t previous, int64_t now_us);
  // The bits of a distinct count's window, kDistinctBytes of them; false: there is none.
  static constexpr size_t kDistinctBytes = 20;
  bool ExportDistinct(const EntityKey& key, uint32_t window, uint8_t* bits) const;
  // Adds (ORs) the others' bits.
  StoreStatus ImportDistinct(const EntityKey& key, int64_t window_us, uint32_t window,
                             const uint8_t* bits, int64_t now_us);

  // Every record that is not broken, bucket by bucket; the view holds during the call.
  struct RecordView {
    EntityKey key;  // `high` whole; of `low` what the record keeps
    RecordKind kind = RecordKind::kNone;
    int64_t used_us = 0;
    int64_t expires_us = 0;
  };
  class Visitor {
   public:
    virtual ~Visitor() = default;
    virtual void Visit(const RecordView& record) = 0;
  };
  void ForEach(Visitor& visitor) const;

 private:
  RegionHead* head_;
  const RegionHost& host_;
};

// The key under which a node keeps the others' part of what `key` counts.
EntityKey Mirrored(const EntityKey& key);

// A region in this process's own memory, with a random key: for tests and tools.
std::unique_ptr<EntityRegion> MakeMemoryEntityRegion(size_t bytes = 16 << 20);
// The same with a given key, so that runs repeat.
std::unique_ptr<EntityRegion> MakeMemoryEntityRegion(size_t bytes, const HashKey& key);

}  // namespace rasp
