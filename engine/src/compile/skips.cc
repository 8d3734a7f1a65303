// SPDX-License-Identifier: Apache-2.0
#include "compile/skips.h"

#include <algorithm>
#include <charconv>

namespace rasp {
namespace {

// Where the markers of a name stand: the orders of the rules that follow them, ascending.
using Markers = std::map<std::string_view, std::vector<size_t>>;

Markers FindMarkers(std::span<const RulesetSpec> rulesets) {
  Markers markers;
  size_t first = 0;
  for (const RulesetSpec& ruleset : rulesets) {
    for (const MarkerSpec& marker : ruleset.markers)
      markers[marker.name].push_back(first + marker.before);
    first += ruleset.rules.size();
  }
  return markers;
}

// skipAfter may name a rule's id instead of a marker.
bool OrderOfId(std::span<const Source> sources, std::string_view text, size_t& order) {
  uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  const auto rule = std::find_if(sources.begin(), sources.end(),
                                 [id](const Source& source) { return source.rule->id == id; });
  if (rule == sources.end()) return false;
  order = rule->order;
  return true;
}

class Skips {
 public:
  Skips(std::span<const RulesetSpec> rulesets, std::span<const Source> sources, Resolver& resolver,
        CompiledRules& out)
      : markers_(FindMarkers(rulesets)), sources_(sources), resolver_(resolver), rules_(out) {}

  void Resolve(uint32_t index) {
    const RuleSpec& spec = *sources_[index].rule;
    if (spec.skip > 0) {
      const uint64_t next = uint64_t{index} + 1 + spec.skip;
      rules_.rules[index].go_to = static_cast<uint32_t>(std::min<uint64_t>(next, PhaseEnd(index)));
    }
    if (!spec.skip_after.empty()) rules_.rules[index].go_to = After(index, spec);
  }

 private:
  uint32_t PhaseEnd(uint32_t index) const {
    return rules_.phase_begin[static_cast<size_t>(rules_.infos[index].phase) + 1];
  }

  uint32_t After(uint32_t index, const RuleSpec& spec) {
    const size_t own = sources_[index].order;
    const auto marker = markers_.find(spec.skip_after);
    size_t order = 0;
    if (marker != markers_.end()) {
      const std::vector<size_t>& places = marker->second;
      const auto behind = std::upper_bound(places.begin(), places.end(), own);
      if (behind != places.end()) return FirstFrom(index, *behind);
    } else if (OrderOfId(sources_, spec.skip_after, order)) {
      if (order > own) return FirstFrom(index, order + 1);
    }
    resolver_.Warn(spec.where, "unknown-marker",
                   "skipAfter: no marker `" + spec.skip_after + "` stands behind rule " +
                       std::to_string(spec.id) +
                       ", so the rest of the phase is left out: add a SecMarker of that name");
    return PhaseEnd(index);
  }

  // The first rule of the same phase that stands at `order` or later.
  uint32_t FirstFrom(uint32_t index, size_t order) const {
    uint32_t at = index + 1;
    while (at < PhaseEnd(index) && sources_[at].order < order) ++at;
    return at;
  }

  Markers markers_;
  std::span<const Source> sources_;
  Resolver& resolver_;
  CompiledRules& rules_;
};

}  // namespace

void ResolveSkips(std::span<const RulesetSpec> rulesets, std::span<const Source> sources,
                  Resolver& resolver, CompiledRules& out) {
  Skips skips(rulesets, sources, resolver, out);
  for (uint32_t i = 0; i < sources.size(); ++i) skips.Resolve(i);
}

}  // namespace rasp
