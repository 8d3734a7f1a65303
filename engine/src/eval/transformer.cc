// SPDX-License-Identifier: Apache-2.0
#include "eval/transformer.h"

#include "core/capped_memory.h"

namespace rasp {

void Transformer::SetPath(const CompiledRules& rules, uint32_t node) {
  rules_ = &rules;
  length_ = rules.transforms[node].depth;
  for (uint32_t i = length_; i > 0; --i) {
    path_[i - 1] = node;
    node = rules.transforms[node].parent;
  }
}

void Transformer::Step(const TransformNode& node, uint32_t index) {
  ByteBuffer& out = buffers_[spare_];
  out.clear();
  const bool changed = node.map != nullptr
                           ? node.step->apply_with_map(*node.map, current_.bytes, out)
                           : node.step->apply(current_.bytes, out);
  if (!changed) return;
  current_.bytes = out;
  current_.changed |= 1u << index;
  current_.stable = false;
  spare_ ^= 1;
}

void Transformer::Begin(const CompiledRules& rules, uint32_t node, std::string_view value) {
  SetPath(rules, node);
  position_ = 0;
  current_ = {value, 0, false};
}

bool Transformer::Next(bool& changed) {
  if (position_ == length_) return false;
  const uint32_t before = current_.changed;
  Step(rules_->transforms[path_[position_]], position_);
  changed = current_.changed != before;
  ++position_;
  return true;
}

Transformer::Entry* Transformer::SlotOf(uint32_t node, std::string_view value) {
  if (cache_.empty()) cache_.resize(kCacheEntries);
  uint64_t hash = reinterpret_cast<uintptr_t>(value.data()) * 0x9e3779b97f4a7c15u;
  hash ^= (value.size() * 0xff51afd7ed558ccdu) ^ (node * 0xc4ceb9fe1a85ec53u);
  hash ^= hash >> 32;
  return &cache_[hash & (kCacheEntries - 1)];
}

Transformed Transformer::Apply(const CompiledRules& rules, uint32_t node, std::string_view value,
                               bool value_is_stable) {
  current_ = {value, 0, value_is_stable};
  if (node == 0) return current_;
  const bool cached = value_is_stable && value.size() <= kCachedValueBytes && !value.empty();
  SetPath(rules, node);
  uint32_t first = 0;
  for (uint32_t i = length_; cached && i > 0; --i) {
    const Entry& entry = *SlotOf(path_[i - 1], value);
    if (entry.node != path_[i - 1] || entry.data != value.data() || entry.size != value.size())
      continue;
    current_ = entry.result;
    first = i;
    break;
  }
  for (uint32_t i = first; i < length_; ++i) {
    const uint32_t before = current_.changed;
    Step(rules.transforms[path_[i]], i);
    if (!cached) continue;
    if (current_.changed != before && cached_bytes_ + current_.bytes.size() <= kCachedTotalBytes) {
      cached_bytes_ += current_.bytes.size();
      current_.bytes = CopyTo(*arena_, current_.bytes);
      current_.stable = true;
    }
    if (current_.stable)
      *SlotOf(path_[i], value) = {value.data(), value.size(), path_[i], current_};
  }
  return current_;
}

}  // namespace rasp
