// SPDX-License-Identifier: Apache-2.0
#include "json_rules/condition.h"

#include "core/ascii.h"

namespace rasp {
namespace {

using Kind = JsonNode::Kind;

void ReadCondition(JsonReader& reader, const JsonNode& node, ConditionSpec& out);

// @pm separates phrases by spaces and takes |20 0a| as bytes: what would be read so is written that
// way.
std::string AsPhrase(std::string_view phrase) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : phrase) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F || c == '|') {
      out += {'|', kHex[byte >> 4], kHex[byte & 15], '|'};
    } else {
      out += c;
    }
  }
  return out;
}

// How an operator's argument spells a list; operators not named here separate by spaces.
struct ListForm {
  std::string_view operator_name;
  char separator;
  bool as_phrases;
};
constexpr ListForm kListForms[] = {
    {"pm", ' ', true},
    {"ipMatch", ',', false},
    {"validateByteRange", ',', false},
};

ListForm FormOf(std::string_view name) {
  for (const ListForm& form : kListForms) {
    if (EqualsIgnoreCase(form.operator_name, name)) return form;
  }
  return {name, ' ', false};
}

bool HasSpace(std::string_view text) {
  for (const char c : text) {
    if (IsSpace(c)) return true;
  }
  return false;
}

std::string ReadList(JsonReader& reader, const JsonNode& node, std::string_view operator_name) {
  const ListForm form = FormOf(operator_name);
  std::string out;
  for (const JsonNode* item : reader.Items(node, 1)) {
    const std::optional<std::string> text = reader.NonEmpty(*item);
    if (!text) continue;
    if (!form.as_phrases && HasSpace(*text)) {
      reader.Error(
          *item, "bad-value",
          "a space within an item: only pm takes phrases with spaces, write separate items");
    }
    if (!out.empty()) out += form.separator;
    out += form.as_phrases ? AsPhrase(*text) : *text;
  }
  return out;
}

void ReadOperator(JsonReader& reader, const JsonNode& node, ConditionSpec& out) {
  out.kind = ConditionSpec::Kind::kOperator;
  out.operator_name = node.name;
  out.where = reader.At(node);
  if (node.name.empty()) {
    reader.Error(node, "bad-value", "an operator without a name: name it, such as \"rx\"");
  } else if (node.Is(Kind::kString)) {
    out.argument = node.text;
  } else if (node.Is(Kind::kArray)) {
    out.argument = ReadList(reader, node, node.name);
  } else if (node.Is(Kind::kNumber) && node.Integer()) {
    out.argument = std::to_string(*node.Integer());
  } else if (!node.Is(Kind::kBool) || !node.boolean) {
    reader.WrongType(node,
                     "the operator's argument: a string, an integer, an array of strings, or "
                     "true for none");
  }
}

void ReadChildren(JsonReader& reader, const JsonNode& node, ConditionSpec& out) {
  out.kind = node.name == "any" ? ConditionSpec::Kind::kAny : ConditionSpec::Kind::kAll;
  out.where = reader.At(node);
  for (const JsonNode* child : reader.Items(node, 1)) {
    ReadCondition(reader, *child, out.children.emplace_back());
  }
}

void ReadNegated(JsonReader& reader, const JsonNode& node, ConditionSpec& out) {
  ReadCondition(reader, node, out);
  out.negated = !out.negated;
}

// Of an object's members those that are conditions: a "not" that is a boolean is a remark on one of
// the others.
std::vector<const JsonNode*> Conditions(std::span<const JsonNode* const> members) {
  std::vector<const JsonNode*> out;
  for (const JsonNode* member : members) {
    if (member->name != "not" || member->Is(Kind::kObject)) out.push_back(member);
  }
  return out;
}

// `object` holds `members`, which say one condition and perhaps that it is negated.
void ReadOneCondition(JsonReader& reader, const JsonNode& object,
                      std::span<const JsonNode* const> members, ConditionSpec& out) {
  const std::vector<const JsonNode*> conditions = Conditions(members);
  if (conditions.size() != 1) {
    const bool none = conditions.empty();
    reader.Error(none ? object : *conditions[1], "bad-condition",
                 none ? "no condition: add an operator, \"any\", \"all\" or \"not\""
                      : "a second condition: join them by \"any\" or \"all\"");
    return;
  }
  const JsonNode& condition = *conditions.front();
  if (condition.name == "not") {
    ReadNegated(reader, condition, out);
  } else if (condition.name == "any" || condition.name == "all") {
    ReadChildren(reader, condition, out);
  } else {
    ReadOperator(reader, condition, out);
  }
  const JsonNode* negation = object.Find("not");
  if (negation != nullptr && negation != &condition) {
    out.negated ^= reader.Bool(*negation).value_or(false);
  }
}

// Recursion ends at kMaxJsonDepth.
void ReadCondition(JsonReader& reader, const JsonNode& node, ConditionSpec& out) {
  if (!node.Is(Kind::kObject)) return reader.WrongType(node, "an object such as {\"rx\": \"...\"}");
  ReadOneCondition(reader, node, node.children, out);
}

}  // namespace

void ReadLinkCondition(JsonReader& reader, const JsonNode& link, ConditionSpec& out) {
  std::vector<const JsonNode*> members;
  for (const std::string_view key : kConditionKeys) {
    if (const JsonNode* member = link.Find(key)) members.push_back(member);
  }
  const JsonNode* wrapped = link.Find("operator");
  if (wrapped == nullptr || Conditions(members).size() != 1) {
    return ReadOneCondition(reader, link, members, out);
  }
  ReadCondition(reader, *wrapped, out);
  const JsonNode* negation = link.Find("not");
  if (negation != nullptr) out.negated ^= reader.Bool(*negation).value_or(false);
}

}  // namespace rasp
