// SPDX-License-Identifier: Apache-2.0
#include "json_rules/reader.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/nearest_name.h"
#include "core/quoted.h"

namespace rasp {
namespace {

using Kind = JsonNode::Kind;

std::string List(std::span<const std::string_view> names) {
  std::string out;
  for (const std::string_view name : names) {
    out += out.empty() ? "" : ", ";
    out += name;
  }
  return out;
}

std::string SuggestionOrList(std::string_view word, std::span<const std::string_view> names) {
  const std::string_view nearest = NearestName(word, names);
  if (!nearest.empty()) return "did you mean \"" + std::string(nearest) + "\"?";
  return "use one of " + List(names);
}

}  // namespace

SourceLocation JsonReader::At(const JsonNode& node) const {
  return {file_, node.line, node.column, node.Pointer()};
}

void JsonReader::Error(const JsonNode& node, std::string code, std::string text) {
  diagnostics_.push_back({DiagnosticSeverity::kError, At(node), std::move(code), std::move(text)});
}

void JsonReader::Warning(const JsonNode& node, std::string code, std::string text) {
  diagnostics_.push_back(
      {DiagnosticSeverity::kWarning, At(node), std::move(code), std::move(text)});
}

void JsonReader::WrongType(const JsonNode& node, std::string_view expected) {
  Error(node, "wrong-type",
        "expected " + std::string(expected) + ", found " + std::string(KindName(node.kind)));
}

void JsonReader::UnknownKey(const JsonNode& member, std::span<const std::string_view> known) {
  SourceLocation where = At(member);
  where.line = member.name_line;
  where.column = member.name_column;
  diagnostics_.push_back({DiagnosticSeverity::kError, std::move(where), "unknown-key",
                          "nothing is called " + Quoted(member.name) +
                              " here: " + SuggestionOrList(member.name, known)});
}

void JsonReader::MissingKey(const JsonNode& object, std::string_view name) {
  Error(object, "missing-key", "\"" + std::string(name) + "\" is missing: add it");
}

std::optional<std::string> JsonReader::Text(const JsonNode& node) {
  if (node.Is(Kind::kString)) return node.text;
  WrongType(node, "a string");
  return std::nullopt;
}

std::optional<std::string> JsonReader::NonEmpty(const JsonNode& node) {
  std::optional<std::string> text = Text(node);
  if (!text || !text->empty()) return text;
  Error(node, "bad-value", "an empty string: write something, or leave it out");
  return std::nullopt;
}

std::optional<int64_t> JsonReader::Integer(const JsonNode& node, int64_t min, int64_t max) {
  const std::optional<int64_t> value = node.Integer();
  if (!value) {
    if (node.Is(Kind::kNumber)) {
      Error(node, "wrong-type", "expected an integer, found " + Quoted(node.text));
    } else {
      WrongType(node, "an integer");
    }
    return std::nullopt;
  }
  if (*value >= min && *value <= max) return value;
  Error(node, "bad-value",
        node.text + " is out of range: use " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

std::optional<bool> JsonReader::Bool(const JsonNode& node) {
  if (node.Is(Kind::kBool)) return node.boolean;
  WrongType(node, "true or false");
  return std::nullopt;
}

std::span<const JsonNode* const> JsonReader::Items(const JsonNode& node, size_t min) {
  if (!node.Is(Kind::kArray)) {
    WrongType(node, "an array");
    return {};
  }
  if (node.children.size() < min) {
    Error(node, "bad-value", "an empty array: add an item, or leave it out");
  }
  return node.children;
}

std::optional<size_t> JsonReader::OneOf(const JsonNode& node,
                                        std::span<const std::string_view> names) {
  if (!node.Is(Kind::kString)) {
    WrongType(node, "one of " + List(names));
    return std::nullopt;
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == node.text) return i;
  }
  Error(node, "bad-value",
        Quoted(node.text) + " is not known here: " + SuggestionOrList(node.text, names));
  return std::nullopt;
}

}  // namespace rasp
