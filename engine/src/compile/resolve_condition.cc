// SPDX-License-Identifier: Apache-2.0
#include "compile/resolver.h"
#include "compile/suggest.h"

namespace rasp {
namespace {

bool HoldsMacro(std::string_view text) { return text.find("%{") != std::string_view::npos; }

std::string CanonicalName(const std::string& name) {
  const OperatorDef* def = FindOperator(name);
  return def == nullptr ? name : std::string(def->name);
}

// Unlike the text for people, unambiguous: every part says how long it is.
void AppendKey(const ConditionSpec& spec, bool top, std::string& key) {
  key += spec.negated && !top ? '!' : ' ';
  key += static_cast<char>('0' + static_cast<int>(spec.kind));
  const std::string name =
      spec.kind == ConditionSpec::Kind::kOperator ? CanonicalName(spec.operator_name) : "";
  key += std::to_string(name.size()) + ":" + name + std::to_string(spec.argument.size()) + ":" +
         spec.argument;
  key += std::to_string(spec.children.size()) + ":";
  for (const ConditionSpec& child : spec.children) AppendKey(child, false, key);
}

}  // namespace

std::string ConditionText(const ConditionSpec& spec) {
  if (spec.kind == ConditionSpec::Kind::kOperator) {
    return "@" + CanonicalName(spec.operator_name) +
           (spec.argument.empty() ? "" : " " + spec.argument);
  }
  std::string text = spec.kind == ConditionSpec::Kind::kAll ? "all(" : "any(";
  for (size_t i = 0; i < spec.children.size(); ++i) {
    if (i > 0) text += ", ";
    text += (spec.children[i].negated ? "not " : "") + ConditionText(spec.children[i]);
  }
  return text + ")";
}

OperatorPtr Resolver::MakeOperator(const ConditionSpec& spec, const std::string& directory,
                                   bool top) {
  const OperatorDef* def = FindOperator(spec.operator_name);
  if (def == nullptr && spec.operator_name.empty()) {
    // A ruleset's reader has most likely said so already.
    if (!HasErrors(diagnostics_))
      Error(spec.where, "missing-operator", "the condition names no operator");
    return nullptr;
  }
  if (def == nullptr) {
    Error(spec.where, "unknown-operator",
          "there is no operator `" + spec.operator_name + "`" +
              DidYouMean(spec.operator_name, NamesOf(AllOperators())));
    return nullptr;
  }
  const std::string name(def->name);
  if (def->make == nullptr) {
    Error(spec.where, "unsupported-operator",
          "operator `" + name + "` needs libmodsecurity, which this engine does not use: " +
              std::string(def->summary));
    return nullptr;
  }
  if (def->needs_argument && spec.argument.empty()) {
    Error(spec.where, "missing-argument",
          "operator `" + name + "` needs an argument: " + std::string(def->summary));
    return nullptr;
  }
  const bool has_macro = def->takes_macro && HoldsMacro(spec.argument);
  if (has_macro && !top) {
    Error(spec.where, "macro-in-group",
          "operator `" + name + "` has a macro inside all/any: give it a link of its own instead");
    return nullptr;
  }
  OperatorSpec wanted;
  wanted.argument = spec.argument;
  wanted.has_macro = has_macro;
  wanted.directory = directory;
  wanted.settings = &rules_.settings;
  Result<OperatorPtr> made = def->make(wanted);
  if (made && !(*made)->note().empty()) {
    const std::string_view note = (*made)->note();
    const std::string_view code = (*made)->inert()                 ? "never-matches"
                                  : note.starts_with("not linear") ? "not-linear"
                                                                   : "operator-note";
    Note(spec.where, std::string(code), "operator `" + name + "`: " + std::string(note));
  }
  if (made) return *std::move(made);
  Error(spec.where, name == "rx" ? "bad-regex" : "bad-argument",
        "operator `" + name + "`: " + made.error());
  return nullptr;
}

OperatorPtr Resolver::MakeCondition(const ConditionSpec& spec, const std::string& directory,
                                    bool top) {
  OperatorPtr made;
  if (spec.kind == ConditionSpec::Kind::kOperator) {
    made = MakeOperator(spec, directory, top);
  } else {
    if (spec.children.empty())
      Error(spec.where, "empty-condition", "all/any needs at least one condition in it");
    std::vector<OperatorPtr> children;
    for (const ConditionSpec& child : spec.children) {
      OperatorPtr part = MakeCondition(child, directory, false);
      if (part != nullptr) children.push_back(std::move(part));
    }
    if (children.empty() || children.size() != spec.children.size()) return nullptr;
    made = spec.kind == ConditionSpec::Kind::kAll ? MakeAllOf(std::move(children))
                                                  : MakeAnyOf(std::move(children));
  }
  return made != nullptr && spec.negated && !top ? MakeNot(std::move(made)) : std::move(made);
}

void Resolver::SetArgument(const ConditionSpec& spec, Link& link) {
  const OperatorDef* def = FindOperator(spec.operator_name);
  link.has_macro_argument = def != nullptr && def->takes_macro && HoldsMacro(spec.argument);
  if (link.has_macro_argument) {
    link.argument = Macro(spec.argument, spec.where);
  } else {
    link.argument.parts.emplace_back().text = spec.argument;
  }
}

void Resolver::Condition(const ConditionSpec& spec, const std::string& directory, Link& link) {
  link.negated = spec.negated;
  link.condition_text = ConditionText(spec);
  link.operator_argument = Intern(spec.argument);
  const bool group = spec.kind != ConditionSpec::Kind::kOperator;
  link.operator_name = Intern(group ? (spec.kind == ConditionSpec::Kind::kAll ? "all" : "any")
                                    : CanonicalName(spec.operator_name));
  // Operators that read files may differ by directory; of the others, equal text is one operator.
  std::string key = directory + '\n';
  AppendKey(spec, true, key);
  if (!group) SetArgument(spec, link);
  auto known = conditions_.find(key);
  if (known == conditions_.end()) {
    OperatorPtr made = MakeCondition(spec, directory, true);
    if (made == nullptr) return;
    known = conditions_.emplace(key, static_cast<uint32_t>(rules_.conditions.size())).first;
    rules_.conditions.push_back(std::move(made));
  }
  link.condition = known->second;
  const match::Presence* presence = rules_.conditions[link.condition]->presence();
  if (presence != nullptr && (presence->demands_kinds() || presence->demands_grams()))
    link.presence = presence;
}

}  // namespace rasp
