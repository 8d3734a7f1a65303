// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json_rules/document.h"
#include "rasp/diagnostic.h"

namespace rasp {

// Takes values out of a document; whatever does not fit becomes a diagnostic that says what was
// expected and found.
class JsonReader {
 public:
  JsonReader(const std::string& file, Diagnostics& diagnostics)
      : file_(file), diagnostics_(diagnostics) {}

  SourceLocation At(const JsonNode& node) const;
  void Error(const JsonNode& node, std::string code, std::string text);
  void Warning(const JsonNode& node, std::string code, std::string text);
  void WrongType(const JsonNode& node, std::string_view expected);
  // A member whose name nobody knows; `known` are the names it may have meant.
  void UnknownKey(const JsonNode& member, std::span<const std::string_view> known);
  void MissingKey(const JsonNode& object, std::string_view name);

  // The value if it has the type (and is not empty, or lies in the range); else a diagnostic and
  // nothing.
  std::optional<std::string> Text(const JsonNode& node);  // any string
  std::optional<std::string> NonEmpty(const JsonNode& node);
  std::optional<int64_t> Integer(const JsonNode& node, int64_t min, int64_t max);
  std::optional<bool> Bool(const JsonNode& node);
  // Its children, or none. `min` is the least number of items.
  std::span<const JsonNode* const> Items(const JsonNode& node, size_t min = 0);

  // The index of the string among `names`; a diagnostic with the nearest of them if it is none.
  std::optional<size_t> OneOf(const JsonNode& node, std::span<const std::string_view> names);

 private:
  const std::string& file_;
  Diagnostics& diagnostics_;
};

// One name an object may have, and what reads its value into T.
template <typename T>
struct JsonField {
  std::string_view name;
  void (*read)(JsonReader& reader, const JsonNode& node, T& out);  // nullptr: read elsewhere
  bool required = false;
};

// Reads every member of `object` by the table: unknown and missing names are diagnostics.
template <typename T>
void ReadFields(JsonReader& reader, const JsonNode& object, std::span<const JsonField<T>> fields,
                T& out) {
  if (!object.Is(JsonNode::Kind::kObject)) return reader.WrongType(object, "an object");
  std::vector<std::string_view> names;
  for (const JsonField<T>& field : fields) {
    names.push_back(field.name);
    if (field.required && object.Find(field.name) == nullptr) {
      reader.MissingKey(object, field.name);
    }
  }
  for (const JsonNode* member : object.children) {
    size_t i = 0;
    while (i < fields.size() && fields[i].name != member->name) ++i;
    if (i == fields.size()) {
      reader.UnknownKey(*member, names);
    } else if (fields[i].read != nullptr) {
      fields[i].read(reader, *member, out);
    }
  }
}

}  // namespace rasp
