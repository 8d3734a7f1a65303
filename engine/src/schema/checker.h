// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "json/json_scanner.h"
#include "schema/schema.h"

namespace rasp {

// Checks one value against a schema, in one pass over its text: every schema that a value must fit
// is followed at the same time, so that alternatives cost no second look. Time is linear in the
// text times kMostAtOnce; nothing recurses on it.
class SchemaChecker {
 public:
  static constexpr size_t kMostAtOnce = 64;  // schemas that one value is held against

  SchemaChecker(const Schema& schema, std::pmr::memory_resource& memory);

  // The first thing that is wrong; views live as long as `text` and the memory.
  SchemaFinding CheckJson(int32_t node, std::string_view text);
  // A text that stands for a value, as parameters and form fields do: a number or boolean where
  // the schema wants no string.
  SchemaFinding CheckText(int32_t node, std::string_view text);

 private:
  // How a schema's failure concerns the one that asked for it.
  enum class Role : uint8_t { kMust, kAny, kOne, kNot };
  struct Instance {
    int32_t node = 0;
    int32_t owner = -1;
    Role role = Role::kMust;
    bool certain = true;  // its failure is the whole value's
    bool failed = false;
    bool forbidden = false;  // its "not" fits
    uint16_t any = 0;        // alternatives that fit
    uint16_t one = 0;
    uint32_t required = 0;  // properties seen
  };
  struct Level {       // an open container
    size_t first = 0;  // of its instances
    size_t last = 0;
    size_t first_hash = 0;
    uint32_t members = 0;
    bool is_array = false;
    bool unique = false;   // some schema wants unique items
    std::string_view key;  // of the member that is being read, raw
  };
  // A scalar, or the beginning of a container.
  struct Value {
    ValueType type = ValueType::kNull;
    std::string_view text;  // decoded
    std::string_view raw;
    double number = 0;
    bool boolean = false;
    bool is_integer = false;  // by its value
    bool is_whole = false;    // by how it is written
    bool is_exact = true;     // no integer beyond 2^53
    bool fits_64 = true;
    bool is_utf8 = true;
    size_t length = 0;
  };

  const SchemaNode& NodeOf(const Instance& instance) const {
    return schema_.nodes[static_cast<size_t>(instance.node)];
  }
  void Begin();
  bool Add(int32_t node, int32_t owner, Role role);
  bool Expand(size_t first);
  bool AddForMember(std::string_view key);
  bool AddForItem();
  bool TakeKey();
  bool TakeValue(JsonToken token);
  bool TakeEnd();
  Value Read(JsonToken token);
  void ReadNumber(std::string_view raw, Value& value) const;
  std::string_view Decoded(std::string_view raw, bool has_escape, bool& whole);
  void CheckInstance(Instance& instance, const Value& value);
  Value AsText(const SchemaNode& node, std::string_view text) const;
  void CheckNumber(Instance& instance, const Value& value);
  void CheckString(Instance& instance, const Value& value);
  void CheckConstants(Instance& instance, const Value& value);
  void CheckEnd(Instance& instance, const Level& level);
  bool HasRepeated(size_t first_hash);
  void Settle(size_t first);
  void Fail(Instance& instance, SchemaFault fault, std::string_view value = {});
  bool Stop(SchemaFault fault, std::string_view value = {});
  std::string_view Where();

  const Schema& schema_;
  std::pmr::memory_resource& memory_;
  std::pmr::vector<Instance> instances_;
  std::pmr::vector<Level> levels_;
  std::pmr::vector<uint64_t> hashes_;  // of names or items, of all open containers
  std::pmr::vector<char> decoded_;
  JsonScanner scanner_{{}};
  SchemaFinding finding_;
};

}  // namespace rasp
