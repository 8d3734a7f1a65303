// SPDX-License-Identifier: Apache-2.0
#include "eval/matches.h"

#include <algorithm>
#include <memory>

#include "eval/actions.h"

namespace rasp {
namespace {

// Of a large value only the surroundings of what matched are kept.
constexpr size_t kKeptBytes = 2048;
constexpr size_t kKeptTextBytes = 1024;

std::string_view Expanded(Inspection& in, const MacroText& macro) {
  if (macro.literal()) return macro.text();
  in.text.clear();
  ExpandMacro(in, macro, in.text);
  return CopyTo(in.arena, std::string_view(in.text).substr(0, kKeptTextBytes));
}

void KeepValue(Inspection& in, const MatchedValue& matched, RuleMatch& out) {
  const auto offset = static_cast<size_t>(matched.part.data() - matched.value.data());
  const size_t shown = std::min(matched.part.size(), kKeptBytes);
  const size_t around = (kKeptBytes - shown) / 2;
  const size_t begin = offset > around ? offset - around : 0;
  out.value = CopyTo(in.arena, matched.value.substr(begin, kKeptBytes));
  out.offset = static_cast<uint32_t>(offset - begin);
  out.length = static_cast<uint32_t>(std::min(shown, out.value.size() - out.offset));
}

std::span<const std::string_view> ChangedBy(Inspection& in, const MatchedValue& matched) {
  const auto count = static_cast<size_t>(__builtin_popcount(matched.changed));
  if (count == 0) return {};
  std::pmr::polymorphic_allocator<std::string_view> allocator(&in.arena);
  std::string_view* const names = allocator.allocate(count);
  size_t at = count;
  for (uint32_t node = matched.transforms; node != 0; node = in.rules.transforms[node].parent) {
    const TransformNode& step = in.rules.transforms[node];
    if ((matched.changed >> (step.depth - 1)) & 1u)
      std::construct_at(&names[--at], step.step->name);
  }
  return {names, count};
}

void Keep(Inspection& in, const MatchedValue& matched, RuleMatch match) {
  match.operator_name = matched.link->operator_name;
  match.operator_argument = matched.link->has_macro_argument ? Expanded(in, matched.link->argument)
                                                             : matched.link->operator_argument;
  match.negated = matched.link->negated;
  match.target = CopyTo(in.arena, matched.name.substr(0, kKeptTextBytes));
  KeepValue(in, matched, match);
  match.transforms = ChangedBy(in, matched);
  const bool short_and_same = matched.changed == 0 && matched.value.size() <= kKeptBytes;
  match.original =
      short_and_same ? match.value : CopyTo(in.arena, matched.original.substr(0, kKeptBytes));
  in.matches.push_back(match);
}

}  // namespace

void KeepMatches(Inspection& in, const Rule& rule, const RuleInfo& info) {
  if (!info.logged && !info.audited) return;
  const size_t limit = in.overlay.limits.matches;
  const size_t room = limit - std::min(limit, in.matches.size());
  // Whatever else there was to tell, the rule that decides is told.
  const bool decides = rule.disposition != Disposition::kScore &&
                       rule.disposition != Disposition::kPass &&
                       rule.disposition != Disposition::kAllow;
  const size_t kept = std::min(std::max<size_t>(room, decides ? 1 : 0), in.matched.size());
  in.matches_left_out += static_cast<uint32_t>(in.matched.size() - kept);
  if (kept == 0) return;
  RuleMatch match;
  match.rule = &info;
  match.message = Expanded(in, rule.message);
  match.log_data = Expanded(in, rule.log_data);
  for (size_t i = 0; i < kept; ++i) Keep(in, in.matched[i], match);
}

}  // namespace rasp
