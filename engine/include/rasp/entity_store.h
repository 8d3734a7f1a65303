// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rasp {

// What business-logic rules remember of users, addresses, sessions and numbers used once. A record
// is found by a keyed hash of what it is about: no name or address is ever kept. Every operation
// changes one record and is atomic among all that share the store. Times are Unix microseconds,
// given by the caller: a store reads no clock. A clock that steps back loses nothing but precision.

// SipHash-2-4-128 under the store's own key: those who do not know it can neither choose records
// that collide nor find out by trying whom a record is about.
struct EntityKey {
  uint64_t high = 0;
  uint64_t low = 0;

  bool operator==(const EntityKey&) const = default;
};
using HashKey = std::array<uint8_t, 16>;

// Of the parts with their lengths: ("ab", "c") is not ("a", "bc").
EntityKey HashParts(const HashKey& key, std::span<const std::string_view> parts);
// Of the text alone: SipHash-2-4-128 as its authors publish it.
EntityKey HashText(const HashKey& key, std::string_view text);

enum class StoreStatus : uint8_t {
  kOk,
  kUnavailable,  // nothing was read or changed: the rule's own choice holds
  kPending,      // Claim alone: the answer comes from elsewhere, by Transaction::Resume
};

// ---- count: a weighted sum over a sliding window: this window and what is left of the one before

struct WindowAdd {
  int64_t window_us = 0;  // 1 s and more
  uint32_t weight = 1;
  uint32_t ceiling = UINT32_MAX;  // the sum must not exceed it: else nothing is added
};
struct WindowSum {
  StoreStatus status = StoreStatus::kOk;
  bool added = false;
  uint32_t sum = 0;      // with `weight` if it was added
  uint32_t current = 0;  // of `sum`: what this window itself holds
  uint32_t window = 0;   // its number, for Undo
};

// ---- distinct: how many different elements a sliding window has seen, within about 6 %

struct DistinctAdd {
  int64_t window_us = 0;
  uint64_t element = 0;  // its hash (EntityKey::low)
  // One in 2^shift elements is looked at: for limits above kDistinctReach.
  uint8_t sample_shift = 0;
  uint32_t ceiling = UINT32_MAX;  // a new element beyond so many is not added
};
inline constexpr uint32_t kDistinctReach = 250;
struct DistinctCount {
  StoreStatus status = StoreStatus::kOk;
  uint32_t estimate = 0;
  bool is_new = false;  // the element was not there
  bool added = true;    // it is there now
};

// ---- once: a nonce is claimed by the first, then settled with the outcome or released

struct Claim {
  uint64_t fingerprint = 0;      // of what the nonce stands for (the body); 0: not compared
  int64_t ttl_us = 0;            // how long a used nonce is remembered
  int64_t busy_us = 60'000'000;  // how long one is claimed whose holder never comes back
  uint32_t holder = 0;           // who claims it, 24 bits: only the same may settle
};
enum class ClaimState : uint8_t {
  kClaimed,   // by this request
  kBusy,      // by another, which still runs
  kDone,      // by another, which has ended
  kMismatch,  // by another, for something else
};
struct ClaimResult {
  StoreStatus status = StoreStatus::kOk;
  ClaimState state = ClaimState::kClaimed;
};

// ---- in_flight: leases that end by themselves should their holder die

inline constexpr uint32_t kMostLeases = 27;  // of one key
struct LeaseWish {
  uint32_t limit = 1;
  int64_t ttl_us = 0;
};
struct Lease {
  StoreStatus status = StoreStatus::kOk;
  uint32_t id = 0;  // 0: refused, all are taken
};

// ---- flow: the last operations of one session

struct Step {
  uint16_t operation = 0;  // what a model calls it by: a hash of its name, never 0
  bool succeeded = false;  // its response said so
  int64_t time_us = 0;     // a millisecond is kept
};
inline constexpr size_t kKeptSteps = 12;
struct Steps {
  StoreStatus status = StoreStatus::kOk;
  uint32_t count = 0;
  std::array<Step, kKeptSteps> step;  // the latest first
};

// ---- memo: a label, or what was last seen of an entity

struct Label {
  StoreStatus status = StoreStatus::kOk;
  bool present = false;
  uint64_t value = 0;
  int64_t expires_us = 0;
};
struct Memo {
  StoreStatus status = StoreStatus::kOk;
  bool present = false;  // of what Exchange returns: there was one
  int64_t first_us = 0;  // kept by Exchange from the first on
  int64_t last_us = 0;
  uint64_t network = 0;  // hashes; 0: not known
  uint64_t agent = 0;
  int16_t latitude = kNoPlace;  // hundredths of a degree
  int16_t longitude = kNoPlace;
  static constexpr int16_t kNoPlace = INT16_MIN;
};

// ---- served: a Bloom filter of the identifiers that responses gave out (two halves, which take
// turns when one holds kServedHalf): the last kServedHalf of them are known, and in up to 5 of 100
// cases one that never was

inline constexpr uint32_t kServedHalf = 48;

struct EntityStats {
  uint64_t records = 0;     // live or not yet overwritten
  uint64_t units = 0;       // of 32 bytes, that they occupy
  uint64_t capacity = 0;    // units
  uint64_t evicted = 0;     // live records that gave way to others since the store began
  uint64_t corrupt = 0;     // records dropped because a process died while it wrote them
  uint64_t taken_over = 0;  // locks whose holder was dead or stuck
};

enum class RecordKind : uint8_t {
  kNone,
  kWindow,
  kDistinct,
  kClaim,
  kLeases,
  kSteps,
  kLabel,
  kMemo,
  kServed
};
std::string_view RecordKindName(RecordKind kind);

class EntityStore {
 public:
  virtual ~EntityStore() = default;

  virtual const HashKey& hash_key() const = 0;

  virtual WindowSum Add(const EntityKey& key, const WindowAdd& add, int64_t now_us) = 0;
  // Takes back what an Add to that window has added, as far as the record still knows the window.
  virtual StoreStatus Undo(const EntityKey& key, const WindowSum& added, uint32_t weight) = 0;
  // The sum without adding: an Add of 0.
  WindowSum Sum(const EntityKey& key, int64_t window_us, int64_t now_us) {
    return Add(key, {window_us, 0, UINT32_MAX}, now_us);
  }

  virtual DistinctCount AddDistinct(const EntityKey& key, const DistinctAdd& add,
                                    int64_t now_us) = 0;

  // kPending: the host asks the store that all nodes share (Transaction::pending()).
  virtual ClaimResult TryClaim(const EntityKey& key, const Claim& claim, int64_t now_us) = 0;
  // The claimed nonce is used up (`done`), or free again.
  virtual StoreStatus SettleClaim(const EntityKey& key, const Claim& claim, bool done,
                                  int64_t now_us) = 0;

  virtual Lease Acquire(const EntityKey& key, const LeaseWish& wish, int64_t now_us) = 0;
  virtual StoreStatus Return(const EntityKey& key, uint32_t lease, int64_t now_us) = 0;

  // The steps before, and `step` in front of them from now on; `step` nullptr: they are only read.
  // A record lives `ttl_us` after its last step.
  virtual Steps PushStep(const EntityKey& key, const Step* step, int64_t ttl_us,
                         int64_t now_us) = 0;

  virtual StoreStatus SetLabel(const EntityKey& key, uint64_t value, int64_t expires_us,
                               int64_t now_us) = 0;
  virtual Label GetLabel(const EntityKey& key, int64_t now_us) = 0;
  // What was there, and `memo` from now on, as far as it says something: one that says nothing only
  // reads, or begins the record.
  virtual Memo Exchange(const EntityKey& key, const Memo& memo, int64_t ttl_us, int64_t now_us) = 0;

  virtual StoreStatus AddServed(const EntityKey& key, std::span<const uint64_t> hashes,
                                int64_t ttl_us, int64_t now_us) = 0;
  // kOk and `*known`: whether there is a record at all; `*served`: whether the hash is in it.
  virtual StoreStatus WasServed(const EntityKey& key, uint64_t hash, int64_t now_us, bool* known,
                                bool* served) = 0;

  // The record of that kind is gone.
  virtual StoreStatus Forget(const EntityKey& key, RecordKind kind, int64_t now_us) = 0;

  virtual EntityStats stats() const = 0;
};

}  // namespace rasp
