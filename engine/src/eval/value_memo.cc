// SPDX-License-Identifier: Apache-2.0
#include "eval/value_memo.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rasp {

uint64_t ValueMemo::HashOf(const Key& key) {
  uint64_t hash = key.scope ^ (uint64_t{key.root} << 32) ^ key.value.size();
  const char* at = key.value.data();
  size_t left = key.value.size();
  const auto mix = [&hash](uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  };
  for (; left >= 8; left -= 8, at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    mix(word);
  }
  uint64_t word = 0;
  if (left > 0) std::memcpy(&word, at, left);
  mix(word);
  return hash * 0xff51afd7ed558ccdu;
}

bool ValueMemo::Entry::Is(const Key& key) const {
  return used && root == key.root && scope == key.scope &&
         std::string_view(bytes.data(), size) == key.value;
}

std::span<const uint32_t> ValueMemo::Find(const Key& key) const {
  if (entries_.empty() || key.value.size() > kMaxBytes) return {};
  const size_t place = HashOf(key) >> (64 - kEntryBits);
  for (const size_t at : {place, place ^ 1}) {
    const Entry& entry = entries_[at];
    if (entry.Is(key)) return {entry.passed.data(), entry.passed_count};
  }
  return {};
}

void ValueMemo::Keep(const Key& key, std::span<const uint32_t> passed) {
  if (key.value.size() > kMaxBytes || passed.size() > kMaxPassed) return;
  if (entries_.empty()) {
    entries_.resize(size_t{1} << kEntryBits);
    seen_.resize(size_t{1} << kSeenBits);
  }
  const uint64_t hash = HashOf(key);
  const auto mark = static_cast<uint16_t>(hash >> 8 | 1);
  uint16_t& seen = seen_[hash >> (64 - kSeenBits)];
  if (std::exchange(seen, mark) != mark) return;
  // Of two that are in the way the one in the second place goes.
  const size_t place = hash >> (64 - kEntryBits);
  if (entries_[place].used) std::swap(entries_[place], entries_[place ^ 1]);
  Entry& entry = entries_[place];
  entry.used = true;
  entry.root = key.root;
  entry.scope = key.scope;
  entry.size = static_cast<uint16_t>(key.value.size());
  entry.passed_count = static_cast<uint16_t>(passed.size());
  std::copy(passed.begin(), passed.end(), entry.passed.begin());
  std::copy(key.value.begin(), key.value.end(), entry.bytes.begin());
}

}  // namespace rasp
