// SPDX-License-Identifier: Apache-2.0
#include "compile/rule_selection.h"

#include <algorithm>
#include <span>

#include "compile/rule_matcher.h"
#include "core/ascii.h"

namespace rasp {
namespace {

using Selection = Result<std::vector<uint32_t>>;

using By = RuleMatcher::By;

struct Named {
  By by;
  std::string_view prefix;
};
constexpr Named kNamed[] = {{By::kTag, "tag:"}, {By::kMessage, "msg:"}};

const Named* NamedBy(std::string_view text) {
  for (const Named& row : kNamed) {
    if (StartsWithIgnoreCase(text, row.prefix)) return &row;
  }
  return nullptr;
}

struct View {
  uint64_t id;
  std::span<const std::string_view> tags;
  std::string_view message;
};

bool MaySelectTheSame(const Selector& a, const Selector& b) {
  if (a.All() || b.All()) return true;
  if (a.regex != nullptr && b.regex != nullptr) return true;
  return a.regex != nullptr ? a.Accepts(b.name, true) : b.Accepts(a.name, true);
}

}  // namespace

std::vector<uint32_t> SelectRules(const CompiledRules& rules, const RuleMatcher& matcher) {
  return matcher.Select(rules.infos, [](const RuleInfo& info) -> View {
    return {info.id, info.tags, info.name};
  });
}

Selection SelectRules(const CompiledRules& rules, std::string_view text) {
  const Named* named = NamedBy(text);
  const By by = named != nullptr ? named->by : text == "*" ? By::kAll : By::kId;
  const std::string_view which = named == nullptr ? text : text.substr(named->prefix.size());
  const Result<RuleMatcher> matcher = RuleMatcher::Make(by, which);
  if (!matcher) return Selection::Failure(matcher.error());
  std::vector<uint32_t> found = SelectRules(rules, *matcher);
  if (found.empty()) return Selection::Failure(matcher->NotFound());
  return found;
}

bool LooksAt(const CompiledRules& rules, uint32_t rule, const Exclusion& exclusion) {
  for (const Link& link : rules.rules[rule].links) {
    for (const Target& target : rules.targets[link.targets].targets) {
      if (target.variable->id == exclusion.variable &&
          MaySelectTheSame(target.selector, exclusion.selector))
        return true;
    }
  }
  return false;
}

}  // namespace rasp
