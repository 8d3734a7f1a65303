// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compile/resolver.h"
#include "compile/suggest.h"
#include "core/quoted.h"

namespace rasp {

std::string TargetText(const TargetSpec& spec) {
  std::string text = spec.count ? "&" : "";
  text += spec.variable;
  if (spec.selector.empty()) return text;
  return text + (spec.selector_is_regex ? ":/" + spec.selector + "/" : ":" + spec.selector);
}

std::string UnknownVariableText(std::string_view name) {
  const std::vector<std::string_view> names = NamesOf(AllVariables());
  return "there is no variable `" + std::string(name) + "`" + DidYouMean(name, names);
}

Result<Selector> MakeSelector(const TargetSpec& spec) {
  Selector selector;
  if (!spec.selector_is_regex) {
    selector.name = spec.selector;
    return selector;
  }
  match::Regex::Options options;
  options.ignore_case = true;  // selectors do not distinguish case
  Result<match::Regex> regex = match::Regex::Compile(spec.selector, options);
  if (!regex) return Result<Selector>::Failure(regex.error());
  selector.regex = std::make_unique<const match::Regex>(*std::move(regex));
  std::string_view rest = spec.selector;
  const bool anchored = rest.starts_with('^');
  if (anchored) rest.remove_prefix(1);
  const auto plain_end = std::find_if_not(rest.begin(), rest.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '_' || c == '-';
  });
  size_t plain = static_cast<size_t>(plain_end - rest.begin());
  if (plain == rest.size()) {
    (anchored ? selector.prefix : selector.needle) = rest;
  } else if (rest.find('|') == std::string_view::npos) {
    if (std::string_view("*?{").find(rest[plain]) != std::string_view::npos && plain > 0) --plain;
    selector.needle = rest.substr(0, plain);
  }
  return selector;
}

Result<Exclusion> MakeExclusion(std::string_view target, const SourceLocation& where) {
  using Made = Result<Exclusion>;
  Result<TargetSpec> spec = ParseTarget(target, where);
  if (!spec) return Made::Failure(spec.error());
  const VariableDef* variable = FindVariable(spec->variable);
  if (variable == nullptr) return Made::Failure(UnknownVariableText(spec->variable));
  if (spec->count || spec->exclude)
    return Made::Failure("write the target to exclude without `&` and `!`");
  if (!spec->selector.empty() && !variable->collection) {
    return Made::Failure(std::string(variable->name) + " is a single value and takes no selector");
  }
  Result<Selector> selector = MakeSelector(*spec);
  if (!selector) return Made::Failure("selector /" + spec->selector + "/: " + selector.error());
  return Exclusion{variable->id, *std::move(selector), TargetText(*spec)};
}

// An exclusion must take something away from what the link looks at.
void Resolver::CheckExclusion(const TargetSpec& spec, const TargetList& list) {
  const VariableDef* variable = FindVariable(spec.variable);
  const bool same_variable =
      std::any_of(list.targets.begin(), list.targets.end(),
                  [&](const Target& target) { return target.variable->id == variable->id; });
  if (!same_variable) {
    Ineffective(spec.where, "exclusion-without-effect",
                "`!" + TargetText(spec) + "` excludes nothing: the rule does not look at " +
                    spec.variable + "; remove it, or add " + spec.variable + " to the targets");
    return;
  }
  if (spec.selector_is_regex) return;
  const bool reachable =
      std::any_of(list.targets.begin(), list.targets.end(), [&](const Target& target) {
        return target.variable->id == variable->id &&
               (target.selector.All() || target.selector.Accepts(spec.selector, true));
      });
  if (!reachable && !spec.selector.empty()) {
    Ineffective(spec.where, "exclusion-without-effect",
                "`!" + TargetText(spec) +
                    "` excludes nothing: no target of the rule selects it; remove it");
  }
}

std::unique_ptr<const XmlQuery> Resolver::XPath(const TargetSpec& spec, const LinkSpec& link) {
  const std::string& selector = spec.selector;
  if (selector.empty() || selector == "/*" || selector == "//@*") return nullptr;
  XmlQuery query{selector, link.xml_namespaces};
  const Result<bool> checked = CheckXPath(query);
  if (!checked) {
    Error(spec.where, "bad-xpath", "XPath " + Quoted(selector) + ": " + checked.error());
    return nullptr;
  }
  return std::make_unique<const XmlQuery>(std::move(query));
}

uint32_t Resolver::Targets(const LinkSpec& link, Phase phase) {
  const std::vector<TargetSpec>& specs = link.targets;
  TargetList list;
  std::string key;
  for (const TargetSpec& spec : specs) {
    const VariableDef* variable = FindVariable(spec.variable);
    if (variable == nullptr) {
      Error(spec.where, "unknown-variable", UnknownVariableText(spec.variable));
      continue;
    }
    if (!spec.selector.empty() && !variable->collection) {
      Error(spec.where, "selector-on-scalar",
            std::string(variable->name) + " is a single value: remove the selector `" +
                spec.selector + "`");
      continue;
    }
    if (variable->earliest > phase && !spec.exclude) {
      Ineffective(spec.where, "unreachable-target",
                  std::string(variable->name) + " is empty until phase " +
                      std::string(PhaseName(variable->earliest)) +
                      ", and this rule runs in phase " + std::string(PhaseName(phase)) +
                      ": move the rule to that phase");
    }
    Result<Selector> selector = MakeSelector(spec);
    if (!selector) {
      Error(spec.where, "bad-regex", "selector /" + spec.selector + "/: " + selector.error());
      continue;
    }
    const std::string text = TargetText(spec);
    key += (spec.exclude ? '!' : ' ') + std::to_string(text.size()) +
           (spec.selector_is_regex ? "/" : ":") + text;
    if (spec.exclude) {
      list.exclusions.push_back({variable->id, *std::move(selector), text});
      continue;
    }
    const bool is_xml =
        variable->id == VariableId::kXml || variable->id == VariableId::kResponseXml;
    std::unique_ptr<const XmlQuery> xpath = is_xml ? XPath(spec, link) : nullptr;
    if (xpath != nullptr) {
      for (const auto& [prefix, uri] : xpath->namespaces) key += ' ' + prefix + '=' + uri + ' ';
    }
    list.targets.push_back(
        {variable, *std::move(selector), spec.count, text, -1, {}, std::move(xpath)});
  }
  for (const TargetSpec& spec : specs) {
    if (spec.exclude && FindVariable(spec.variable) != nullptr) CheckExclusion(spec, list);
  }
  const auto [entry, fresh] = targets_.emplace(key, static_cast<uint32_t>(rules_.targets.size()));
  if (fresh) rules_.targets.push_back(std::move(list));
  return entry->second;
}

}  // namespace rasp
