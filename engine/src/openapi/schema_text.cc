// SPDX-License-Identifier: Apache-2.0
#include "openapi/schema_text.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/quoted.h"

namespace rasp {
namespace {

using Kind = JsonNode::Kind;

// Say nothing of what a value may be, or what is for people.
constexpr std::string_view kLeftOut[] = {
    "$anchor",  "$comment",        "$defs",           "$id",           "$schema",
    "default",  "definitions",     "deprecated",      "discriminator", "example",
    "examples", "externalDocs",    "title",           "description",   "writeOnly",
    "xml",      "contentEncoding", "contentMediaType"};
constexpr std::string_view kSchemas[] = {"items", "additionalProperties", "not"};
constexpr std::string_view kLists[] = {"allOf", "anyOf", "oneOf"};

template <size_t N>
bool IsOneOf(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

std::string QuotedJson(std::string_view text) {
  JsonNode node;
  node.kind = Kind::kString;
  node.text = std::string(text);
  return ToJson(node);
}

const JsonNode* SchemaText::Target(const JsonNode& ref) {
  const std::optional<std::string> text = json_.Text(ref);
  if (!text) return nullptr;
  if (text->empty() || text->front() != '#') {
    json_.Error(ref, "foreign-reference",
                Quoted(*text) + " leads out of this file: bundle the document into one file");
    return nullptr;
  }
  const JsonNode* const target = pointers_.Follow(RootOf(ref), std::string_view(*text).substr(1));
  if (target == nullptr) {
    json_.Error(ref, "unknown-reference",
                Quoted(*text) + " leads nowhere: write the path of something in this file");
  }
  return target;
}

const JsonNode* SchemaText::Resolve(const JsonNode& node) {
  const JsonNode* at = &node;
  for (int hop = 0; hop < kMostHops; ++hop) {
    const JsonNode* const ref = at->Find("$ref");
    if (ref == nullptr) return at;
    at = Target(*ref);
    if (at == nullptr) return nullptr;
  }
  json_.Error(node, "reference-circle",
              "references that lead to each other and to nothing else: break the circle");
  return nullptr;
}

// By the last part of its pointer, with a number if that is taken.
std::string SchemaText::NameOf(const JsonNode& target, std::string_view pointer) {
  const auto known = names_.find(&target);
  if (known != names_.end()) return known->second;
  std::string base;
  for (const char c : pointer.substr(pointer.rfind('/') + 1)) {
    base += IsAlpha(c) || IsDigit(c) || c == '_' || c == '-' || c == '.' ? c : '_';
  }
  if (base.empty()) base = "schema";
  std::string name = base;
  for (int i = 2; !taken_.insert(name).second; ++i) name = base + "-" + std::to_string(i);
  names_.emplace(&target, name);
  pending_.push_back(&target);
  return name;
}

std::string SchemaText::WriteMap(const JsonNode& map) {
  std::string out = "{";
  for (const JsonNode* member : map.children) {
    if (out.size() > 1) out += ", ";
    out += QuotedJson(member->name) + ": " + Write(*member);
  }
  return out + "}";
}

std::string SchemaText::WriteList(const JsonNode& list) {
  std::string out = "[";
  for (const JsonNode* item : list.children) {
    if (out.size() > 1) out += ", ";
    out += Write(*item);
  }
  return out + "]";
}

// What a keyword says; empty: nothing is to be written.
std::string SchemaText::WriteMember(const JsonNode& member) {
  const std::string_view name = member.name;
  if (name == "$ref") {
    const JsonNode* const target = Target(member);
    if (target == nullptr) return "";
    return QuotedJson("#/schemas/" + NameOf(*target, member.text));
  }
  if (IsOneOf(name, kLeftOut) || name.starts_with("x-")) return "";
  if (name == "properties" && member.Is(Kind::kObject)) return WriteMap(member);
  if (IsOneOf(name, kLists) && member.Is(Kind::kArray)) return WriteList(member);
  if (IsOneOf(name, kSchemas)) return Write(member);
  return ToJson(member);
}

std::string SchemaText::Write(const JsonNode& schema) {
  if (!schema.Is(Kind::kObject)) return schema.Is(Kind::kBool) ? schema.text : ToJson(schema);
  std::string out = "{";
  for (const JsonNode* member : schema.children) {
    const std::string value = WriteMember(*member);
    if (value.empty()) continue;
    if (out.size() > 1) out += ", ";
    out += QuotedJson(member->name) + ": " + value;
  }
  return out + "}";
}

std::string SchemaText::WriteNamed() {
  std::string out;
  while (!pending_.empty()) {
    const JsonNode* const next = pending_.back();
    pending_.pop_back();
    if (!out.empty()) out += ",\n";
    out += "    " + QuotedJson(names_.at(next)) + ": " + Write(*next);
  }
  return out;
}

}  // namespace rasp
