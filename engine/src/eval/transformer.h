// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "core/byte_buffer.h"
#include "rule/compiled_rules.h"

namespace rasp {

struct Transformed {
  std::string_view bytes;  // until the next value is begun, if a step has changed it
  uint32_t changed = 0;    // bit i: step i of the chain changed the value
};

// Runs chains of transformations over values, in two buffers that are kept between calls.
class Transformer {
 public:
  explicit Transformer(std::pmr::memory_resource* memory)
      : buffers_{ByteBuffer(memory), ByteBuffer(memory)} {}

  // The whole chain.
  Transformed Apply(const CompiledRules& rules, uint32_t node, std::string_view value);

  // Steps one by one, for multiMatch: Begin, then Next until it returns false. Next says in
  // `changed` whether the step changed the value.
  void Begin(const CompiledRules& rules, uint32_t node, std::string_view value);
  bool Next(bool& changed);
  const Transformed& current() const { return current_; }

 private:
  std::array<ByteBuffer, 2> buffers_;
  std::array<const TransformNode*, kMaxTransforms> path_{};  // first step first
  uint32_t length_ = 0;
  uint32_t position_ = 0;
  unsigned spare_ = 0;  // the buffer that `current_` is not in
  Transformed current_;
};

}  // namespace rasp
