// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "core/capped_memory.h"
#include "logic/session.h"
#include "rasp/logic.h"

namespace rasp {
namespace {

constexpr std::string_view kEveryone = "*";

// How long a session's new id is known to be the old one's.
constexpr int64_t kFollowedUs = int64_t{30} * 86'400 * 1'000'000;

}  // namespace

std::string_view FollowedIdentity(uint64_t root, std::pmr::memory_resource& memory) {
  char text[16];
  const char* const end = std::to_chars(text, text + sizeof(text), root, 16).ptr;
  return CopyTo(memory, {text, static_cast<size_t>(end - text)});
}

uint64_t LogicSession::Hash(std::string_view text) const {
  if (store_ == nullptr) return 1;
  return std::max<uint64_t>(HashText(store_->hash_key(), text).low, 1);
}

// What records go by: the value, or, of keys that are followed, what the first of its values was.
void LogicSession::Identify(uint32_t key) {
  KeyValue& value = keys_[key];
  value.identity = value.value;
  const EntityKeyDef& def = model_.keys[key];
  if (!def.follow || !value.present || store_ == nullptr) return;
  value.root = Hash(value.value);
  const Label earlier =
      store_->GetLabel(LabelKey(store_->hash_key(), kFollowLabel, def.name, value.value), now_us);
  if (earlier.status != StoreStatus::kOk) outcome_.store_failed = true;
  if (earlier.present) value.root = earlier.value;
  value.identity = FollowedIdentity(value.root, arena_);
}

const LogicSession::KeyValue& LogicSession::Key(uint32_t key) {
  KeyValue& value = keys_[key];
  if (value.known) return value;
  value.known = true;
  for (const Locator& locator : model_.keys[key].first) {
    const Located located = Locate(locator);
    if (!located.found) continue;
    value.present = true;
    value.ambiguous = located.ambiguous;
    value.value = located.value;
    value.from = &locator;
    break;
  }
  Identify(key);
  return value;
}

LogicSession::KeyValue LogicSession::KeyOf(const LogicRule& rule) {
  if (rule.key >= 0) return Key(static_cast<uint32_t>(rule.key));
  KeyValue everyone;
  everyone.known = everyone.present = true;
  everyone.value = everyone.identity = kEveryone;
  return everyone;
}

EntityKey LogicSession::RecordKey(const LogicRule& rule, std::string_view part) {
  if (store_ == nullptr) return {};
  const std::string_view parts[] = {rule.key_scope, KeyOf(rule).identity, part};
  return HashParts(store_->hash_key(), parts);
}

// A response that gives the session another id: what is known of the old one is the new one's. One
// that gives the first id: from here on the transaction is that session's.
void LogicSession::FollowKeys() {
  if (store_ == nullptr) return;
  for (uint32_t key = 0; key < keys_.size(); ++key) {
    const EntityKeyDef& def = model_.keys[key];
    if (!def.follow) continue;
    const Locator& cookie = def.first[def.cookie];
    const Located located = Locate(def.given);
    if (!located.found) continue;
    Key(key);
    KeyValue& value = keys_[key];
    if (value.present && located.value == value.value) continue;
    if (value.present && value.from == &cookie) {
      const EntityKey at = LabelKey(store_->hash_key(), kFollowLabel, def.name, located.value);
      if (store_->SetLabel(at, value.root, now_us + kFollowedUs, now_us) != StoreStatus::kOk)
        outcome_.store_failed = true;
      continue;
    }
    value.present = true;
    value.ambiguous = false;
    value.value = located.value;
    value.from = &cookie;
    Identify(key);
  }
}

}  // namespace rasp
