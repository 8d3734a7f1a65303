// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ascii.h"
#include "core/quoted.h"
#include "logic/seal_operator.h"
#include "logic/served_operator.h"
#include "logic_rules/positive_loaders.h"
#include "logic_rules/secret.h"

namespace rasp {
namespace {

constexpr int64_t kLongestUs = 30 * kDayUs;

std::optional<JsonPattern> ReadPattern(JsonReader& json, const JsonNode& node,
                                       std::string_view prefix = {}) {
  const std::optional<std::string> text = json.Text(node);
  if (!text) return std::nullopt;
  JsonPattern pattern;
  const bool fits =
      text->starts_with(prefix) && pattern.Parse(std::string_view(*text).substr(prefix.size()));
  if (fits) return pattern;
  json.Error(node, "bad-value",
             Quoted(*text) + " is no JSON pointer: write it as in \"" + std::string(prefix) +
                 "/carts/*/id\"");
  return std::nullopt;
}

bool IsFieldName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '-' || c == '_' || c == '.';
  });
}

// The event whose responses are looked at; the rule is on its operations, too, or on all.
std::optional<uint32_t> ReadPages(RuleReader& reader, std::string_view member) {
  const JsonNode* const pages = reader.Find(member);
  if (pages != nullptr) return reader.Event(*pages);
  reader.events.push_back(0);
  return std::nullopt;
}

// What a request's values are checked by must be known before the request goes on.
bool OnRequestEvent(RuleReader& reader, const JsonNode& argument) {
  bool answered = false;
  if (reader.Require("on") == nullptr || !reader.OnEvent(&answered)) return false;
  if (!answered) return true;
  reader.json.Error(argument, "bad-event",
                    "values are checked in the request: the event of \"on\" hangs on the response");
  return false;
}

struct KeyDraft {
  std::optional<int64_t> id;
  std::optional<std::string> secret;
};
void ReadKeyId(JsonReader& json, const JsonNode& node, KeyDraft& out) {
  out.id = json.Integer(node, 0, 255);
}
void ReadSecret(JsonReader& json, const JsonNode& node, KeyDraft& out) {
  out.secret = json.NonEmpty(node);
}
void ReadFile(JsonReader& json, const JsonNode& node, KeyDraft& out) {
  out.secret = ReadSecretFile(json, node);
}
constexpr JsonField<KeyDraft> kKeyFields[] = {
    {"id", ReadKeyId, true}, {"secret", ReadSecret}, {"file", ReadFile}};

void ReadKeys(JsonReader& json, const JsonNode& node, SealExtension& out) {
  for (const JsonNode* item : json.Items(node, 1)) {
    KeyDraft draft;
    ReadFields<KeyDraft>(json, *item, kKeyFields, draft);
    if (!draft.id) continue;
    const auto id = static_cast<uint8_t>(*draft.id);
    const auto same = [id](const SealKeys::Key& key) { return key.id == id; };
    if (!draft.secret || draft.secret->size() < SealKeys::kLeastSecretBytes) {
      json.Error(*item, "bad-key", "a key has a \"secret\" or \"file\" of 32 bytes or more");
    } else if (std::any_of(out.keys.keys.begin(), out.keys.keys.end(), same)) {
      json.Error(*item, "duplicate-id", "two keys of one id: give each its own");
    } else {
      out.keys.keys.push_back({id, *std::move(draft.secret)});
    }
  }
}
constexpr JsonField<SealExtension> kSealFields[] = {{"keys", ReadKeys, true}};

void ReadSealedFields(RuleReader& reader, SealOperator& op) {
  const JsonNode* const fields = reader.Require("fields");
  if (fields == nullptr) return;
  for (const JsonNode* item : reader.json.Items(*fields, 1)) {
    if (auto name = reader.json.NonEmpty(*item)) op.fields.push_back(*std::move(name));
  }
}

void ReadSealName(RuleReader& reader, SealOperator& op) {
  const JsonNode* const name = reader.Find("name_of_seal");
  if (name == nullptr) return;
  op.name = reader.json.NonEmpty(*name).value_or(op.name);
  if (IsFieldName(op.name)) return;
  reader.json.Error(*name, "bad-value", "a name of letters, digits, '-', '_' and '.' is wanted");
}

}  // namespace

std::unique_ptr<const LogicOperator> LoadSeal(RuleReader& reader, const JsonNode& argument) {
  constexpr std::string_view kKinds[] = {"form", "json"};
  auto op = std::make_unique<SealOperator>();
  const std::optional<size_t> kind = reader.json.OneOf(argument, kKinds);
  if (!kind || !OnRequestEvent(reader, argument)) return nullptr;
  if (!reader.logic.extensions.contains("seal")) {
    reader.json.Error(argument, "missing-key",
                      "no keys to seal with: add \"seal\": {\"keys\": [...]} to the model");
    return nullptr;
  }
  op->pages = ReadPages(reader, "pages");
  ReadSealedFields(reader, *op);
  ReadSealName(reader, *op);
  op->ttl_us = reader.RequiredDuration("ttl", kSecondUs, kLongestUs).value_or(kSecondUs);
  if (const JsonNode* absent = reader.Find("absent")) {
    constexpr std::string_view kWords[] = {"act", "pass"};
    op->pass_absent = reader.json.OneOf(*absent, kWords).value_or(0) == 1;
  }
  for (const std::string_view member : {"given", "at"}) {
    const JsonNode* const node = *kind == 1 ? reader.Require(member) : reader.Find(member);
    if (node == nullptr) continue;
    if (*kind == 0) {
      reader.json.Error(*node, "bad-value", "a form has no pointers: leave it out");
      continue;
    }
    (member == "at" ? op->wanted : op->given) = ReadPattern(reader.json, *node);
  }
  if (*kind == 1 && (!op->wanted || !op->given)) return nullptr;
  reader.Reach(LogicStage::kRequestBody);
  reader.Reach(LogicStage::kResponseBody);
  return op;
}

std::unique_ptr<const LogicOperator> LoadServed(RuleReader& reader, const JsonNode& argument) {
  auto op = std::make_unique<ServedOperator>();
  std::optional<Locator> place = reader.Place(argument);
  if (!place || !OnRequestEvent(reader, argument) || !reader.NeedsKey()) return nullptr;
  if (place->def->stage >= LogicStage::kResponseHeaders) {
    reader.json.Error(argument, "bad-place", "an identifier is looked for in the request");
    return nullptr;
  }
  op->place = *std::move(place);
  op->from = ReadPages(reader, "pages");
  const JsonNode* const from = reader.Require("from");
  if (from == nullptr) return nullptr;
  const bool many = from->Is(JsonNode::Kind::kArray);
  const JsonNode* const one[] = {from};
  for (const JsonNode* item : many ? reader.json.Items(*from, 1) : std::span(one)) {
    if (auto pattern = ReadPattern(reader.json, *item, "resp.json:")) {
      op->given.push_back(*std::move(pattern));
    }
  }
  op->ttl_us = reader.RequiredDuration("ttl", kSecondUs, kLongestUs).value_or(kSecondUs);
  if (const JsonNode* unknown = reader.Find("unknown")) {
    constexpr std::string_view kWords[] = {"pass", "act"};
    op->pass_unknown = reader.json.OneOf(*unknown, kWords).value_or(0) == 0;
  }
  reader.Reach(LogicStage::kResponseBody);
  reader.rule.record = RecordKind::kServed;
  return op;
}

std::unique_ptr<const CompiledLogic::Extension> LoadSealKeys(JsonReader& json,
                                                             const JsonNode& value,
                                                             CompiledLogic&) {
  auto seal = std::make_unique<SealExtension>();
  ReadFields<SealExtension>(json, value, kSealFields, *seal);
  return seal;
}

}  // namespace rasp
