// SPDX-License-Identifier: Apache-2.0
#include "eval/tx_store.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "core/decimal.h"

namespace rasp {
namespace {

template <typename Entries>
auto Locate(Entries& entries, uint32_t hash, std::string_view name) {
  return std::find_if(entries.begin(), entries.end(), [&](const TxStore::Entry& entry) {
    return entry.hash == hash && EqualsIgnoreCase(entry.name, name);
  });
}

}  // namespace

int32_t TxStore::SlotOf(uint32_t hash, std::string_view name) const {
  for (size_t slot = 0; slot < names_.hashes.size(); ++slot) {
    if (names_.hashes[slot] == hash && EqualsIgnoreCase(names_.names[slot], name))
      return static_cast<int32_t>(slot);
  }
  return -1;
}

void TxStore::Add(Entry entry) {
  if (by_slot_.empty()) by_slot_.resize(names_.names.size(), -1);
  entries_.push_back(entry);
  if (entry.slot >= 0)
    by_slot_[static_cast<size_t>(entry.slot)] = static_cast<int32_t>(entries_.size() - 1);
}

void TxStore::Set(std::string_view name, std::string_view value) {
  const uint32_t hash = HashIgnoringCase(name);
  const auto found = Locate(entries_, hash, name);
  if (found != entries_.end()) {
    if (found->value == value) return;
    Note(found->slot);
    found->value = CopyTo(*arena_, value);
    found->number = LeadingInteger(value);
    return;
  }
  const int32_t slot = SlotOf(hash, name);
  Note(slot);
  Add({hash, slot, CopyTo(*arena_, name), CopyTo(*arena_, value), LeadingInteger(value)});
}

void TxStore::Set(int32_t slot, std::string_view name, std::string_view value, bool value_stays) {
  Entry* const known = const_cast<Entry*>(FindSlot(slot));
  if (known != nullptr && known->value == value) return;
  Note(slot);
  const std::string_view kept = value_stays ? value : CopyTo(*arena_, value);
  if (known != nullptr) {
    known->value = kept;
    known->number = LeadingInteger(kept);
  } else {
    Add({names_.hashes[static_cast<size_t>(slot)], slot, name, kept, LeadingInteger(kept)});
  }
}

void TxStore::Number() noexcept {
  std::fill(by_slot_.begin(), by_slot_.end(), -1);
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].slot >= 0)
      by_slot_[static_cast<size_t>(entries_[i].slot)] = static_cast<int32_t>(i);
  }
}

void TxStore::Erase(std::string_view name) {
  const auto found = Locate(entries_, HashIgnoringCase(name), name);
  if (found == entries_.end()) return;
  Note(found->slot);
  entries_.erase(found);
  Number();
}

void TxStore::Restore(std::pmr::vector<Entry>&& saved) noexcept {
  entries_.swap(saved);
  ++changes_;
  Number();
}

const TxStore::Entry* TxStore::FindEntry(std::string_view name) const {
  const auto found = Locate(entries_, HashIgnoringCase(name), name);
  return found == entries_.end() ? nullptr : &*found;
}

const std::string_view* TxStore::Find(std::string_view name) const {
  const Entry* const entry = FindEntry(name);
  return entry == nullptr ? nullptr : &entry->value;
}

}  // namespace rasp
