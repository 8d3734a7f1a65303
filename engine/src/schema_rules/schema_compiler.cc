// SPDX-License-Identifier: Apache-2.0
#include "schema_rules/schema_compiler.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/ascii.h"
#include "core/quoted.h"
#include "schema/checker.h"

namespace rasp {
namespace {

using Kind = JsonNode::Kind;

struct TypeName {
  std::string_view name;
  uint8_t bits;
};
constexpr TypeName kTypes[] = {
    {"null", TypeBit(ValueType::kNull)},
    {"boolean", TypeBit(ValueType::kBoolean)},
    {"string", TypeBit(ValueType::kString)},
    {"integer", TypeBit(ValueType::kInteger)},
    {"array", TypeBit(ValueType::kArray)},
    {"object", TypeBit(ValueType::kObject)},
    {"number", TypeBit(ValueType::kNumber) | TypeBit(ValueType::kInteger)},
};

// Say nothing of what a value may be.
constexpr std::string_view kAnnotations[] = {
    "$anchor", "$comment",        "$defs",           "$id",         "$schema",
    "default", "definitions",     "deprecated",      "description", "discriminator",
    "example", "examples",        "externalDocs",    "title",       "writeOnly",
    "xml",     "contentEncoding", "contentMediaType"};

double NumberOf(const JsonNode& node) {
  double value = 0;
  std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
  return value;
}

uint32_t CountOf(JsonReader& json, const JsonNode& node, uint32_t otherwise) {
  const std::optional<int64_t> count = json.Integer(node, 0, UINT32_MAX - 1);
  return count ? static_cast<uint32_t>(*count) : otherwise;
}

void ReadBound(JsonReader& json, const JsonNode& value, bool& has, double& bound) {
  if (!value.Is(Kind::kNumber)) return json.WrongType(value, "a number");
  has = true;
  bound = NumberOf(value);
}

// true beside the bound (3.0), or the bound itself (3.1).
void ReadExclusive(JsonReader& json, const JsonNode& value, bool& has, bool& excludes,
                   double& bound) {
  if (value.Is(Kind::kBool)) {
    excludes = value.boolean;
    return;
  }
  excludes = true;
  ReadBound(json, value, has, bound);
}

// What "properties" and "required" say of one name.
void MergeProperties(std::vector<SchemaNode::Property>& properties) {
  std::stable_sort(properties.begin(), properties.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  size_t kept = 0;
  for (size_t i = 0; i < properties.size(); ++i) {
    if (kept > 0 && properties[kept - 1].name == properties[i].name) {
      properties[kept - 1].required = true;
    } else if (kept++ != i) {
      properties[kept - 1] = std::move(properties[i]);
    }
  }
  properties.resize(kept);
}

template <typename Visitor>
void ForEachPart(const SchemaNode& node, const Visitor& visit) {
  for (const std::vector<int32_t>* parts : {&node.all_of, &node.any_of, &node.one_of}) {
    for (const int32_t part : *parts) visit(part);
  }
  if (node.not_of >= 0) visit(node.not_of);
}

}  // namespace

struct SchemaCompiler::Keyword {
  std::string_view name;
  void (*read)(SchemaCompiler& self, const JsonNode& value, SchemaNode& node);
};

const SchemaCompiler::
    Keyword
        SchemaCompiler::
            kKeywords
                [] =
                    {
                        {"$ref",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           const JsonNode* const target = self.Resolve(value);
                           if (target != nullptr)
                             node.all_of.push_back(self.AddOrAnything(*target));
                         }},
                        {"additionalProperties",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           node.additional = self.Add(value);
                           node.says_additional = true;
                         }},
                        {"allOf", [](SchemaCompiler& self, const JsonNode& value,
                                     SchemaNode& node) { self.AddParts(value, node.all_of); }},
                        {"anyOf", [](SchemaCompiler& self, const JsonNode& value,
                                     SchemaNode& node) { self.AddParts(value, node.any_of); }},
                        {"const", [](SchemaCompiler& self, const JsonNode& value,
                                     SchemaNode& node) { self.ReadConstant(value, node); }},
                        {"enum",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           for (const JsonNode* item : self.json_.Items(value, 1))
                             self.ReadConstant(*item, node);
                         }},
                        {"exclusiveMaximum",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           ReadExclusive(self.json_, value, node.has_maximum, node.excludes_maximum,
                                         node.maximum);
                         }},
                        {"exclusiveMinimum",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           ReadExclusive(self.json_, value, node.has_minimum, node.excludes_minimum,
                                         node.minimum);
                         }},
                        {"format", [](SchemaCompiler& self, const JsonNode& value,
                                      SchemaNode& node) { self.ReadFormat(value, node); }},
                        {"items", [](SchemaCompiler& self, const JsonNode& value,
                                     SchemaNode& node) { node.items = self.Add(value); }},
                        {"maxItems",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           node.max_items = CountOf(self.json_, value, SchemaNode::kUnbounded);
                         }},
                        {"maxLength",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           node.max_length = CountOf(self.json_, value, SchemaNode::kUnbounded);
                         }},
                        {"maxProperties",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           node.max_properties = CountOf(self.json_, value, SchemaNode::kUnbounded);
                         }},
                        {"maximum",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           ReadBound(self.json_, value, node.has_maximum, node.maximum);
                         }},
                        {"minItems",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           node.min_items = CountOf(self.json_, value, 0);
                         }},
                        {"minLength",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           node.min_length = CountOf(self.json_, value, 0);
                         }},
                        {"minProperties",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           node.min_properties = CountOf(self.json_, value, 0);
                         }},
                        {"minimum",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           ReadBound(self.json_, value, node.has_minimum, node.minimum);
                         }},
                        {"multipleOf",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           bool has = false;
                           ReadBound(self.json_, value, has, node.multiple_of);
                           if (has && !(node.multiple_of > 0)) {
                             self.json_.Error(value, "bad-value",
                                              "a number that is not above zero: write one that is");
                           }
                         }},
                        {"not", [](SchemaCompiler& self, const JsonNode& value,
                                   SchemaNode& node) { node.not_of = self.AddOrAnything(value); }},
                        {"nullable",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           if (self.json_.Bool(value).value_or(false)) node.nullable = true;
                         }},
                        {"oneOf", [](SchemaCompiler& self, const JsonNode& value,
                                     SchemaNode& node) { self.AddParts(value, node.one_of); }},
                        {"pattern", [](SchemaCompiler& self, const JsonNode& value,
                                       SchemaNode& node) { self.ReadPattern(value, node); }},
                        {"properties", [](SchemaCompiler& self, const JsonNode& value,
                                          SchemaNode& node) { self.ReadProperties(value, node); }},
                        {"readOnly",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           node.read_only = self.json_.Bool(value).value_or(false);
                         }},
                        {"required", [](SchemaCompiler& self, const JsonNode& value,
                                        SchemaNode& node) { self.ReadRequired(value, node); }},
                        {"type", [](SchemaCompiler& self, const JsonNode& value,
                                    SchemaNode& node) { self.ReadTypes(value, node); }},
                        {"uniqueItems",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           node.unique_items = self.json_.Bool(value).value_or(false);
                         }},
                        {"x-delimiter",
                         [](SchemaCompiler& self, const JsonNode& value, SchemaNode& node) {
                           const std::string text = self.json_.Text(value).value_or("");
                           if (text.size() == 1) {
                             node.delimiter = text[0];
                           } else {
                             self.json_.Error(value, "bad-value",
                                              "a delimiter is one byte: write it, as in \",\"");
                           }
                         }},
};

const JsonNode* SchemaCompiler::Resolve(const JsonNode& ref) {
  const std::optional<std::string> text = json_.Text(ref);
  if (!text) return nullptr;
  if (text->empty() || text->front() != '#') {
    json_.Error(ref, "foreign-reference",
                Quoted(*text) + " leads out of this file: put what it means here, below \"#/\"");
    return nullptr;
  }
  const JsonNode* const target = pointers_.Follow(RootOf(ref), text->substr(1));
  if (target == nullptr) {
    json_.Error(ref, "unknown-reference",
                Quoted(*text) + " leads nowhere: write the path of something in this file");
  }
  return target;
}

int32_t SchemaCompiler::Add(const JsonNode& value) {
  if (value.Is(Kind::kBool)) {
    return value.boolean ? SchemaNode::kAnything : SchemaNode::kNothing;
  }
  if (!value.Is(Kind::kObject)) {
    json_.WrongType(value, "a schema: an object, true or false");
    return SchemaNode::kAnything;
  }
  const auto [at, is_new] = known_.try_emplace(&value, static_cast<int32_t>(schema_.nodes.size()));
  if (is_new) {
    schema_.nodes.emplace_back();
    pending_.push_back({&value, at->second});
    sources_.push_back(&value);
  }
  return at->second;
}

// The same as a node of its own, where a part must be one.
int32_t SchemaCompiler::AddOrAnything(const JsonNode& value) {
  const int32_t node = Add(value);
  if (node >= 0) return node;
  const auto made = static_cast<int32_t>(schema_.nodes.size());
  schema_.nodes.emplace_back().types = node == SchemaNode::kNothing ? 0 : kAnyType;
  sources_.push_back(&value);
  return made;
}

void SchemaCompiler::AddParts(const JsonNode& value, std::vector<int32_t>& parts) {
  for (const JsonNode* item : json_.Items(value, 1)) parts.push_back(AddOrAnything(*item));
}

void SchemaCompiler::ReadTypes(const JsonNode& value, SchemaNode& node) {
  std::vector<std::string_view> names;
  for (const TypeName& type : kTypes) names.push_back(type.name);
  node.types = 0;
  const auto add = [&](const JsonNode& name) {
    if (const std::optional<size_t> type = json_.OneOf(name, names)) {
      node.types = static_cast<uint8_t>(node.types | kTypes[*type].bits);
    }
  };
  if (!value.Is(Kind::kArray)) return add(value);
  for (const JsonNode* item : json_.Items(value, 1)) add(*item);
}

void SchemaCompiler::ReadProperties(const JsonNode& value, SchemaNode& node) {
  if (!value.Is(Kind::kObject)) return json_.WrongType(value, "an object");
  for (const JsonNode* member : value.children) {
    node.properties.push_back({member->name, Add(*member), false});
  }
}

void SchemaCompiler::ReadRequired(const JsonNode& value, SchemaNode& node) {
  for (const JsonNode* item : json_.Items(value)) {
    const std::optional<std::string> name = json_.Text(*item);
    if (name) node.properties.push_back({*name, SchemaNode::kUndeclared, true});
  }
}

void SchemaCompiler::ReadConstant(const JsonNode& value, SchemaNode& node) {
  SchemaConstant constant;
  switch (value.kind) {
    case Kind::kNull:
      break;
    case Kind::kBool:
      constant.type = ValueType::kBoolean;
      constant.boolean = value.boolean;
      break;
    case Kind::kNumber:
      constant.type = ValueType::kNumber;
      constant.number = NumberOf(value);
      break;
    case Kind::kString:
      constant.type = ValueType::kString;
      constant.text = value.text;
      break;
    default:
      return json_.Error(value, "bad-value",
                         "a list or object as a constant is not supported: describe it by "
                         "\"properties\" or \"items\"");
  }
  node.constants.push_back(std::move(constant));
}

void SchemaCompiler::ReadPattern(const JsonNode& value, SchemaNode& node) {
  const std::optional<std::string> text = json_.Text(value);
  if (!text) return;
  Result<match::Regex> regex = match::Regex::Compile(*text, {.multiline = false, .dot_all = false});
  if (!regex) return json_.Error(value, "bad-pattern", regex.error());
  if (!regex->linear()) {
    return json_.Warning(value, "pattern-not-checked",
                         "a pattern that takes more than linear time, which is not checked: write "
                         "it without look-around and back-references");
  }
  node.pattern = std::make_unique<const match::Regex>(std::move(*regex));
}

void SchemaCompiler::ReadFormat(const JsonNode& value, SchemaNode& node) {
  const std::optional<std::string> name = json_.Text(value);
  if (!name) return;
  node.format = FindTextFormat(*name);
  if (*name == "int64") node.wide = true;
  if (*name == "int32") {
    if (!node.has_minimum) node.minimum = -2147483648.0;
    if (!node.has_maximum) node.maximum = 2147483647.0;
    node.has_minimum = node.has_maximum = true;
  }
  static constexpr std::string_view kUnchecked[] = {"int32",  "int64",    "float",
                                                    "double", "password", "binary"};
  if (node.format == nullptr &&
      std::find(std::begin(kUnchecked), std::end(kUnchecked), *name) == std::end(kUnchecked)) {
    json_.Warning(value, "format-not-checked",
                  "the format " + Quoted(*name) + " is not checked: add a \"pattern\"");
  }
}

void SchemaCompiler::ReadKeyword(const JsonNode& member, SchemaNode& node) {
  const std::string_view name = member.name;
  for (const Keyword& keyword : kKeywords) {
    if (keyword.name == name) return keyword.read(*this, member, node);
  }
  const bool annotation =
      name.starts_with("x-") ||
      std::find(std::begin(kAnnotations), std::end(kAnnotations), name) != std::end(kAnnotations);
  if (annotation) return;
  json_.Warning(member, "keyword-not-checked",
                Quoted(name) +
                    " is not checked: say it in other words, or leave it to the "
                    "application");
  // What these would allow is not known: anything.
  if (name == "patternProperties" || name == "unevaluatedProperties") node.is_open = true;
}

void SchemaCompiler::Compile(const Pending& pending) {
  SchemaNode node;
  // By name, so that what one keyword overrides another with does not hang on the file's order:
  // "format" comes before "maximum".
  std::vector<const JsonNode*> members = pending.source->children;
  std::sort(members.begin(), members.end(),
            [](const JsonNode* a, const JsonNode* b) { return a->name < b->name; });
  for (const JsonNode* member : members) ReadKeyword(*member, node);
  if (node.nullable) node.types |= TypeBit(ValueType::kNull);
  if (node.is_open) node.additional = SchemaNode::kAnything;
  MergeProperties(node.properties);
  schema_.nodes[static_cast<size_t>(pending.node)] = std::move(node);
}

// A schema must not be part of itself but through a member or an item, nor have more parts than
// are followed at once.
bool SchemaCompiler::CheckTurns() {
  enum class State : uint8_t { kNew, kOpen, kDone };
  std::vector<State> states(schema_.nodes.size(), State::kNew);
  std::vector<size_t> sizes(schema_.nodes.size(), 1);
  for (size_t root = 0; root < schema_.nodes.size(); ++root) {
    std::vector<size_t> stack{root};
    while (!stack.empty()) {
      const size_t at = stack.back();
      if (states[at] == State::kDone) {
        stack.pop_back();
        continue;
      }
      const bool first = states[at] == State::kNew;
      states[at] = first ? State::kOpen : State::kDone;
      size_t size = 1;
      bool turns = false;
      ForEachPart(schema_.nodes[at], [&](int32_t part) {
        const auto index = static_cast<size_t>(part);
        turns = turns || (first && states[index] == State::kOpen);
        size += sizes[index];
        if (first) stack.push_back(index);
      });
      sizes[at] = std::min<size_t>(size, SchemaChecker::kMostAtOnce + 1);
      if (turns || (!first && sizes[at] > SchemaChecker::kMostAtOnce)) {
        json_.Error(*sources_[at], turns ? "schema-circle" : "schema-size",
                    turns ? "a schema that is part of itself without a member or item between: "
                            "break the circle of \"$ref\""
                          : "more than " + std::to_string(SchemaChecker::kMostAtOnce) +
                                " schemas for one value: write fewer alternatives");
        return false;
      }
    }
  }
  return true;
}

bool SchemaCompiler::IsReadOnly(int32_t node) const {
  while (node >= 0) {
    const SchemaNode& at = schema_.nodes[static_cast<size_t>(node)];
    if (at.read_only) return true;
    if (at.all_of.size() != 1) return false;
    node = at.all_of.front();
  }
  return false;
}

// Responses have them, requests must not: what is read-only is never required.
void SchemaCompiler::DropReadOnly() {
  for (SchemaNode& node : schema_.nodes) {
    node.required = 0;
    for (SchemaNode::Property& property : node.properties) {
      property.required = property.required && !IsReadOnly(property.node);
      node.required += property.required ? 1 : 0;
    }
  }
}

void SchemaCompiler::Finish() {
  while (!pending_.empty()) {
    const Pending next = pending_.front();
    pending_.pop_front();
    Compile(next);
  }
  if (!CheckTurns()) {
    for (SchemaNode& node : schema_.nodes) {
      node.all_of.clear();
      node.any_of.clear();
      node.one_of.clear();
      node.not_of = SchemaNode::kAnything;
    }
  }
  DropReadOnly();
}

FieldRule SchemaCompiler::Field(std::string name, int32_t node) const {
  FieldRule rule;
  rule.name = std::move(name);
  rule.node = node;
  while (node >= 0) {
    const SchemaNode& at = schema_.nodes[static_cast<size_t>(node)];
    const bool is_list = at.types == TypeBit(ValueType::kArray);
    rule.is_list = rule.is_list || is_list;
    if (rule.delimiter == 0) rule.delimiter = at.delimiter;
    if (is_list) {
      rule.node = at.items;
      rule.min_items = std::max(rule.min_items, at.min_items);
      rule.max_items = std::min(rule.max_items, at.max_items);
    }
    if (at.all_of.size() != 1) break;
    node = at.all_of.front();
  }
  return rule;
}

// Recursion ends: CheckTurns() has seen to it.
void SchemaCompiler::Collect(int32_t node, FieldRules& rules, bool& closed) const {
  if (node < 0) return;
  const SchemaNode& at = schema_.nodes[static_cast<size_t>(node)];
  closed = closed || at.additional == SchemaNode::kNothing;
  for (const SchemaNode::Property& property : at.properties) {
    const int32_t child =
        property.node == SchemaNode::kUndeclared ? SchemaNode::kAnything : property.node;
    FieldRule rule = Field(property.name, child);
    rule.required = property.required;
    const auto same = std::find_if(rules.rules.begin(), rules.rules.end(),
                                   [&](const FieldRule& known) { return known.name == rule.name; });
    if (same == rules.rules.end()) {
      rules.rules.push_back(std::move(rule));
    } else {
      if (same->node == SchemaNode::kAnything) {
        rule.required = rule.required || same->required;
        *same = std::move(rule);
      }
      same->required = same->required || property.required;
    }
  }
  for (const int32_t part : at.all_of) Collect(part, rules, closed);
}

FieldRules SchemaCompiler::Fields(const JsonNode& value) {
  FieldRules rules;
  const auto known = known_.find(&value);
  bool closed = false;
  if (known != known_.end()) Collect(known->second, rules, closed);
  rules.additional = !closed;
  std::sort(rules.rules.begin(), rules.rules.end(),
            [](const FieldRule& a, const FieldRule& b) { return a.name < b.name; });
  return rules;
}

}  // namespace rasp
