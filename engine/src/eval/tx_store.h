// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rasp {

// Named variables that rules set: SecLang's TX of one transaction, ENV, a record of a persistent
// collection. Names are without regard to case. The captures TX:0 to TX:9 are not here.
class TxStore {
 public:
  struct Entry {
    uint32_t hash;
    int32_t slot;  // -1: it has none
    std::string_view name;
    std::string_view value;
    int64_t number;  // LeadingInteger of the value, if it has a slot
  };

  struct SlotNames {
    std::span<const std::string> names;          // in lower case
    std::span<const uint32_t> hashes;            // HashIgnoringCase of them
    std::span<const int32_t> by_hash;            // slots, see CompiledRules::tx_slots_by_hash
    const std::vector<bool>* watched = nullptr;  // those whose changes are counted
  };

  // Names and values are copied to `arena`, where they stay as they are until the transaction ends:
  // a view of a value that was overwritten still holds. `names` are those that can be asked for by
  // their number.
  TxStore(std::pmr::memory_resource* memory, std::pmr::memory_resource* arena, SlotNames names)
      : arena_(arena), names_(names), entries_(memory), by_slot_(memory), slotless_(memory) {}
  TxStore(std::pmr::memory_resource* memory, std::pmr::memory_resource* arena)
      : TxStore(memory, arena, SlotNames()) {}

  void Set(std::string_view name, std::string_view value);
  // The same by number. `name` outlives the transaction; if `value_stays`, so does the value.
  void Set(int32_t slot, std::string_view name, std::string_view value, bool value_stays);
  void Erase(std::string_view name);
  void Reserve(size_t entries) { entries_.reserve(entries); }
  // nullptr if it is not set.
  const std::string_view* Find(std::string_view name) const;
  const Entry* FindEntry(std::string_view name) const;
  const Entry* FindSlot(int32_t slot) const {
    if (by_slot_.empty()) return nullptr;
    const int32_t at = by_slot_[static_cast<size_t>(slot)];
    return at < 0 ? nullptr : &entries_[static_cast<size_t>(at)];
  }
  // How often a variable that is watched may have changed.
  uint32_t changes() const { return changes_; }
  const std::pmr::vector<Entry>& entries() const { return entries_; }  // in the order of setting

  // For rules that must leave no trace.
  std::pmr::vector<Entry> Save() const { return {entries_, entries_.get_allocator()}; }
  void Restore(std::pmr::vector<Entry>&& saved) noexcept;

 private:
  int32_t SlotOf(uint32_t hash, std::string_view name) const;
  const Entry* Find(uint32_t hash, int32_t slot, std::string_view name) const;
  void Change(Entry& entry, std::string_view value, bool value_stays);
  void Add(Entry entry);
  void Number() noexcept;
  void Note(int32_t slot) {
    if (slot >= 0 && names_.watched != nullptr && (*names_.watched)[static_cast<size_t>(slot)])
      ++changes_;
  }

  std::pmr::memory_resource* arena_;
  SlotNames names_;
  uint32_t changes_ = 0;
  std::pmr::vector<Entry> entries_;
  std::pmr::vector<int32_t> by_slot_;  // indexes into entries_, -1: not set; empty: none is set yet
  std::pmr::vector<uint32_t> slotless_;  // indexes into entries_
};

}  // namespace rasp
