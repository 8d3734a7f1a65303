// SPDX-License-Identifier: Apache-2.0
#include "logic_rules/load.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/quoted.h"
#include "json_rules/reader.h"
#include "logic_rules/parts.h"
#include "logic_rules/rule_reader.h"

namespace rasp {
namespace {

void ReadText(JsonReader& json, const JsonNode& node, CompiledLogic&) {
  static_cast<void>(json.NonEmpty(node));
}

void ReadIgnoreCase(JsonReader& json, const JsonNode& node, CompiledLogic& logic) {
  if (json.Bool(node).value_or(false)) logic.paths.set_ignore_case(true);
}

void ReadUpstreamHeader(JsonReader& json, const JsonNode& node, CompiledLogic& logic) {
  const std::optional<std::string> text = json.Text(node);
  if (!text) return;
  const bool is_name = std::all_of(text->begin(), text->end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '-' || c == '_';
  });
  if (!is_name) {
    json.Error(node, "bad-value",
               Quoted(*text) + " is no name of a header field: use letters, digits and '-'");
    return;
  }
  logic.upstream_header = *text;
}

// Members are read in passes over all files, so that each finds the names of those before.
struct Member {
  std::string_view name;
  void (*read)(JsonReader& json, const JsonNode& node, CompiledLogic& logic);
};
constexpr Member kFirst[] = {{"ignore_case", ReadIgnoreCase}};
constexpr Member kNames[] = {
    {"operations", ReadOperations}, {"upstream_header", ReadUpstreamHeader},
    {"summary", ReadText},          {"model", ReadText},
    {"version", ReadText},          {"$schema", ReadText},
};
constexpr Member kSecond[] = {{"events", ReadEvents}, {"keys", ReadKeys}};

void CheckMembers(JsonReader& json, const JsonNode& root) {
  std::vector<JsonField<CompiledLogic>> fields = {
      {"rules", nullptr}, {"model", nullptr, true}, {"version", nullptr, true}};
  const auto add = [&fields](std::string_view name) {
    const bool known = std::any_of(fields.begin(), fields.end(),
                                   [name](const auto& field) { return field.name == name; });
    if (!known) fields.push_back({name, nullptr});
  };
  for (const Member& member : kFirst) add(member.name);
  for (const Member& member : kNames) add(member.name);
  for (const Member& member : kSecond) add(member.name);
  for (const ExtensionLoader& loader : ExtensionLoaders()) add(loader.name);
  CompiledLogic nothing;
  ReadFields<CompiledLogic>(json, root, fields, nothing);
}

void ReadMembers(JsonReader& json, const JsonNode& root, std::span<const Member> members,
                 CompiledLogic& logic) {
  for (const Member& member : members) {
    const JsonNode* const node = root.Find(member.name);
    if (node != nullptr) member.read(json, *node, logic);
  }
}

void ReadExtensions(JsonReader& json, const JsonNode& root, CompiledLogic& logic) {
  for (const ExtensionLoader& loader : ExtensionLoaders()) {
    const JsonNode* const node = root.Find(loader.name);
    if (node == nullptr) continue;
    if (logic.extensions.contains(loader.name)) {
      json.Error(*node, "duplicate-name",
                 "\"" + std::string(loader.name) + "\" is in another file already: say it once");
      continue;
    }
    auto extension = loader.load(json, *node, logic);
    if (extension != nullptr)
      logic.extensions.emplace(std::string(loader.name), std::move(extension));
  }
}

std::string_view TextOf(const JsonNode& root, std::string_view member) {
  const JsonNode* const node = root.Find(member);
  return node != nullptr && node->Is(JsonNode::Kind::kString) ? std::string_view(node->text)
                                                              : std::string_view();
}

}  // namespace

bool IsLogicDocument(const JsonDocument& document) {
  return !document.nodes.empty() && document.nodes.front().Find("model") != nullptr &&
         document.nodes.front().Find("ruleset") == nullptr;
}

void LogicLoader::Add(JsonDocument document, std::string file) {
  sources_.push_back(std::make_unique<Source>(Source{std::move(document), std::move(file)}));
}

std::unique_ptr<const CompiledLogic> LogicLoader::Finish() {
  if (sources_.empty()) return nullptr;
  const size_t before = diagnostics_.size();
  auto logic = std::make_unique<CompiledLogic>();
  logic->events.emplace_back();  // every request
  const auto each = [&](auto read) {
    for (const auto& source : sources_) {
      JsonReader json(source->file, diagnostics_);
      read(json, source->document.nodes.front(), source->file);
    }
  };
  each([&](JsonReader& json, const JsonNode& root, const std::string&) {
    CheckMembers(json, root);
    ReadMembers(json, root, kFirst, *logic);
  });
  each([&](JsonReader& json, const JsonNode& root, const std::string&) {
    ReadMembers(json, root, kNames, *logic);
  });
  each([&](JsonReader& json, const JsonNode& root, const std::string&) {
    ReadMembers(json, root, kSecond, *logic);
    ReadExtensions(json, root, *logic);
  });
  each([&](JsonReader& json, const JsonNode& root, const std::string& file) {
    const JsonNode* const rules = root.Find("rules");
    if (rules == nullptr) return;
    const ModelName model{Keep(*logic, std::string(TextOf(root, "model"))),
                          Keep(*logic, std::string(TextOf(root, "version"))), Keep(*logic, file)};
    ReadRules(json, *rules, model, *logic);
  });
  const bool failed = std::any_of(diagnostics_.begin() + static_cast<std::ptrdiff_t>(before),
                                  diagnostics_.end(), [](const Diagnostic& diagnostic) {
                                    return diagnostic.severity == DiagnosticSeverity::kError;
                                  });
  if (failed) return nullptr;
  return logic;
}

}  // namespace rasp
