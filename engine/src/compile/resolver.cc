// SPDX-License-Identifier: Apache-2.0
#include "compile/resolver.h"

#include "compile/suggest.h"
#include "core/ascii.h"

namespace rasp {

std::string_view Resolver::Intern(std::string_view text) {
  const auto known = strings_.find(text);
  if (known != strings_.end()) return known->second;
  rules_.strings.push_back(std::make_unique<const std::string>(text));
  const std::string_view kept = *rules_.strings.back();
  strings_.emplace(std::string(text), kept);
  return kept;
}

void Resolver::Error(const SourceLocation& where, std::string code, std::string text) {
  diagnostics_.push_back({DiagnosticSeverity::kError, where, std::move(code), std::move(text)});
}

void Resolver::Warn(const SourceLocation& where, std::string code, std::string text) {
  diagnostics_.push_back({DiagnosticSeverity::kWarning, where, std::move(code), std::move(text)});
}

void Resolver::Note(const SourceLocation& where, std::string code, std::string text) {
  diagnostics_.push_back({DiagnosticSeverity::kNote, where, std::move(code), std::move(text)});
}

void Resolver::Ineffective(const SourceLocation& where, std::string code, std::string text) {
  format_ == RulesetFormat::kJson ? Error(where, std::move(code), std::move(text))
                                  : Warn(where, std::move(code), std::move(text));
}

uint32_t Resolver::Transforms(const std::vector<NameSpec>& specs) {
  uint32_t node = 0;
  for (const NameSpec& spec : specs) {
    if (EqualsIgnoreCase(spec.name, "none")) {  // clears what came before it
      node = 0;
      continue;
    }
    const TransformDef* def = FindTransform(spec.name);
    if (def == nullptr) {
      Error(spec.where, "unknown-transformation",
            "there is no transformation `" + spec.name + "`" +
                DidYouMean(spec.name, NamesOf(AllTransforms())));
      continue;
    }
    const uint32_t depth = rules_.transforms[node].depth + 1;
    if (depth > kMaxTransforms) {
      Error(spec.where, "too-many-transformations",
            "a rule takes at most " + std::to_string(kMaxTransforms) + " transformations");
      return 0;
    }
    const auto [entry, fresh] = transforms_.emplace(
        std::make_pair(node, def->name), static_cast<uint32_t>(rules_.transforms.size()));
    if (fresh) rules_.transforms.push_back({node, def, depth});
    node = entry->second;
  }
  return node;
}

// %{NAME}, %{COLLECTION.KEY} and %{COLLECTION:KEY}; anything else stands for itself.
MacroText Resolver::Macro(std::string_view text, const SourceLocation& where) {
  MacroText macro;
  const auto literal = [&](std::string_view piece) {
    if (piece.empty()) return;
    if (!macro.parts.empty() && macro.parts.back().source.variable == nullptr) {
      macro.parts.back().text += piece;
    } else {
      macro.parts.emplace_back().text = piece;
    }
  };
  while (!text.empty()) {
    const size_t begin = text.find("%{");
    literal(text.substr(0, begin));
    if (begin == std::string_view::npos) break;
    const size_t end = text.find('}', begin);
    if (end == std::string_view::npos) {
      Error(where, "bad-macro", "`" + std::string(text.substr(begin)) + "` has no closing brace");
      break;
    }
    const std::string_view inside = text.substr(begin + 2, end - begin - 2);
    text.remove_prefix(end + 1);
    const size_t dot = inside.find_first_of(".:");
    const std::string_view name = inside.substr(0, dot);
    const std::string_view key =
        dot == std::string_view::npos ? std::string_view() : inside.substr(dot + 1);
    const VariableDef* variable = FindVariable(name);
    const std::string whole = "%{" + std::string(inside) + "}";
    if (variable == nullptr) {  // ModSecurity leaves the text as it is
      Ineffective(where, "unknown-macro", "`" + whole + "`: " + UnknownVariableText(name));
      literal(whole);
    } else if (!key.empty() && !variable->collection) {
      Ineffective(where, "unknown-macro",
                  "`" + whole + "`: " + std::string(variable->name) +
                      " is a single value and takes no key");
      literal(whole);
    } else {
      Target& source = macro.parts.emplace_back().source;
      source.variable = variable;
      source.selector.name = key;
    }
  }
  return macro;
}

}  // namespace rasp
