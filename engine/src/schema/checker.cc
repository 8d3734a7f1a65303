// SPDX-License-Identifier: Apache-2.0
#include "schema/checker.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/capped_memory.h"
#include "json/json_string.h"

namespace rasp {
namespace {

constexpr double kUnsafeIntegers = 9007199254740992.0;  // 2^53, which 2^53 + 1 looks like
constexpr size_t kLongestNumber = 64;
constexpr size_t kLongestValue = 128;  // told of a finding
constexpr size_t kLongestPointer = 512;

uint64_t HashOf(std::string_view text) {
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

ValueType TypeOf(JsonToken token) {
  switch (token) {
    case JsonToken::kBeginObject:
      return ValueType::kObject;
    case JsonToken::kBeginArray:
      return ValueType::kArray;
    case JsonToken::kString:
      return ValueType::kString;
    case JsonToken::kNumber:
      return ValueType::kNumber;
    case JsonToken::kTrue:
    case JsonToken::kFalse:
      return ValueType::kBoolean;
    default:
      return ValueType::kNull;
  }
}

constexpr bool IsContainer(ValueType type) {
  return type == ValueType::kArray || type == ValueType::kObject;
}

}  // namespace

SchemaChecker::SchemaChecker(const Schema& schema, std::pmr::memory_resource& memory)
    : schema_(schema),
      memory_(memory),
      instances_(&memory),
      levels_(&memory),
      hashes_(&memory),
      decoded_(&memory) {
  instances_.reserve(kMostAtOnce);
  levels_.reserve(16);
}

void SchemaChecker::Begin() {
  instances_.clear();
  levels_.clear();
  hashes_.clear();
  finding_ = {};
}

bool SchemaChecker::Stop(SchemaFault fault, std::string_view value) {
  if (!finding_) finding_ = {fault, Where(), value.substr(0, kLongestValue)};
  return false;
}

void SchemaChecker::Fail(Instance& instance, SchemaFault fault, std::string_view value) {
  instance.failed = true;
  if (instance.certain) Stop(fault, value);
}

// The JSON pointer to what is being read.
std::string_view SchemaChecker::Where() {
  std::pmr::string pointer(&memory_);
  for (const Level& level : levels_) {
    if (pointer.size() > kLongestPointer || level.members == 0) break;
    pointer += '/';
    if (level.is_array) {
      char digits[16];
      const auto end = std::to_chars(digits, digits + sizeof digits, level.members - 1).ptr;
      pointer.append(digits, end);
    } else {
      for (const char c : level.key.substr(0, kLongestValue)) {
        if (c == '~') {
          pointer += "~0";
        } else if (c == '/') {
          pointer += "~1";
        } else {
          pointer += c;
        }
      }
    }
  }
  return CopyTo(memory_, pointer);
}

bool SchemaChecker::Add(int32_t node, int32_t owner, Role role) {
  const bool certain =
      role == Role::kMust && (owner < 0 || instances_[static_cast<size_t>(owner)].certain);
  Instance instance;
  instance.node = node;
  instance.owner = owner;
  instance.role = role;
  instance.certain = certain;
  instances_.push_back(instance);
  return true;
}

// Adds what the instances from `first` on are made of, and what that is made of.
bool SchemaChecker::Expand(size_t first) {
  for (size_t i = first; i < instances_.size(); ++i) {
    if (instances_.size() - first > kMostAtOnce) return Stop(SchemaFault::kComplex);
    const SchemaNode& node = NodeOf(instances_[i]);
    if (!node.HasAlternatives()) continue;
    const auto owner = static_cast<int32_t>(i);
    for (const int32_t part : node.all_of) Add(part, owner, Role::kMust);
    for (const int32_t part : node.any_of) Add(part, owner, Role::kAny);
    for (const int32_t part : node.one_of) Add(part, owner, Role::kOne);
    if (node.not_of >= 0) Add(node.not_of, owner, Role::kNot);
  }
  return true;
}

bool SchemaChecker::AddForMember(std::string_view key) {
  const Level& level = levels_.back();
  bool declared = false;
  for (size_t i = level.first; i < level.last; ++i) {
    if (instances_[i].failed) continue;
    const SchemaNode& node = NodeOf(instances_[i]);
    const SchemaNode::Property* const property = node.FindProperty(key);
    if (property != nullptr) instances_[i].required += property->required ? 1 : 0;
    const bool is_declared = property != nullptr && property->node != SchemaNode::kUndeclared;
    const int32_t child = is_declared ? property->node : node.additional;
    declared = declared || is_declared;
    if (child == SchemaNode::kNothing) {
      Fail(instances_[i], SchemaFault::kUnknownName, level.key);
    }
    if (child >= 0) Add(child, static_cast<int32_t>(i), Role::kMust);
  }
  if (finding_) return false;
  if (!declared && IsPrototypeName(key)) return Stop(SchemaFault::kPrototypeName, level.key);
  return true;
}

bool SchemaChecker::AddForItem() {
  const Level& level = levels_.back();
  for (size_t i = level.first; i < level.last; ++i) {
    const int32_t items = NodeOf(instances_[i]).items;
    if (instances_[i].failed || items == SchemaNode::kAnything) continue;
    if (items == SchemaNode::kNothing) {
      Fail(instances_[i], SchemaFault::kItemCount);
    } else {
      Add(items, static_cast<int32_t>(i), Role::kMust);
    }
  }
  return !finding_;
}

std::string_view SchemaChecker::Decoded(std::string_view raw, bool has_escape, bool& whole) {
  if (!has_escape) return raw;
  if (decoded_.size() < raw.size()) decoded_.resize(raw.size());
  size_t size = 0;
  whole = DecodeJsonString(raw, decoded_.data(), size);
  return {decoded_.data(), size};
}

bool SchemaChecker::TakeKey() {
  Level& level = levels_.back();
  level.key = scanner_.raw();
  ++level.members;
  bool whole = true;
  const std::string_view key = Decoded(scanner_.raw(), scanner_.has_escape(), whole);
  if (!whole) return Stop(SchemaFault::kUtf8, scanner_.raw());
  hashes_.push_back(HashOf(key));
  // What stands behind the container's instances is the value's.
  instances_.resize(level.last);
  return AddForMember(key);
}

void SchemaChecker::ReadNumber(std::string_view raw, Value& value) const {
  const bool whole = raw.find_first_of(".eE") == std::string_view::npos;
  const char* const end = raw.data() + raw.size();
  if (raw.size() > kLongestNumber ||
      std::from_chars(raw.data(), end, value.number).ec != std::errc()) {
    value.number = raw.front() == '-' ? -HUGE_VAL : HUGE_VAL;
  }
  value.is_integer = std::isfinite(value.number) ? std::trunc(value.number) == value.number : whole;
  value.is_whole = whole;
  value.is_exact = !value.is_integer || std::abs(value.number) < kUnsafeIntegers;
  int64_t exact = 0;
  const auto parsed = std::from_chars(raw.data(), end, exact);
  value.fits_64 = whole && parsed.ec == std::errc() && parsed.ptr == end;
}

SchemaChecker::Value SchemaChecker::Read(JsonToken token) {
  Value value;
  value.type = TypeOf(token);
  value.raw = scanner_.raw();
  if (token == JsonToken::kString) {
    value.text = Decoded(value.raw, scanner_.has_escape(), value.is_utf8);
    value.is_utf8 = value.is_utf8 && CountCodePoints(value.text, value.length);
  } else if (token == JsonToken::kNumber) {
    ReadNumber(value.raw, value);
  } else if (token == JsonToken::kTrue || token == JsonToken::kFalse) {
    value.boolean = token == JsonToken::kTrue;
    value.raw = token == JsonToken::kTrue ? "true" : "false";
  }
  return value;
}

void SchemaChecker::CheckNumber(Instance& instance, const Value& value) {
  const SchemaNode& node = NodeOf(instance);
  const bool as_integer = value.is_whole || (node.types & TypeBit(ValueType::kNumber)) == 0;
  if (as_integer && !value.is_exact && !(node.wide && value.fits_64)) {
    return Fail(instance, SchemaFault::kUnsafeInteger, value.raw);
  }
  const double number = value.number;
  const bool below =
      node.has_minimum && (node.excludes_minimum ? number <= node.minimum : number < node.minimum);
  const bool above =
      node.has_maximum && (node.excludes_maximum ? number >= node.maximum : number > node.maximum);
  if (below || above || !std::isfinite(number)) {
    return Fail(instance, SchemaFault::kRange, value.raw);
  }
  if (node.multiple_of > 0) {
    const double quotient = number / node.multiple_of;
    const double distance = std::abs(quotient - std::round(quotient));
    if (distance > 1e-9 * std::max(1.0, std::abs(quotient))) {
      Fail(instance, SchemaFault::kMultiple, value.raw);
    }
  }
}

void SchemaChecker::CheckString(Instance& instance, const Value& value) {
  const SchemaNode& node = NodeOf(instance);
  if (!value.is_utf8) return Fail(instance, SchemaFault::kUtf8, value.raw);
  if (value.length < node.min_length || value.length > node.max_length) {
    return Fail(instance, SchemaFault::kLength, value.raw);
  }
  if (node.format != nullptr && !node.format->holds(value.text)) {
    return Fail(instance, SchemaFault::kFormat, value.raw);
  }
  // A search that gave up for want of memory has not matched.
  if (node.pattern != nullptr &&
      node.pattern->Search(value.text, nullptr) != match::Regex::Outcome::kMatch) {
    Fail(instance, SchemaFault::kPattern, value.raw);
  }
}

void SchemaChecker::CheckConstants(Instance& instance, const Value& value) {
  for (const SchemaConstant& constant : NodeOf(instance).constants) {
    if (constant.type != value.type) continue;
    switch (value.type) {
      case ValueType::kString:
        if (constant.text == value.text) return;
        break;
      case ValueType::kNumber:
        if (constant.number == value.number) return;
        break;
      case ValueType::kBoolean:
        if (constant.boolean == value.boolean) return;
        break;
      default:
        return;  // null
    }
  }
  Fail(instance, SchemaFault::kConstant, value.raw);
}

void SchemaChecker::CheckInstance(Instance& instance, const Value& value) {
  const SchemaNode& node = NodeOf(instance);
  if (node.read_only) return Fail(instance, SchemaFault::kReadOnly, value.raw);
  uint8_t type = TypeBit(value.type);
  if (value.type == ValueType::kNumber && value.is_integer) type |= TypeBit(ValueType::kInteger);
  if ((node.types & type) == 0) {
    const bool list =
        IsContainer(value.type) &&
        (node.types & (TypeBit(ValueType::kArray) | TypeBit(ValueType::kObject))) == 0;
    return Fail(instance, list ? SchemaFault::kListForScalar : SchemaFault::kType, value.raw);
  }
  if (value.type == ValueType::kNumber) CheckNumber(instance, value);
  if (value.type == ValueType::kString) CheckString(instance, value);
  if (!instance.failed && !node.constants.empty()) CheckConstants(instance, value);
}

bool SchemaChecker::TakeValue(JsonToken token) {
  size_t first = 0;
  if (!levels_.empty()) {
    Level& level = levels_.back();
    first = level.last;
    if (level.is_array) {
      ++level.members;
      instances_.resize(level.last);
      if (!AddForItem()) return false;
    }
  }
  if (!Expand(first)) return false;
  const Value value = Read(token);
  for (size_t i = first; i < instances_.size() && !finding_; ++i) {
    CheckInstance(instances_[i], value);
  }
  if (finding_) return false;
  if (!levels_.empty() && levels_.back().is_array && levels_.back().unique) {
    const uint64_t kind = static_cast<uint64_t>(value.type) << 56;
    hashes_.push_back(IsContainer(value.type)
                          ? HashOf({}) + hashes_.size()
                          : HashOf(value.type == ValueType::kString ? value.text : value.raw) ^
                                kind);
  }
  if (!IsContainer(value.type)) {
    Settle(first);
    return !finding_;
  }
  Level level;
  level.first = first;
  level.last = instances_.size();
  level.first_hash = hashes_.size();
  level.is_array = value.type == ValueType::kArray;
  for (size_t i = first; level.is_array && i < level.last; ++i) {
    level.unique = level.unique || (!instances_[i].failed && NodeOf(instances_[i]).unique_items);
  }
  levels_.push_back(level);
  return true;
}

void SchemaChecker::CheckEnd(Instance& instance, const Level& level) {
  const SchemaNode& node = NodeOf(instance);
  if (level.is_array) {
    if (level.members < node.min_items || level.members > node.max_items) {
      Fail(instance, SchemaFault::kItemCount);
    }
  } else if (instance.required < node.required) {
    Fail(instance, SchemaFault::kMissing);
  } else if (level.members < node.min_properties || level.members > node.max_properties) {
    Fail(instance, SchemaFault::kPropertyCount);
  }
}

// O(n log n) whatever names a client chooses; two with one hash merely look repeated.
bool SchemaChecker::HasRepeated(size_t first_hash) {
  const auto begin = hashes_.begin() + static_cast<std::ptrdiff_t>(first_hash);
  std::sort(begin, hashes_.end());
  return std::adjacent_find(begin, hashes_.end()) != hashes_.end();
}

bool SchemaChecker::TakeEnd() {
  const Level level = levels_.back();
  levels_.pop_back();
  const bool repeated = HasRepeated(level.first_hash);
  hashes_.resize(level.first_hash);
  if (!level.is_array && repeated) return Stop(SchemaFault::kDuplicateName);
  instances_.resize(level.last);
  for (size_t i = level.first; i < level.last && !finding_; ++i) {
    if (instances_[i].failed) continue;
    CheckEnd(instances_[i], level);
    if (level.is_array && repeated && NodeOf(instances_[i]).unique_items) {
      Fail(instances_[i], SchemaFault::kRepeatedItem);
    }
  }
  if (!finding_) Settle(level.first);
  return !finding_;
}

// Tells the owners of the instances from `first` on what became of them, parts before wholes, and
// removes them.
void SchemaChecker::Settle(size_t first) {
  for (size_t i = instances_.size(); i > first; --i) {
    Instance& instance = instances_[i - 1];
    const SchemaNode& node = NodeOf(instance);
    const bool fits = (node.any_of.empty() || instance.any > 0) &&
                      (node.one_of.empty() || instance.one == 1) && !instance.forbidden;
    if (!instance.failed && !fits) Fail(instance, SchemaFault::kAlternative);
    if (instance.owner < 0) continue;
    Instance& owner = instances_[static_cast<size_t>(instance.owner)];
    switch (instance.role) {
      case Role::kMust:
        owner.failed = owner.failed || instance.failed;
        break;
      case Role::kAny:
        owner.any = static_cast<uint16_t>(owner.any + (instance.failed ? 0 : 1));
        break;
      case Role::kOne:
        owner.one = static_cast<uint16_t>(owner.one + (instance.failed ? 0 : 1));
        break;
      case Role::kNot:
        owner.forbidden = owner.forbidden || !instance.failed;
        break;
    }
  }
  instances_.resize(first);
}

SchemaFinding SchemaChecker::CheckJson(int32_t node, std::string_view text) {
  Begin();
  scanner_ = JsonScanner(text);
  if (node >= 0) Add(node, -1, Role::kMust);
  while (true) {
    const JsonToken token = scanner_.Next();
    bool goes_on = true;
    switch (token) {
      case JsonToken::kEnd:
        return finding_;
      case JsonToken::kError:
        Stop(scanner_.too_deep() ? SchemaFault::kDepth : SchemaFault::kSyntax);
        return finding_;
      case JsonToken::kKey:
        goes_on = TakeKey();
        break;
      case JsonToken::kEndObject:
      case JsonToken::kEndArray:
        goes_on = TakeEnd();
        break;
      default:
        goes_on = TakeValue(token);
        break;
    }
    if (!goes_on) return finding_;
  }
}

// What the text stands for, to a schema of these types.
SchemaChecker::Value SchemaChecker::AsText(const SchemaNode& node, std::string_view text) const {
  Value value;
  value.type = ValueType::kString;
  value.text = text;
  value.raw = text;
  if ((node.types & TypeBit(ValueType::kString)) != 0) {
    value.is_utf8 = CountCodePoints(text, value.length);
    return value;
  }
  JsonScanner scanner(text);
  const JsonToken token = scanner.Next();
  const bool whole = scanner.begin() == 0 && scanner.end() == text.size();
  if (token == JsonToken::kNumber && whole) {
    value.type = ValueType::kNumber;
    ReadNumber(text, value);
  } else if ((token == JsonToken::kTrue || token == JsonToken::kFalse) && whole) {
    value.type = ValueType::kBoolean;
    value.boolean = token == JsonToken::kTrue;
  } else if (text.empty()) {
    value.type = ValueType::kNull;
  }
  return value;
}

SchemaFinding SchemaChecker::CheckText(int32_t node, std::string_view text) {
  Begin();
  if (node < 0) return finding_;
  Add(node, -1, Role::kMust);
  if (!Expand(0)) return finding_;
  for (size_t i = 0; i < instances_.size() && !finding_; ++i) {
    CheckInstance(instances_[i], AsText(NodeOf(instances_[i]), text));
  }
  if (!finding_) Settle(0);
  return finding_;
}

}  // namespace rasp
