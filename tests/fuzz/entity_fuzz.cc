// SPDX-License-Identifier: Apache-2.0
// Any bytes as a region's buckets, then any operations on it: each ends, stays within the region
// (AddressSanitizer sees it), and what was just written is read back.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "entity/layout.h"
#include "rasp/entity_region.h"

namespace {

constexpr size_t kBytes = rasp::EntityRegion::kLeastBytes;
constexpr rasp::HashKey kKey = {7};

void Require(bool holds) {
  if (!holds) std::abort();
}

class Host final : public rasp::RegionHost {
 public:
  uint32_t self() const override { return 7; }
  bool IsAlive(uint32_t thread) const override { return thread % 2 == 0; }
  void Yield() const override {}
};

class Nothing final : public rasp::EntityRegion::Visitor {
 public:
  void Visit(const rasp::EntityRegion::RecordView& record) override {
    Require(!rasp::RecordKindName(record.kind).empty());
  }
};

void Operate(rasp::EntityRegion& region, uint8_t operation, uint8_t name, int64_t now) {
  const char byte = static_cast<char>(name % 4);
  const rasp::EntityKey key = rasp::HashText(kKey, {&byte, 1});
  constexpr int64_t kMinute = 60'000'000;
  switch (operation % 10) {
    case 0:
      Require(region.Add(key, {kMinute, 3, UINT32_MAX}, now).sum >= 3);
      break;
    case 1:
      region.AddDistinct(key, {kMinute, key.low * 3, 0}, now);
      Require(!region.AddDistinct(key, {kMinute, key.low * 3, 0}, now).is_new);
      break;
    case 2: {
      const rasp::Claim claim{1, kMinute, kMinute, 1};
      region.TryClaim(key, claim, now);
      Require(region.TryClaim(key, claim, now).state != rasp::ClaimState::kClaimed);
      break;
    }
    case 3:
      region.SettleClaim(key, {1, kMinute, kMinute, 1}, name % 2 == 0, now);
      break;
    case 4:
      region.Return(key, region.Acquire(key, {3, kMinute}, now).id, now);
      break;
    case 5: {
      const rasp::Step step{9, true, now};
      region.PushStep(key, &step, kMinute, now);
      const rasp::Steps steps = region.PushStep(key, nullptr, kMinute, now);
      Require(steps.count >= 1 && steps.count <= rasp::kKeptSteps && steps.step[0].operation == 9);
      break;
    }
    case 6:
      region.SetLabel(key, name, now + kMinute, now);
      Require(region.GetLabel(key, now).value == name);
      break;
    case 7:
      region.Exchange(key, {}, kMinute, now);
      Require(region.Exchange(key, {}, kMinute, now).present);
      break;
    case 8: {
      const uint64_t hash = key.low * 5;
      bool known = false;
      bool served = false;
      region.AddServed(key, {&hash, 1}, kMinute, now);
      region.WasServed(key, hash, now, &known, &served);
      Require(known && served);
      break;
    }
    default:
      region.Forget(key, rasp::RecordKind::kLabel, now);
      Require(!region.GetLabel(key, now).present);
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static std::vector<uint64_t> memory(kBytes / 8);
  auto* const bytes = reinterpret_cast<uint8_t*>(memory.data());
  rasp::EntityRegion::Format(bytes, kBytes, kKey);
  const size_t operations = std::min<size_t>(size / 2, 64);
  // The buckets of the keys that operations use get the rest, over and over.
  const uint8_t* const rest = data + operations * 2;
  const size_t left = size - operations * 2;
  for (char name = 0; name < 4 && left > 0; ++name) {
    const rasp::EntityKey key = rasp::HashText(kKey, {&name, 1});
    auto* const bucket =
        reinterpret_cast<uint8_t*>(rasp::BucketOf(reinterpret_cast<rasp::RegionHead*>(bytes), key));
    for (size_t i = 0; i < rasp::kBucketBytes; ++i) bucket[i] = rest[i % left];
  }
  const Host host;
  rasp::EntityRegion region(bytes, kBytes, host);
  int64_t now = 1'700'000'000'000'000;
  for (size_t i = 0; i < operations; ++i) {
    now += 1000 * data[2 * i + 1];
    Operate(region, data[2 * i], data[2 * i + 1], now);
  }
  Nothing nothing;
  region.ForEach(nothing);
  return 0;
}
