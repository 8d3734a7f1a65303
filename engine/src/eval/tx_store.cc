// SPDX-License-Identifier: Apache-2.0
#include "eval/tx_store.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/capped_memory.h"

namespace rasp {
namespace {

// FNV-1a of the lower-case name.
uint32_t HashOf(std::string_view name) {
  uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(ToLower(c))) * 16777619u;
  return hash;
}

template <typename Entries>
auto Locate(Entries& entries, uint32_t hash, std::string_view name) {
  return std::find_if(entries.begin(), entries.end(), [&](const TxStore::Entry& entry) {
    return entry.hash == hash && EqualsIgnoreCase(entry.name, name);
  });
}

}  // namespace

void TxStore::Set(std::string_view name, std::string_view value) {
  const uint32_t hash = HashOf(name);
  const auto found = Locate(entries_, hash, name);
  if (found != entries_.end()) {
    if (found->value != value) found->value = CopyTo(*arena_, value);
    return;
  }
  entries_.push_back({hash, CopyTo(*arena_, name), CopyTo(*arena_, value)});
}

void TxStore::Erase(std::string_view name) {
  const auto found = Locate(entries_, HashOf(name), name);
  if (found != entries_.end()) entries_.erase(found);
}

const TxStore::Entry* TxStore::FindEntry(std::string_view name) const {
  const auto found = Locate(entries_, HashOf(name), name);
  return found == entries_.end() ? nullptr : &*found;
}

const std::string_view* TxStore::Find(std::string_view name) const {
  const Entry* const entry = FindEntry(name);
  return entry == nullptr ? nullptr : &entry->value;
}

}  // namespace rasp
