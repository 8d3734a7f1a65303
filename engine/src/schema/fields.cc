// SPDX-License-Identifier: Apache-2.0
#include "schema/fields.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "schema/checker.h"

namespace rasp {
namespace {

int Compare(std::string_view a, std::string_view b, bool ignores_case) {
  if (!ignores_case) return a.compare(b);
  const size_t both = std::min(a.size(), b.size());
  for (size_t i = 0; i < both; ++i) {
    const int difference =
        static_cast<unsigned char>(ToLower(a[i])) - static_cast<unsigned char>(ToLower(b[i]));
    if (difference != 0) return difference;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

const FieldRule* Find(const FieldRules& rules, std::string_view name) {
  const auto at = std::lower_bound(rules.rules.begin(), rules.rules.end(), name,
                                   [&](const FieldRule& rule, std::string_view wanted) {
                                     return Compare(rule.name, wanted, rules.ignores_case) < 0;
                                   });
  const bool found = at != rules.rules.end() && Compare(at->name, name, rules.ignores_case) == 0;
  return found ? &*at : nullptr;
}

// "a[__proto__][b]", "a.constructor.b": forms of objects, as frameworks read them.
bool ReachesPrototype(std::string_view name) {
  while (!name.empty()) {
    const size_t end = name.find_first_of("[].");
    if (IsPrototypeName(name.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    name.remove_prefix(end + 1);
  }
  return false;
}

class FieldChecker {
 public:
  FieldChecker(const Schema& schema, const FieldRules& rules, std::pmr::memory_resource& memory)
      : rules_(rules), checker_(schema, memory), counts_(rules.rules.size(), 0, &memory) {}

  SchemaFinding Check(std::span<const Field> fields, std::span<const FilePart> files) {
    for (const Field& field : fields) {
      if (SchemaFinding finding = CheckOne(field, true)) return finding;
    }
    for (const FilePart& file : files) {
      if (SchemaFinding finding = CheckOne({file.field_name, {}}, false)) return finding;
    }
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      const FieldRule& rule = rules_.rules[i];
      if (counts_[i] == 0) {
        if (rule.required) return {SchemaFault::kMissing, rule.name, {}};
      } else if (rule.is_list && (counts_[i] < rule.min_items || counts_[i] > rule.max_items)) {
        return {SchemaFault::kItemCount, rule.name, {}};
      }
    }
    return {};
  }

 private:
  SchemaFinding CheckOne(const Field& field, bool has_value) {
    const FieldRule* rule = Find(rules_, field.name);
    if (rule == nullptr && field.name.ends_with("[]")) {
      rule = Find(rules_, field.name.substr(0, field.name.size() - 2));
      if (rule != nullptr && !rule->is_list) {
        return {SchemaFault::kListForScalar, rule->name, field.value};
      }
    }
    if (rule == nullptr) {
      if (ReachesPrototype(field.name)) return {SchemaFault::kPrototypeName, field.name, {}};
      if (rules_.additional) return {};
      return {SchemaFault::kUnknownName, field.name, field.value};
    }
    const auto index = static_cast<size_t>(rule - rules_.rules.data());
    if (!rule->is_list) {
      if (counts_[index]++ > 0) return {SchemaFault::kRepeatedName, rule->name, field.value};
      if (!has_value) return {};
      return CheckValue(*rule, field.value);
    }
    std::string_view rest = field.value;
    while (true) {
      const size_t end = rule->delimiter == 0 ? rest.npos : rest.find(rule->delimiter);
      ++counts_[index];
      if (!has_value) return {};
      if (SchemaFinding finding = CheckValue(*rule, rest.substr(0, end))) return finding;
      if (end == rest.npos) return {};
      rest.remove_prefix(end + 1);
    }
  }

  SchemaFinding CheckValue(const FieldRule& rule, std::string_view value) {
    SchemaFinding finding = checker_.CheckText(rule.node, value);
    finding.where = rule.name;
    return finding;
  }

  const FieldRules& rules_;
  SchemaChecker checker_;
  std::pmr::vector<uint32_t> counts_;
};

}  // namespace

SchemaFinding CheckFields(const Schema& schema, const FieldRules& rules,
                          std::span<const Field> fields, std::pmr::memory_resource& memory) {
  return FieldChecker(schema, rules, memory).Check(fields, {});
}

SchemaFinding CheckForm(const Schema& schema, const FieldRules& rules, const BodyFacts& form,
                        std::pmr::memory_resource& memory) {
  return FieldChecker(schema, rules, memory).Check(form.arguments, form.files);
}

SchemaFault CheckContent(const ContentType& type, std::string_view body) {
  if (body.substr(0, 3) == "\xEF\xBB\xBF") body.remove_prefix(3);
  while (!body.empty() && IsSpace(body.front())) body.remove_prefix(1);
  if (body.empty()) return SchemaFault::kNone;
  const char first = body.front();
  const bool object = first == '{' || first == '[';
  bool fits = true;
  switch (type.kind) {
    case BodyKind::kJson:
      fits = object || first == '"' || first == '-' || IsDigit(first) || first == 't' ||
             first == 'f' || first == 'n';
      break;
    case BodyKind::kXml:
      fits = first == '<';
      break;
    case BodyKind::kMultipart:
      fits = body.substr(0, 2) == "--" && !type.boundary.empty() &&
             body.substr(2, type.boundary.size()) == type.boundary;
      break;
    case BodyKind::kUrlEncoded:
      fits = !object && first != '<' && first != '"' && body.substr(0, 2) != "--";
      break;
    case BodyKind::kNone:
    case BodyKind::kOther:
      fits = !object && body.substr(0, 5) != "<?xml";
      break;
  }
  return fits ? SchemaFault::kNone : SchemaFault::kContent;
}

}  // namespace rasp
