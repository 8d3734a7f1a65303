// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/diagnostic.h"

namespace rasp {

// One JSON value that knows where it stands in its file.
struct JsonNode {
  enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text;  // a string's value; the token of a number or literal as written
  uint32_t line = 0;
  uint32_t column = 0;  // in bytes, from 1

  const JsonNode* parent = nullptr;
  size_t index = 0;  // among the parent's children
  std::string name;  // if the parent is an object
  uint32_t name_line = 0;
  uint32_t name_column = 0;
  std::vector<const JsonNode*> children;  // in the file's order

  bool Is(Kind wanted) const { return kind == wanted; }
  // The member of that name; nullptr if there is none or this is no object.
  const JsonNode* Find(std::string_view member) const;
  // The value of a number without a fraction, exact up to 2^53 on either side of zero.
  std::optional<int64_t> Integer() const;
  // RFC 6901: "/rules/3/operator"; empty for the root.
  std::string Pointer() const;
};

std::string_view KindName(JsonNode::Kind kind);  // "an object"

// The value as compact JSON.
std::string ToJson(const JsonNode& node);

// A text as parsed. Nodes live as long as the document.
struct JsonDocument {
  std::deque<JsonNode> nodes;  // [0] is the root; empty if the text is no JSON
};

inline constexpr size_t kMaxJsonBytes = 32u << 20;
inline constexpr size_t kMaxJsonDepth = 32;

// RFC 8259 plus comments. What is wrong is appended to `diagnostics`: syntax, bytes that are not
// UTF-8, nesting or size beyond the limits, and names that an object has twice (the only kind after
// which the document is still complete).
JsonDocument ParseJsonDocument(std::string_view text, const std::string& file,
                               Diagnostics& diagnostics);

}  // namespace rasp
