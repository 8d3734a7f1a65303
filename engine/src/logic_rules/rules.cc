// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/quoted.h"
#include "logic_rules/actions.h"
#include "logic_rules/parts.h"
#include "logic_rules/rule_reader.h"

namespace rasp {
namespace {

using Kind = LogicAction::Kind;

constexpr int64_t kMaxId = 4294967295;
constexpr std::string_view kSeverities[] = {"emergency", "alert",  "critical", "error",
                                            "warning",   "notice", "info",     "debug"};
constexpr std::string_view kModes[] = {"off", "shadow", "enforce"};

struct RuleDraft {
  CompiledLogic& logic;
  LogicRule rule;
  RuleInfo info;
};

void ReadId(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  const std::optional<int64_t> id = json.Integer(node, 1, kMaxId);
  if (!id) return;
  out.info.id = static_cast<uint64_t>(*id);
  for (const RuleInfo& other : out.logic.infos) {
    if (other.id != out.info.id) continue;
    json.Error(node, "duplicate-id",
               "rule " + node.text + " is at " + std::string(other.file) + ":" +
                   std::to_string(other.line) + " already: choose another id");
  }
}

void ReadName(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  out.info.name = Keep(out.logic, json.NonEmpty(node).value_or(""));
}

void ReadMode(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  if (const auto mode = json.OneOf(node, kModes)) out.info.mode = static_cast<RuleMode>(*mode);
}

void ReadSeverity(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  if (const auto severity = json.OneOf(node, kSeverities))
    out.info.severity = static_cast<Severity>(*severity);
}

void ReadCanary(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  if (const auto share = json.Integer(node, 0, 100)) out.rule.canary = static_cast<uint8_t>(*share);
}

void ReadUnavailable(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  constexpr std::string_view kWords[] = {"open", "closed"};
  if (const auto word = json.OneOf(node, kWords))
    out.rule.unavailable = static_cast<WhenUnavailable>(*word);
}

void ReadBy(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  out.rule.key = KeyNamed(json, node, out.logic);
  if (out.rule.key >= 0)
    out.rule.stage =
        std::max(out.rule.stage, out.logic.keys[static_cast<size_t>(out.rule.key)].stage);
}

void ReadThen(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  const auto add = [&](const JsonNode& item) {
    if (auto action = ReadAction(json, item)) out.rule.then.push_back(*std::move(action));
  };
  if (!node.Is(JsonNode::Kind::kArray)) return add(node);
  for (const JsonNode* item : json.Items(node, 1)) add(*item);
}

void ReadWords(JsonReader& json, const JsonNode& node, CompiledLogic& logic,
               std::span<const std::string_view>& out) {
  std::vector<std::string_view> words;
  for (const JsonNode* item : json.Items(node)) {
    if (auto text = json.NonEmpty(*item)) words.push_back(Keep(logic, *std::move(text)));
  }
  logic.words.push_back(std::make_unique<const std::vector<std::string_view>>(std::move(words)));
  out = *logic.words.back();
}

void ReadOwasp(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  ReadWords(json, node, out.logic, out.info.owasp);
}
void ReadTags(JsonReader& json, const JsonNode& node, RuleDraft& out) {
  ReadWords(json, node, out.logic, out.info.tags);
}
void ReadComment(JsonReader& json, const JsonNode& node, RuleDraft&) {
  static_cast<void>(json.NonEmpty(node));
}

constexpr JsonField<RuleDraft> kCommonFields[] = {
    {"id", ReadId, true},       {"name", ReadName, true},         {"mode", ReadMode},
    {"severity", ReadSeverity}, {"canary", ReadCanary},           {"by", ReadBy},
    {"then", ReadThen},         {"unavailable", ReadUnavailable}, {"owasp", ReadOwasp},
    {"tags", ReadTags},         {"comment", ReadComment},
};

// The row of the rule's operator, and a diagnostic if there is none or more than one.
const OperatorLoader* OperatorOf(JsonReader& json, const JsonNode& node) {
  const OperatorLoader* found = nullptr;
  for (const OperatorLoader& loader : OperatorLoaders()) {
    const JsonNode* const member = node.Find(loader.name);
    if (member == nullptr) continue;
    if (found != nullptr) {
      json.Error(*member, "two-operators",
                 "\"" + std::string(found->name) + "\" and \"" + std::string(loader.name) +
                     "\": make them two rules");
      return nullptr;
    }
    found = &loader;
  }
  if (found != nullptr) return found;
  std::string names;
  for (const OperatorLoader& loader : OperatorLoaders())
    names += (names.empty() ? "" : ", ") + std::string(loader.name);
  json.Error(node, "no-operator", "the rule says nothing to do: give it one of " + names);
  return nullptr;
}

// Common fields by their table; the operator's are its loader's to read.
void ReadMembers(JsonReader& json, const JsonNode& node, const OperatorLoader& loader,
                 RuleDraft& draft) {
  std::vector<JsonField<RuleDraft>> fields(std::begin(kCommonFields), std::end(kCommonFields));
  fields.push_back({loader.name, nullptr});
  for (const std::string_view member : loader.members) fields.push_back({member, nullptr});
  ReadFields<RuleDraft>(json, node, fields, draft);
}

// Which actions go together with which rules.
void CheckActions(JsonReader& json, const JsonNode& node, RuleDraft& draft) {
  for (const LogicAction& action : draft.rule.then) {
    const bool needs_key =
        action.kind == Kind::kBan || action.kind == Kind::kLabel || action.for_us > 0;
    if (needs_key && draft.rule.key < 0) {
      json.Error(node, "missing-key",
                 "\"by\" is missing: an action that lasts needs to know whom it is about");
      return;
    }
    const bool lasts = action.for_us > 0;
    draft.rule.penalises |= lasts && (action.kind == Kind::kBlock || action.kind == Kind::kLimit);
    if (action.kind == Kind::kTag) draft.info.score += action.score;
  }
}

Phase PhaseOf(LogicStage stage) {
  switch (stage) {
    case LogicStage::kRequestHeaders:
      return Phase::kRequestHeaders;
    case LogicStage::kRequestBody:
      return Phase::kRequestBody;
    case LogicStage::kResponseHeaders:
      return Phase::kResponseHeaders;
    default:
      return Phase::kResponseBody;
  }
}

// Where the rule is looked at.
void Attach(CompiledLogic& logic, uint32_t index, const std::vector<uint32_t>& events) {
  std::vector<uint32_t> operations;
  for (const uint32_t event : events) {
    const std::vector<uint32_t>& own = logic.events[event].operations;
    if (own.empty()) {
      logic.everywhere.push_back(index);
      return;
    }
    operations.insert(operations.end(), own.begin(), own.end());
  }
  std::sort(operations.begin(), operations.end());
  operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
  for (const uint32_t operation : operations) logic.operations[operation].rules.push_back(index);
}

void NoteBans(CompiledLogic& logic, const LogicRule& rule) {
  const bool bans = std::any_of(rule.then.begin(), rule.then.end(), [](const LogicAction& action) {
    return action.kind == Kind::kBan;
  });
  const auto known = [&rule](const BanCheck& ban) {
    return static_cast<int32_t>(ban.key) == rule.key;
  };
  if (bans && std::none_of(logic.bans.begin(), logic.bans.end(), known))
    logic.bans.push_back({static_cast<uint32_t>(rule.key), rule.index});
}

void ReadRule(JsonReader& json, const JsonNode& node, const ModelName& model,
              CompiledLogic& logic) {
  if (!node.Is(JsonNode::Kind::kObject)) return json.WrongType(node, "an object");
  const OperatorLoader* const loader = OperatorOf(json, node);
  if (loader == nullptr) return;
  RuleDraft draft{logic, {}, {}};
  draft.info.severity = Severity::kWarning;
  ReadMembers(json, node, *loader, draft);
  LogicRule& rule = draft.rule;
  rule.index = static_cast<uint32_t>(logic.rules.size());
  rule.operator_name = loader->name;
  rule.text = ToJson(node);
  rule.key_scope = "rule " + std::to_string(draft.info.id);
  RuleReader reader{json, logic, node, rule, false, {}};
  rule.op = loader->load(reader, *node.Find(loader->name));
  if (rule.op == nullptr) return;  // the loader has said why
  CheckActions(json, node, draft);
  draft.info.ruleset = model.name;
  draft.info.version = model.version;
  draft.info.file = model.file;
  draft.info.line = node.line;
  draft.info.phase = PhaseOf(rule.stage);
  logic.reads_request_body |= rule.stage == LogicStage::kRequestBody;
  logic.reads_response_body |= rule.response_stage == LogicStage::kResponseBody;
  rule.events = reader.events;
  Attach(logic, rule.index, rule.events);
  NoteBans(logic, rule);
  logic.rules.push_back(std::move(rule));
  logic.infos.push_back(draft.info);
}

}  // namespace

void ReadRules(JsonReader& json, const JsonNode& node, const ModelName& model,
               CompiledLogic& logic) {
  for (const JsonNode* item : json.Items(node, 1)) ReadRule(json, *item, model, logic);
}

}  // namespace rasp
