// SPDX-License-Identifier: Apache-2.0
#include "compile/rule_selection.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "core/ascii.h"

namespace rasp {
namespace {

using Selection = Result<std::vector<uint32_t>>;

bool ParseId(std::string_view text, uint64_t& id) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size();
}

Selection ByTag(const CompiledRules& rules, std::string_view tag) {
  std::vector<uint32_t> found;
  for (uint32_t i = 0; i < rules.infos.size(); ++i) {
    const auto& tags = rules.infos[i].tags;
    if (std::any_of(tags.begin(), tags.end(),
                    [&](std::string_view t) { return EqualsIgnoreCase(t, tag); })) {
      found.push_back(i);
    }
  }
  if (found.empty()) return Selection::Failure("no rule has the tag `" + std::string(tag) + "`");
  return found;
}

Selection ByRange(const CompiledRules& rules, uint64_t first, uint64_t last) {
  std::vector<uint32_t> found;
  for (const auto& [id, index] : rules.by_id) {
    if (id >= first && id <= last) found.push_back(index);
  }
  std::sort(found.begin(), found.end());
  if (!found.empty()) return found;
  return Selection::Failure(first == last ? "there is no rule " + std::to_string(first)
                                          : "there is no rule from " + std::to_string(first) +
                                                " to " + std::to_string(last));
}

bool MaySelectTheSame(const Selector& a, const Selector& b) {
  if (a.All() || b.All()) return true;
  if (a.regex != nullptr && b.regex != nullptr) return true;
  return a.regex != nullptr ? a.Accepts(b.name, true) : b.Accepts(a.name, true);
}

}  // namespace

Selection SelectRules(const CompiledRules& rules, std::string_view text) {
  if (text == "*") {
    std::vector<uint32_t> all(rules.infos.size());
    std::iota(all.begin(), all.end(), 0u);
    return all;
  }
  constexpr std::string_view kTag = "tag:";
  if (StartsWithIgnoreCase(text, kTag)) return ByTag(rules, text.substr(kTag.size()));
  const size_t dash = text.find('-');
  uint64_t first = 0;
  uint64_t last = 0;
  if (dash == std::string_view::npos) {
    if (ParseId(text, first)) return ByRange(rules, first, first);
  } else if (ParseId(text.substr(0, dash), first) && ParseId(text.substr(dash + 1), last)) {
    if (first <= last) return ByRange(rules, first, last);
    return Selection::Failure("the range " + std::string(text) + " ends before it begins");
  }
  return Selection::Failure("`" + std::string(text) +
                            "` is no rule: write an id, a range 400100-400199, tag:NAME or *");
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
