// SPDX-License-Identifier: Apache-2.0
#include "eval/tx_store.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "core/decimal.h"

namespace rasp {

int32_t TxStore::SlotOf(uint32_t hash, std::string_view name) const {
  if (names_.by_hash.empty()) return -1;
  const size_t mask = names_.by_hash.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const int32_t slot = names_.by_hash[at];
    if (slot < 0) return -1;
    const auto index = static_cast<size_t>(slot);
    if (names_.hashes[index] == hash && EqualsIgnoreCase(names_.names[index], name)) return slot;
  }
}

const TxStore::Entry* TxStore::Find(uint32_t hash, int32_t slot, std::string_view name) const {
  if (slot >= 0) return FindSlot(slot);
  const auto found = std::find_if(slotless_.begin(), slotless_.end(), [&](uint32_t index) {
    return entries_[index].hash == hash && EqualsIgnoreCase(entries_[index].name, name);
  });
  return found == slotless_.end() ? nullptr : &entries_[*found];
}

void TxStore::Add(Entry entry) {
  if (by_slot_.empty()) by_slot_.resize(names_.names.size(), -1);
  const size_t index = entries_.size();
  if (entry.slot < 0) slotless_.push_back(static_cast<uint32_t>(index));
  entries_.push_back(entry);
  if (entry.slot >= 0) by_slot_[static_cast<size_t>(entry.slot)] = static_cast<int32_t>(index);
}

void TxStore::Change(Entry& entry, std::string_view value, bool value_stays) {
  if (entry.value == value) return;
  Note(entry.slot);
  entry.value = value_stays ? value : CopyTo(*arena_, value);
  entry.number = LeadingInteger(value);
}

void TxStore::Set(std::string_view name, std::string_view value) {
  const uint32_t hash = HashIgnoringCase(name);
  const int32_t slot = SlotOf(hash, name);
  Entry* const known = const_cast<Entry*>(Find(hash, slot, name));
  if (known != nullptr) return Change(*known, value, false);
  Note(slot);
  Add({hash, slot, CopyTo(*arena_, name), CopyTo(*arena_, value), LeadingInteger(value)});
}

void TxStore::Set(int32_t slot, std::string_view name, std::string_view value, bool value_stays) {
  Entry* const known = const_cast<Entry*>(FindSlot(slot));
  if (known != nullptr) return Change(*known, value, value_stays);
  Note(slot);
  const std::string_view kept = value_stays ? value : CopyTo(*arena_, value);
  Add({names_.hashes[static_cast<size_t>(slot)], slot, name, kept, LeadingInteger(kept)});
}

void TxStore::Number() noexcept {
  std::fill(by_slot_.begin(), by_slot_.end(), -1);
  slotless_.clear();
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].slot >= 0) {
      by_slot_[static_cast<size_t>(entries_[i].slot)] = static_cast<int32_t>(i);
    } else {
      slotless_.push_back(static_cast<uint32_t>(i));
    }
  }
}

void TxStore::Erase(std::string_view name) {
  const Entry* const found = FindEntry(name);
  if (found == nullptr) return;
  Note(found->slot);
  entries_.erase(entries_.begin() + (found - entries_.data()));
  Number();
}

void TxStore::Restore(std::pmr::vector<Entry>&& saved) noexcept {
  entries_.swap(saved);
  ++changes_;
  Number();
}

const TxStore::Entry* TxStore::FindEntry(std::string_view name) const {
  const uint32_t hash = HashIgnoringCase(name);
  return Find(hash, SlotOf(hash, name), name);
}

const std::string_view* TxStore::Find(std::string_view name) const {
  const Entry* const entry = FindEntry(name);
  return entry == nullptr ? nullptr : &entry->value;
}

}  // namespace rasp
