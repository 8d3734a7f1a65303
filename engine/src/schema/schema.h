// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "match/regex.h"
#include "schema/format.h"

namespace rasp {

// What values a schema allows: the part of JSON Schema that OpenAPI 3 uses, compiled. Nodes refer
// to each other by index, so that a schema may contain itself.
enum class ValueType : uint8_t { kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject };
constexpr uint8_t TypeBit(ValueType type) {
  return static_cast<uint8_t>(1u << static_cast<unsigned>(type));
}
inline constexpr uint8_t kAnyType = 0x7F;

struct SchemaConstant {  // of "enum" and "const": scalars alone
  ValueType type = ValueType::kNull;
  std::string text;  // kString
  double number = 0;
  bool boolean = false;
};

struct SchemaNode {
  static constexpr int32_t kAnything = -1;
  static constexpr int32_t kNothing = -2;
  static constexpr int32_t kUndeclared = -3;  // a property that is required, and no more
  static constexpr uint32_t kUnbounded = UINT32_MAX;

  struct Property {
    std::string name;
    int32_t node = kAnything;
    bool required = false;
  };

  uint8_t types = kAnyType;
  bool nullable = false;
  bool read_only = false;        // must not come in a request
  bool says_additional = false;  // `additional` was written there
  bool is_open = false;          // members may come that are allowed in a way not followed
  bool wide = false;             // integers up to 2^63 instead of 2^53
  bool has_minimum = false;
  bool has_maximum = false;
  bool excludes_minimum = false;
  bool excludes_maximum = false;
  bool unique_items = false;
  char delimiter = 0;  // of a list in one parameter; 0: none
  double minimum = 0;
  double maximum = 0;
  double multiple_of = 0;   // 0: of anything
  uint32_t min_length = 0;  // code points
  uint32_t max_length = kUnbounded;
  uint32_t min_items = 0;
  uint32_t max_items = kUnbounded;
  uint32_t min_properties = 0;
  uint32_t max_properties = kUnbounded;
  const TextFormat* format = nullptr;
  std::unique_ptr<const match::Regex> pattern;
  std::vector<SchemaConstant> constants;  // empty: any value
  int32_t items = kAnything;
  int32_t additional = kAnything;
  std::vector<Property> properties;  // sorted by name; one that is merely required, too
  uint32_t required = 0;             // how many of them
  std::vector<int32_t> all_of;
  std::vector<int32_t> any_of;
  std::vector<int32_t> one_of;
  int32_t not_of = kAnything;  // kAnything: there is none

  const Property* FindProperty(std::string_view name) const;
  bool HasAlternatives() const {
    return !all_of.empty() || !any_of.empty() || !one_of.empty() || not_of >= 0;
  }
};

struct Schema {
  std::vector<SchemaNode> nodes;  // no node is part of itself but through a property or an item
};

// In what a value is not as the schema wants it.
enum class SchemaFault : uint8_t {
  kNone,
  kSyntax,  // no JSON
  kDepth,
  kComplex,  // more alternatives at once than are followed
  kUtf8,
  kDuplicateName,
  kPrototypeName,
  kType,
  kListForScalar,
  kUnsafeInteger,
  kRange,
  kMultiple,
  kLength,
  kPattern,
  kFormat,
  kConstant,
  kAlternative,
  kMissing,
  kUnknownName,
  kReadOnly,
  kItemCount,
  kRepeatedItem,
  kPropertyCount,
  kRepeatedName,
  kMediaType,
  kContent,  // the first bytes are not what Content-Type says
};
std::string_view SchemaFaultText(SchemaFault fault);  // "a value of another type"
// The body could not be read as a whole, so that what it holds is not known.
constexpr bool IsUnreadable(SchemaFault fault) {
  return fault == SchemaFault::kSyntax || fault == SchemaFault::kDepth ||
         fault == SchemaFault::kComplex;
}

struct SchemaFinding {
  SchemaFault fault = SchemaFault::kNone;
  std::string_view where;  // JSON pointer or name, in the checker's memory or the input's
  std::string_view value;  // as written, raw
  explicit operator bool() const { return fault != SchemaFault::kNone; }
};

// A name that reaches an object's prototype in JavaScript when objects are merged.
bool IsPrototypeName(std::string_view name);

}  // namespace rasp
