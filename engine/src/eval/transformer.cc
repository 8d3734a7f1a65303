// SPDX-License-Identifier: Apache-2.0
#include "eval/transformer.h"

namespace rasp {

void Transformer::Begin(const CompiledRules& rules, uint32_t node, std::string_view value) {
  length_ = rules.transforms[node].depth;
  for (uint32_t i = length_; i > 0; --i) {
    path_[i - 1] = &rules.transforms[node];
    node = path_[i - 1]->parent;
  }
  position_ = 0;
  current_ = {value, 0};
}

bool Transformer::Next(bool& changed) {
  if (position_ == length_) return false;
  const TransformNode& node = *path_[position_];
  ByteBuffer& out = buffers_[spare_];
  out.clear();
  changed = node.map != nullptr ? node.step->apply_with_map(*node.map, current_.bytes, out)
                                : node.step->apply(current_.bytes, out);
  if (changed) {
    current_.bytes = out;
    current_.changed |= 1u << position_;
    spare_ ^= 1;
  }
  ++position_;
  return true;
}

Transformed Transformer::Apply(const CompiledRules& rules, uint32_t node, std::string_view value) {
  if (node == 0) return {value, 0};
  Begin(rules, node, value);
  for (bool changed = false; Next(changed);) {
  }
  return current_;
}

}  // namespace rasp
