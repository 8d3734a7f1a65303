// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <functional>
#include <new>
#include <random>
#include <thread>

#include "rasp/entity_region.h"

namespace rasp {
namespace {

class OneProcess final : public RegionHost {
 public:
  uint32_t self() const override {
    const size_t id = std::hash<std::thread::id>{}(std::this_thread::get_id());
    // Addresses of threads' control blocks: what distinguishes them is above the low bits.
    return static_cast<uint32_t>(id >> 6 ^ id >> 38) | 1;
  }
  bool IsAlive(uint32_t) const override { return true; }
  void Yield() const override { std::this_thread::sleep_for(std::chrono::microseconds(20)); }
};

struct RegionMemory {
  explicit RegionMemory(size_t size)
      : bytes(std::max(size, EntityRegion::kLeastBytes)),
        at(::operator new (bytes, std::align_val_t{64})) {}
  RegionMemory(const RegionMemory&) = delete;
  RegionMemory& operator=(const RegionMemory&) = delete;
  ~RegionMemory() { ::operator delete (at, std::align_val_t{64}); }

  void* Formatted(const HashKey& key) {
    EntityRegion::Format(at, bytes, key);
    return at;
  }

  size_t bytes;
  void* at;
};

class OwnRegion final : private RegionMemory, public EntityRegion {
 public:
  OwnRegion(size_t size, const HashKey& key)
      : RegionMemory(size), EntityRegion(Formatted(key), bytes, SingleProcess()) {}
};

}  // namespace

const RegionHost& SingleProcess() {
  static const OneProcess kProcess;
  return kProcess;
}

std::unique_ptr<EntityRegion> MakeMemoryEntityRegion(size_t bytes, const HashKey& key) {
  return std::make_unique<OwnRegion>(bytes, key);
}

std::unique_ptr<EntityRegion> MakeMemoryEntityRegion(size_t bytes) {
  std::random_device random;
  HashKey key;
  for (uint8_t& byte : key) byte = static_cast<uint8_t>(random());
  return MakeMemoryEntityRegion(bytes, key);
}

}  // namespace rasp
