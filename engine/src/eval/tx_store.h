// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

namespace rasp {

// SecLang's TX: variables that rules set for one transaction. Names are without regard to case. The
// captures TX:0 to TX:9 are not here.
class TxStore {
 public:
  struct Entry {
    uint32_t hash;
    std::string_view name;
    std::string_view value;
  };

  // Names and values are copied to `arena`, where they stay as they are until the transaction ends:
  // a view of a value that was overwritten still holds.
  TxStore(std::pmr::memory_resource* memory, std::pmr::memory_resource* arena)
      : arena_(arena), entries_(memory) {}

  void Set(std::string_view name, std::string_view value);
  void Erase(std::string_view name);
  // nullptr if it is not set.
  const std::string_view* Find(std::string_view name) const;
  const Entry* FindEntry(std::string_view name) const;
  const std::pmr::vector<Entry>& entries() const { return entries_; }

  // For rules that must leave no trace.
  std::pmr::vector<Entry> Save() const { return {entries_, entries_.get_allocator()}; }
  void Restore(std::pmr::vector<Entry>&& saved) noexcept { entries_.swap(saved); }

 private:
  std::pmr::memory_resource* arena_;
  std::pmr::vector<Entry> entries_;
};

}  // namespace rasp
