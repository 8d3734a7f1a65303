// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory_resource>

#include "logic/client_network.h"
#include "logic/compiled_logic.h"
#include "logic/session.h"
#include "rasp/logic.h"

namespace rasp {
namespace {

// A value as its key has it: an address is cut to the network that the key goes by.
std::string Normalised(const EntityKeyDef& key, std::string_view value) {
  std::pmr::monotonic_buffer_resource memory;
  for (const Locator& locator : key.first) {
    if (locator.def->prefix != "ip" && locator.def->prefix != "ip/") continue;
    const std::string_view network = NetworkText(value, locator.number, memory);
    if (!network.empty()) return std::string(network);
  }
  return std::string(value);
}

}  // namespace

EntityKey LabelKey(const HashKey& key, std::string_view label, std::string_view entity_key,
                   std::string_view value) {
  const std::string_view parts[] = {"label", label, entity_key, value};
  return HashParts(key, parts);
}

LogicModel::LogicModel(std::unique_ptr<const CompiledLogic> logic) : logic_(std::move(logic)) {}
LogicModel::~LogicModel() = default;

std::span<const RuleInfo> LogicModel::rules() const { return logic_->infos; }
std::span<const std::string> LogicModel::operations() const { return logic_->operation_names; }
std::span<const std::string> LogicModel::keys() const { return logic_->key_names; }
bool LogicModel::reads_response_bodies() const { return logic_->reads_response_body; }

std::vector<LogicModel::EntityRecord> LogicModel::RecordsOf(const HashKey& key,
                                                            std::string_view entity_key,
                                                            std::string_view value,
                                                            EntityStore* store,
                                                            int64_t now_us) const {
  std::vector<EntityRecord> records;
  const auto found = std::find(logic_->key_names.begin(), logic_->key_names.end(), entity_key);
  if (found == logic_->key_names.end()) return records;
  const auto index = static_cast<size_t>(found - logic_->key_names.begin());
  std::string own = Normalised(logic_->keys[index], value);
  if (logic_->keys[index].follow) {
    std::pmr::monotonic_buffer_resource memory;
    uint64_t root = std::max<uint64_t>(HashText(key, own).low, 1);
    if (store != nullptr) {
      const Label earlier = store->GetLabel(LabelKey(key, kFollowLabel, entity_key, own), now_us);
      if (earlier.present) root = earlier.value;
    }
    own = FollowedIdentity(root, memory);
  }
  std::vector<std::string> labels = {std::string(kBanLabel)};
  for (const LogicRule& rule : logic_->rules) {
    if (rule.key != static_cast<int32_t>(index)) continue;
    for (const LogicAction& action : rule.then) {
      if (action.kind == LogicAction::Kind::kLabel) labels.push_back(action.text);
    }
    if (!rule.label.empty()) labels.push_back(rule.label);
    const RuleInfo& info = logic_->infos[rule.index];
    if (rule.record != RecordKind::kNone) {
      const std::string_view parts[] = {rule.key_scope, own, ""};
      records.push_back(
          {&info, "", rule.record, HashParts(key, parts), rule.window_us, rule.limit});
    }
    if (rule.penalises) {
      const std::string_view parts[] = {rule.key_scope, own, "penalty"};
      records.push_back({&info, "penalty", RecordKind::kLabel, HashParts(key, parts), 0, 0});
    }
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  for (const std::string& label : labels) {
    records.push_back(
        {nullptr, label, RecordKind::kLabel, LabelKey(key, label, entity_key, own), 0, 0});
  }
  return records;
}

}  // namespace rasp
