// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "entity/layout.h"
#include "rasp/entity_region.h"

// What each kind of record holds, and how it changes. Total functions: any bytes are a payload.
namespace rasp {

// ---- count

struct WindowPayload {
  uint32_t current = 0;
  uint32_t previous = 0;
  uint32_t window = 0;  // its number: time / length
};
static_assert(sizeof(WindowPayload) <= PayloadBytes(1));

struct WindowPlace {
  uint32_t window = 0;
  double left = 0;  // share of the previous window that still counts
};
WindowPlace PlaceInWindow(int64_t window_us, int64_t now_us);
// Moves the record on to that window. A clock that steps back moves nothing.
void Advance(WindowPayload& record, uint32_t window);
// This window and what is left of the one before, rounded up.
uint32_t SumOf(const WindowPayload& record, const WindowPlace& at);
void Undo(WindowPayload& record, uint32_t window, uint32_t weight);

// ---- distinct

inline constexpr size_t kDistinctBits = EntityRegion::kDistinctBytes * 8;
struct DistinctPayload {
  uint32_t window = 0;
  std::array<uint8_t, EntityRegion::kDistinctBytes> current{};
  std::array<uint8_t, EntityRegion::kDistinctBytes> previous{};
};
static_assert(sizeof(DistinctPayload) <= PayloadBytes(2));
void Advance(DistinctPayload& record, uint32_t window);
// False: it was there, in this window or the one before.
bool AddElement(DistinctPayload& record, uint64_t element);
// Elements of this window and, by the share that is left, of the one before that are not in both.
double EstimateOf(const DistinctPayload& record, const WindowPlace& at);

// ---- once

struct ClaimPayload {
  uint64_t fingerprint = 0;
  uint32_t holder : 24 = 0;
  uint32_t done : 8 = 0;
};
struct PackedClaim {
  uint8_t bytes[12] = {};
};
PackedClaim Pack(const ClaimPayload& claim);
ClaimPayload Unpack(const PackedClaim& packed);

// ---- in_flight

struct LeasesPayload {
  std::array<uint32_t, kMostLeases> ends_s{};  // 0: free
};
static_assert(sizeof(LeasesPayload) <= PayloadBytes(4));

// ---- flow

struct StepsPayload {
  uint32_t count = 0;
  struct Kept {
    uint16_t operation = 0;
    uint16_t succeeded = 0;
    uint32_t time_ms = 0;  // the low bits of Unix milliseconds
  };
  std::array<Kept, kKeptSteps> step{};  // the latest first
};
static_assert(sizeof(StepsPayload) <= PayloadBytes(4));
void Push(StepsPayload& record, const Step& step);
void Unpack(const StepsPayload& record, int64_t now_us, Steps& steps);

// ---- memo

struct LabelPayload {
  uint8_t value[8] = {};
};
struct MemoPayload {
  uint32_t first_s = 0;
  uint32_t last_s = 0;
  uint64_t network = 0;
  uint64_t agent = 0;
  int16_t latitude = Memo::kNoPlace;
  int16_t longitude = Memo::kNoPlace;
};
static_assert(sizeof(MemoPayload) <= PayloadBytes(2));

// ---- served

struct ServedPayload {
  uint32_t active = 0;  // the half that is being filled
  uint32_t filled = 0;  // identifiers in it
  std::array<std::array<uint8_t, 48>, 2> half{};
};
static_assert(sizeof(ServedPayload) <= PayloadBytes(4));
void AddIdentifier(ServedPayload& record, uint64_t hash);
bool HasIdentifier(const ServedPayload& record, uint64_t hash);

}  // namespace rasp
