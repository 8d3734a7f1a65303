// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/entity_store.h"
#include "rasp/event.h"

namespace rasp {

struct CompiledLogic;  // engine/src/logic/compiled_logic.h

// What an operator of a server says of an application: operations, events, keys and the rules on
// them (rulesets/schema/logic.schema.json). Part of a Ruleset: immutable, shared by all locations
// and workers. Rules have the ids, modes and exclusions that other rules have.
class LogicModel {
 public:
  explicit LogicModel(std::unique_ptr<const CompiledLogic> logic);
  ~LogicModel();

  std::span<const RuleInfo> rules() const;  // in order of evaluation
  std::span<const std::string> operations() const;
  std::span<const std::string> keys() const;  // names that rules go "by"
  bool reads_response_bodies() const;         // some rule does

  // Where the state of an entity is, for tools that show and edit it. `key` is one of keys(),
  // `value` the entity as a request names it ("ann@example.org", "192.0.2.7"); an address is cut to
  // the key's network first. The text of a value never reaches the store.
  struct EntityRecord {
    const RuleInfo* rule = nullptr;  // nullptr: a label
    std::string label;               // "ban", or what rules set
    RecordKind kind = RecordKind::kNone;
    EntityKey at;
    int64_t window_us = 0;  // kWindow, kDistinct: to be read with
    uint32_t limit = 0;
  };
  // `store`: where a session's earlier id is looked up, if the key is one that is followed;
  // nullptr: it is not, and the records are those of a session that had no other id before.
  std::vector<EntityRecord> RecordsOf(const HashKey& key, std::string_view entity_key,
                                      std::string_view value, EntityStore* store = nullptr,
                                      int64_t now_us = 0) const;

  const CompiledLogic& compiled() const { return *logic_; }

 private:
  std::unique_ptr<const CompiledLogic> logic_;
};

// The label that `ban` sets. Any other name may be given to labels.
inline constexpr std::string_view kBanLabel = "ban";
EntityKey LabelKey(const HashKey& key, std::string_view label, std::string_view entity_key,
                   std::string_view value);

}  // namespace rasp
