// SPDX-License-Identifier: Apache-2.0
#include "entity/payloads.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace rasp {
namespace {

constexpr int kServedProbes = 5;

template <size_t N>
bool HasBit(const std::array<uint8_t, N>& bits, size_t index) {
  return ((bits[index / 8] >> (index % 8)) & 1) != 0;
}
template <size_t N>
void SetBit(std::array<uint8_t, N>& bits, size_t index) {
  bits[index / 8] = static_cast<uint8_t>(bits[index / 8] | 1u << (index % 8));
}

// Linear counting (Whang, Vander-Zanden and Taylor): how many elements leave so many bits empty.
double LinearCount(size_t set) {
  constexpr double kBits = kDistinctBits;
  const double empty = std::max<double>(kBits - static_cast<double>(set), 0.5);
  return -kBits * std::log(empty / kBits);
}

uint32_t Saturated(uint64_t sum) {
  return static_cast<uint32_t>(std::min<uint64_t>(sum, UINT32_MAX));
}

size_t ProbeOf(uint64_t hash, int i) {
  const uint64_t step = (hash >> 32) | 1;
  return static_cast<size_t>((hash + static_cast<uint64_t>(i) * step) % (48 * 8));
}

bool HasAll(const std::array<uint8_t, 48>& half, uint64_t hash) {
  for (int i = 0; i < kServedProbes; ++i) {
    if (!HasBit(half, ProbeOf(hash, i))) return false;
  }
  return true;
}

}  // namespace

WindowPlace PlaceInWindow(int64_t window_us, int64_t now_us) {
  window_us = std::max<int64_t>(window_us, 1'000'000);
  now_us = std::max<int64_t>(now_us, 0);
  const int64_t window = std::min<int64_t>(now_us / window_us, UINT32_MAX);
  const double gone = static_cast<double>(now_us % window_us) / static_cast<double>(window_us);
  return {static_cast<uint32_t>(window), 1.0 - gone};
}

void Advance(WindowPayload& record, uint32_t window) {
  if (window <= record.window) return;
  record.previous = window - record.window == 1 ? record.current : 0;
  record.current = 0;
  record.window = window;
}

uint32_t SumOf(const WindowPayload& record, const WindowPlace& at) {
  const double left = std::ceil(static_cast<double>(record.previous) * at.left);
  return Saturated(record.current + static_cast<uint64_t>(left));
}

void Undo(WindowPayload& record, uint32_t window, uint32_t weight) {
  if (record.window == window) {
    record.current -= std::min(record.current, weight);
  } else if (record.window == uint64_t{window} + 1) {
    record.previous -= std::min(record.previous, weight);
  }
}

void Advance(DistinctPayload& record, uint32_t window) {
  if (window <= record.window) return;
  if (window - record.window == 1) {
    record.previous = record.current;
  } else {
    record.previous.fill(0);
  }
  record.current.fill(0);
  record.window = window;
}

bool AddElement(DistinctPayload& record, uint64_t element) {
  const auto wide = static_cast<unsigned __int128>(element) * kDistinctBits;
  const auto bit = static_cast<size_t>(wide >> 64);
  const bool is_new = !HasBit(record.current, bit) && !HasBit(record.previous, bit);
  SetBit(record.current, bit);
  return is_new;
}

double EstimateOf(const DistinctPayload& record, const WindowPlace& at) {
  size_t current = 0;
  size_t either = 0;
  for (size_t i = 0; i < record.current.size(); ++i) {
    current += static_cast<size_t>(std::popcount(record.current[i]));
    either += static_cast<size_t>(
        std::popcount(static_cast<uint8_t>(record.current[i] | record.previous[i])));
  }
  const double now = LinearCount(current);
  return now + (LinearCount(either) - now) * at.left;
}

PackedClaim Pack(const ClaimPayload& claim) {
  PackedClaim packed;
  std::memcpy(packed.bytes, &claim.fingerprint, 8);
  const uint32_t rest = claim.holder | uint32_t{claim.done} << 24;
  std::memcpy(packed.bytes + 8, &rest, 4);
  return packed;
}

ClaimPayload Unpack(const PackedClaim& packed) {
  ClaimPayload claim;
  uint32_t rest = 0;
  std::memcpy(&claim.fingerprint, packed.bytes, 8);
  std::memcpy(&rest, packed.bytes + 8, 4);
  claim.holder = rest & 0xffffff;
  claim.done = rest >> 24;
  return claim;
}

void Push(StepsPayload& record, const Step& step) {
  std::copy_backward(record.step.begin(), record.step.end() - 1, record.step.end());
  record.step.front() = {step.operation, step.succeeded,
                         static_cast<uint32_t>(step.time_us / 1000)};
  record.count = std::min<uint32_t>(record.count, kKeptSteps - 1) + 1;
}

void Unpack(const StepsPayload& record, int64_t now_us, Steps& steps) {
  steps.count = std::min<uint32_t>(record.count, kKeptSteps);
  const int64_t now_ms = now_us / 1000;
  for (uint32_t i = 0; i < steps.count; ++i) {
    const StepsPayload::Kept& kept = record.step[i];
    const auto ago = static_cast<int32_t>(static_cast<uint32_t>(now_ms) - kept.time_ms);
    steps.step[i] = {kept.operation, kept.succeeded != 0, (now_ms - ago) * 1000};
  }
}

void AddIdentifier(ServedPayload& record, uint64_t hash) {
  record.active &= 1;
  if (HasAll(record.half[record.active], hash)) return;
  if (record.filled >= kServedHalf) {
    record.active ^= 1;
    record.half[record.active].fill(0);
    record.filled = 0;
  }
  for (int i = 0; i < kServedProbes; ++i) SetBit(record.half[record.active], ProbeOf(hash, i));
  ++record.filled;
}

bool HasIdentifier(const ServedPayload& record, uint64_t hash) {
  return HasAll(record.half[0], hash) || HasAll(record.half[1], hash);
}

}  // namespace rasp
