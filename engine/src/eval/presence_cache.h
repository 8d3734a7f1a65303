// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "match/presence.h"

namespace rasp {

// Which bytes occur in the values of a transaction, found out once for each.
class PresenceCache {
 public:
  explicit PresenceCache(std::pmr::memory_resource* memory) : entries_(memory) {}

  // REQUIRES: the bytes stay where and as they are until the transaction ends. The result holds
  // until the next call.
  ByteKinds Of(std::string_view bytes) {
    if (entries_.empty()) entries_.resize(kEntries);
    uint64_t hash = reinterpret_cast<uintptr_t>(bytes.data()) * 0x9e3779b97f4a7c15u;
    hash ^= bytes.size() * 0xff51afd7ed558ccdu;
    Entry& entry = entries_[(hash ^ (hash >> 32)) & (kEntries - 1)];
    if (entry.data != bytes.data() || entry.size != bytes.size())
      entry = {bytes.data(), bytes.size(), KindsIn(bytes)};
    return entry.mask;
  }

 private:
  static constexpr size_t kEntries = 256;  // a power of two
  struct Entry {
    const char* data = nullptr;
    size_t size = 0;
    ByteKinds mask = 0;
  };
  std::pmr::vector<Entry> entries_;  // empty until first used; direct-mapped
};

}  // namespace rasp
