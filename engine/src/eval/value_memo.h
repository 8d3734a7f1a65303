// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace rasp {

// What came out of looking at a short value. Browsers send the same header fields with every
// request, and applications the same names; which tests a value passes is a matter of its bytes
// alone. The bytes themselves are compared, so that no value can pass for another.
class ValueMemo {
 public:
  struct Key {
    uint32_t root = 0;   // of the plan: which tests there are
    uint64_t scope = 0;  // which of them were run
    std::string_view value;
  };
  static constexpr size_t kMaxBytes = 160;
  static constexpr size_t kMaxPassed = 4;

  // The tests that the value passes; data() == nullptr: not known. Holds until the next call.
  std::span<const uint32_t> Find(const Key& key) const;
  // Not kept if the value or the list is too long, nor the first time: most values never come
  // again, and would take the places of those that do.
  void Keep(const Key& key, std::span<const uint32_t> passed);

 private:
  struct Entry {
    bool Is(const Key& key) const;

    uint64_t scope = 0;
    uint32_t root = 0;
    uint16_t size = 0;
    uint16_t passed_count = 0;
    std::array<uint32_t, kMaxPassed> passed{};
    std::array<char, kMaxBytes> bytes;
    bool used = false;
  };
  static constexpr unsigned kEntryBits = 12;  // each in its place or the one beside it
  static constexpr unsigned kSeenBits = 14;

  static uint64_t HashOf(const Key& key);

  std::vector<Entry> entries_;  // empty until first kept
  std::vector<uint16_t> seen_;  // by hash: more of the hash of a value that was seen
};

}  // namespace rasp
