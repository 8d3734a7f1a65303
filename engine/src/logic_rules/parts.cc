// SPDX-License-Identifier: Apache-2.0
#include "logic_rules/parts.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/nearest_name.h"
#include "core/quoted.h"
#include "logic_rules/expression_parser.h"
#include "logic_rules/rule_reader.h"

namespace rasp {
namespace {

constexpr size_t kMostOperations = 10'000;

// "cart.view"
bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 128 && IsAlpha(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsAlpha(c) || IsDigit(c) || c == '.' || c == '-' || c == '_';
         });
}

bool IsFree(JsonReader& json, const JsonNode& member, bool taken) {
  if (!IsName(member.name)) {
    json.Error(member, "bad-name",
               Quoted(member.name) +
                   " is no name: begin with a letter, go on with letters, digits, "
                   "'.', '-' or '_'");
    return false;
  }
  if (taken) {
    json.Error(member, "duplicate-name",
               Quoted(member.name) + " is an operation, event or key already: choose another name");
  }
  return !taken;
}

// ---- Operations

struct OperationDraft {
  CompiledLogic& logic;
  uint32_t index;
  Operation& operation;
};

void ReadTemplate(JsonReader& json, const JsonNode& node, OperationDraft& out) {
  const std::optional<std::string> text = json.NonEmpty(node);
  if (!text) return;
  const std::string problem = out.logic.paths.Add(*text, out.index, out.operation.parameters);
  if (!problem.empty()) json.Error(node, "bad-path", problem);
}

void ReadMatch(JsonReader& json, const JsonNode& node, OperationDraft& out) {
  if (!node.Is(JsonNode::Kind::kArray)) return ReadTemplate(json, node, out);
  for (const JsonNode* item : json.Items(node, 1)) ReadTemplate(json, *item, out);
}

void ReadOperationFields(JsonReader& json, const JsonNode& node, OperationDraft& out) {
  if (!node.Is(JsonNode::Kind::kObject)) return json.WrongType(node, "an object");
  for (const JsonNode* member : node.children) {
    std::optional<Locator> place = ReadPlace(json, *member);
    if (!place) continue;
    if (place->def->stage >= LogicStage::kResponseHeaders || place->def->prefix == "field.") {
      json.Error(*member, "bad-place", "a field of an operation is a place of its request");
      continue;
    }
    out.operation.fields.push_back(*std::move(place));
    out.operation.field_names.push_back(member->name);
  }
}

void ReadText(JsonReader& json, const JsonNode& node, OperationDraft&) {
  static_cast<void>(json.NonEmpty(node));
}

constexpr JsonField<OperationDraft> kOperationFields[] = {
    {"match", ReadMatch, true},
    {"fields", ReadOperationFields},
    {"summary", ReadText},
};

// ---- Events

struct EventDraft {
  CompiledLogic& logic;
  LogicEvent event;
};

void AddOperation(JsonReader& json, const JsonNode& node, EventDraft& out) {
  const std::optional<std::string> name = json.NonEmpty(node);
  if (!name) return;
  const std::vector<std::string>& names = out.logic.operation_names;
  const auto found = std::find(names.begin(), names.end(), *name);
  if (found != names.end()) {
    out.event.operations.push_back(static_cast<uint32_t>(found - names.begin()));
    return;
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string_view nearest = NearestName(*name, known);
  json.Error(node, "unknown-operation",
             "no operation is called " + Quoted(*name) +
                 (nearest.empty() ? std::string(": describe it under \"operations\"")
                                  : ": did you mean \"" + std::string(nearest) + "\"?"));
}

void ReadOn(JsonReader& json, const JsonNode& node, EventDraft& out) {
  if (!node.Is(JsonNode::Kind::kArray)) {
    AddOperation(json, node, out);
  } else {
    for (const JsonNode* item : json.Items(node, 1)) AddOperation(json, *item, out);
  }
  std::sort(out.event.operations.begin(), out.event.operations.end());
}

void ReadWhen(JsonReader& json, const JsonNode& node, EventDraft& out) {
  const std::optional<std::string> text = json.NonEmpty(node);
  if (!text) return;
  Result<Expression, ExpressionError> when = ExpressionParser::Parse(*text);
  if (!when) {
    json.Error(node, "bad-expression",
               "column " + std::to_string(when.error().column) + ": " + when.error().text);
    return;
  }
  out.event.when = *std::move(when);
  out.event.unconditional = false;
}

constexpr JsonField<EventDraft> kEventFields[] = {{"on", ReadOn}, {"when", ReadWhen}};

// ---- Keys

void ReadFirst(JsonReader& json, const JsonNode& node, EntityKeyDef& out) {
  for (const JsonNode* item : json.Items(node, 1)) {
    std::optional<Locator> place = ReadPlace(json, *item);
    if (!place) continue;
    if (place->def->stage >= LogicStage::kResponseHeaders) {
      json.Error(*item, "bad-place", "a key comes with the request: this place is of the response");
      continue;
    }
    out.stage = std::max(out.stage, place->def->stage);
    out.first.push_back(*std::move(place));
  }
}

void ReadMissing(JsonReader& json, const JsonNode& node, EntityKeyDef& out) {
  constexpr std::string_view kWords[] = {"skip", "ip", "deny"};
  out.missing = static_cast<KeyMissing>(json.OneOf(node, kWords).value_or(0));
}

// After `first` is there.
void FindCookie(EntityKeyDef& key) {
  for (size_t i = 0; key.follow && i < key.first.size(); ++i) {
    if (key.first[i].def->prefix != "cookie.") continue;
    key.cookie = static_cast<uint32_t>(i);
    key.given = key.first[i];
    key.given.def = FindLocatorDef("resp.cookie." + key.given.name);
    return;
  }
  key.follow = false;  // ReadFollow has said why
}

void ReadFollow(JsonReader& json, const JsonNode& node, EntityKeyDef& out) {
  out.follow = json.Bool(node).value_or(false);
  if (!out.follow) return;
  const JsonNode* const first = node.parent->Find("first");
  const bool has_cookie =
      first != nullptr &&
      std::any_of(first->children.begin(), first->children.end(),
                  [](const JsonNode* item) { return item->text.starts_with("cookie."); });
  if (!has_cookie)
    json.Error(node, "useless-key", "\"follow\" goes with a cookie in \"first\": responses set it");
}

constexpr JsonField<EntityKeyDef> kKeyFields[] = {
    {"first", ReadFirst, true}, {"missing", ReadMissing}, {"follow", ReadFollow}};

void AddKey(CompiledLogic& logic, EntityKeyDef key) {
  if (key.missing == KeyMissing::kAddress) {
    key.first.push_back({FindLocatorDef("ip/64"), "", 64, "ip/64"});
    key.missing = KeyMissing::kSkip;
  }
  logic.key_names.push_back(key.name);
  logic.keys.push_back(std::move(key));
}

}  // namespace

std::string_view Keep(CompiledLogic& logic, std::string text) {
  logic.strings.push_back(std::make_unique<const std::string>(std::move(text)));
  return *logic.strings.back();
}

void ReadOperations(JsonReader& json, const JsonNode& node, CompiledLogic& logic) {
  if (!node.Is(JsonNode::Kind::kObject)) return json.WrongType(node, "an object");
  for (const JsonNode* member : node.children) {
    if (!IsFree(json, *member, FindEvent(logic, member->name).has_value())) continue;
    if (logic.operations.size() == kMostOperations) {
      json.Error(*member, "too-many", "more than 10000 operations");
      return;
    }
    const auto index = static_cast<uint32_t>(logic.operations.size());
    Operation operation;
    operation.name = member->name;
    OperationDraft draft{logic, index, operation};
    ReadFields<OperationDraft>(json, *member, kOperationFields, draft);
    LogicEvent event;
    event.name = member->name;
    event.operations = {index};
    logic.operation_names.push_back(operation.name);
    logic.operations.push_back(std::move(operation));
    logic.events.push_back(std::move(event));
  }
}

void ReadEvents(JsonReader& json, const JsonNode& node, CompiledLogic& logic) {
  if (!node.Is(JsonNode::Kind::kObject)) return json.WrongType(node, "an object");
  for (const JsonNode* member : node.children) {
    if (!IsFree(json, *member, FindEvent(logic, member->name).has_value())) continue;
    EventDraft draft{logic, {}};
    draft.event.name = member->name;
    ReadFields<EventDraft>(json, *member, kEventFields, draft);
    logic.events.push_back(std::move(draft.event));
  }
}

void ReadKeys(JsonReader& json, const JsonNode& node, CompiledLogic& logic) {
  if (!node.Is(JsonNode::Kind::kObject)) return json.WrongType(node, "an object");
  for (const JsonNode* member : node.children) {
    const auto& names = logic.key_names;
    const bool taken = std::find(names.begin(), names.end(), member->name) != names.end();
    if (!IsFree(json, *member, taken)) continue;
    EntityKeyDef key;
    key.name = member->name;
    ReadFields<EntityKeyDef>(json, *member, kKeyFields, key);
    FindCookie(key);
    AddKey(logic, std::move(key));
  }
}

int32_t KeyNamed(JsonReader& json, const JsonNode& value, CompiledLogic& logic) {
  const std::optional<std::string> text = json.NonEmpty(value);
  if (!text) return -1;
  const auto& names = logic.key_names;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found != names.end()) return static_cast<int32_t>(found - names.begin());
  Result<Locator> place = ParseLocator(*text);
  if (!place) {
    json.Error(value, "unknown-key-name",
               "no key is called " + Quoted(*text) + ", and " + place.error());
    return -1;
  }
  if (place->def->stage >= LogicStage::kResponseHeaders) {
    json.Error(value, "bad-place", "a key comes with the request: this place is of the response");
    return -1;
  }
  EntityKeyDef key;
  key.name = *text;
  key.stage = place->def->stage;
  key.first.push_back(*std::move(place));
  AddKey(logic, std::move(key));
  return static_cast<int32_t>(logic.keys.size() - 1);
}

}  // namespace rasp
