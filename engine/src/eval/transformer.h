// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"
#include "rule/compiled_rules.h"

namespace rasp {

struct Transformed {
  std::string_view bytes;
  uint32_t changed = 0;  // bit i: step i of the chain changed the value
  bool stable = false;   // `bytes` live as long as the transaction; false: until the next call
};

// Runs chains of transformations over values, in two buffers that are kept between calls. Remembers
// what each chain made of each small value: the rules of a ruleset share few distinct chains.
class Transformer {
 public:
  Transformer(std::pmr::memory_resource* memory, std::pmr::memory_resource* arena)
      : arena_(arena), buffers_{ByteBuffer(memory), ByteBuffer(memory)}, cache_(memory) {}

  // The whole chain. `value` lives as long as the transaction if `value_is_stable`.
  Transformed Apply(const CompiledRules& rules, uint32_t node, std::string_view value,
                    bool value_is_stable);

  // Steps one by one, for multiMatch: Begin, then Next until it returns false. Next says in
  // `changed` whether the step changed the value.
  void Begin(const CompiledRules& rules, uint32_t node, std::string_view value);
  bool Next(bool& changed);
  const Transformed& current() const { return current_; }

 private:
  struct Entry {
    const char* data = nullptr;
    size_t size = 0;
    uint32_t node = 0;
    Transformed result;
  };
  static constexpr size_t kCacheEntries = 1024;  // a power of two
  static constexpr size_t kCachedValueBytes = 1024;
  static constexpr size_t kCachedTotalBytes = 256 * 1024;

  Entry* SlotOf(uint32_t node, std::string_view value);
  void Step(const TransformNode& node, uint32_t index);
  void SetPath(const CompiledRules& rules, uint32_t node);

  std::pmr::memory_resource* arena_;
  std::array<ByteBuffer, 2> buffers_;
  std::pmr::vector<Entry> cache_;  // empty until first used; direct-mapped
  size_t cached_bytes_ = 0;

  std::array<uint32_t, kMaxTransforms> path_{};  // nodes, first step first
  const CompiledRules* rules_ = nullptr;
  uint32_t length_ = 0;
  uint32_t position_ = 0;
  unsigned spare_ = 0;  // the buffer that `current_` is not in
  Transformed current_;
};

}  // namespace rasp
