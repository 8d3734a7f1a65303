// SPDX-License-Identifier: Apache-2.0
#include "match/presence.h"

#include <algorithm>
#include <utility>

#include "core/ascii.h"

namespace rasp::match {
namespace {

// Beyond these a formula costs more than it saves.
constexpr size_t kMaxParts = 6;      // of an "all of"
constexpr size_t kMaxBranches = 10;  // of a "one of"
constexpr size_t kMaxSize = 40;      // nodes of one part

// How often bytes occur in what browsers send, roughly: the rarer, the more it tells that one is
// missing.
unsigned Frequency(unsigned char byte) {
  constexpr std::string_view kLetters = "etaoinsrlhdcum";
  const char c = ToLower(static_cast<char>(byte));
  if (IsAlpha(c)) return kLetters.find(c) == std::string_view::npos ? 12 : 24;
  if (IsDigit(c)) return 10;
  constexpr std::string_view kUsual = "/.-=_ &+:,";
  return kUsual.find(c) == std::string_view::npos ? 1 : 8;
}

unsigned Frequency(const ByteSet& set) {
  unsigned sum = 0;
  for (size_t byte = 0; byte < set.size(); ++byte) {
    if (set[byte]) sum += Frequency(static_cast<unsigned char>(byte));
  }
  return sum;
}

}  // namespace

bool PresenceFormula::Holds(size_t index, const ByteMask& present) const {
  const Node& node = nodes_[index];
  if (node.kind == Kind::kSet) return node.set.Meets(present);
  const bool all = node.kind == Kind::kAll;
  for (size_t child = index + 1; child < node.end; child = nodes_[child].end) {
    if (Holds(child, present) != all) return !all;
  }
  return all;
}

// The set of bytes, one of which must occur, that is least likely to be met.
ByteSet PresenceBuilder::Rarest(const Need& need) {
  if (need.kind == Need::Kind::kSet) return need.set;
  if (need.kind == Need::Kind::kNothing) return ByteSet().set();
  ByteSet rarest = Rarest(need.parts.front());
  for (size_t i = 1; i < need.parts.size(); ++i) {
    const ByteSet other = Rarest(need.parts[i]);
    if (need.kind == Need::Kind::kOne) {
      rarest |= other;
    } else if (Frequency(other) < Frequency(rarest)) {
      rarest = other;
    }
  }
  return rarest;
}

size_t PresenceBuilder::Size(const Need& need) {
  size_t size = 1;
  for (const Need& part : need.parts) size += Size(part);
  return size;
}

PresenceBuilder::Need PresenceBuilder::All(std::vector<Need> parts) {
  std::vector<Need> kept;
  for (Need& part : parts) {
    if (part.kind == Need::Kind::kNothing) continue;
    const bool known = part.kind == Need::Kind::kSet &&
                       std::any_of(kept.begin(), kept.end(), [&](const Need& other) {
                         return other.kind == Need::Kind::kSet && other.set == part.set;
                       });
    if (!known) kept.push_back(std::move(part));
  }
  if (kept.empty()) return {};
  std::vector<std::pair<unsigned, Need>> ranked;
  for (Need& part : kept) {
    if (Size(part) > kMaxSize) part = {Need::Kind::kSet, Rarest(part), {}};
    const unsigned frequency = Frequency(Rarest(part));
    ranked.emplace_back(frequency, std::move(part));
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (ranked.size() > kMaxParts) ranked.resize(kMaxParts);
  if (ranked.size() == 1) return std::move(ranked.front().second);
  Need all{Need::Kind::kAll, {}, {}};
  for (auto& [frequency, part] : ranked) all.parts.push_back(std::move(part));
  return all;
}

PresenceBuilder::Need PresenceBuilder::One(std::vector<Need> branches) {
  Need one{Need::Kind::kOne, {}, {}};
  ByteSet sets;
  for (Need& branch : branches) {
    if (branch.kind == Need::Kind::kNothing) return {};
    if (branch.kind == Need::Kind::kSet) {
      sets |= branch.set;
    } else {
      one.parts.push_back(std::move(branch));
    }
  }
  if (sets.any() || one.parts.empty()) one.parts.push_back({Need::Kind::kSet, sets, {}});
  if (one.parts.size() > kMaxBranches || Size(one) > kMaxSize)
    return {Need::Kind::kSet, Rarest(one), {}};
  if (one.parts.size() == 1) return Need(std::move(one.parts.front()));
  return one;
}

void PresenceBuilder::Commit() {
  Group& group = groups_.back();
  Need last = std::exchange(group.last, Need());
  if (last.kind != Need::Kind::kNothing) group.sequence.push_back(std::move(last));
}

void PresenceBuilder::Atom() { Commit(); }

void PresenceBuilder::AtomIs(const ByteSet& set) {
  groups_.back().last = {set.all() ? Need::Kind::kNothing : Need::Kind::kSet, set, {}};
}

void PresenceBuilder::Alternative() {
  Commit();
  Group& group = groups_.back();
  group.branches.push_back(All(std::exchange(group.sequence, {})));
}

void PresenceBuilder::Open() { groups_.emplace_back(); }

PresenceBuilder::Need PresenceBuilder::EndGroup() {
  Alternative();
  return One(std::move(groups_.back().branches));
}

void PresenceBuilder::Close(bool counts) {
  Need need = EndGroup();
  groups_.pop_back();
  groups_.back().last = counts ? std::move(need) : Need();
}

void PresenceBuilder::Repeat(unsigned least) {
  if (least == 0) groups_.back().last = {};
  Commit();
}

void PresenceBuilder::Flatten(const Need& need, std::vector<PresenceFormula::Node>& out) {
  const size_t index = out.size();
  out.emplace_back();
  out[index].kind = need.kind == Need::Kind::kSet   ? PresenceFormula::Kind::kSet
                    : need.kind == Need::Kind::kAll ? PresenceFormula::Kind::kAll
                                                    : PresenceFormula::Kind::kOne;
  out[index].set = ByteMask(need.set);
  for (const Need& part : need.parts) Flatten(part, out);
  out[index].end = static_cast<uint16_t>(out.size());
}

PresenceFormula PresenceBuilder::Take() {
  PresenceFormula formula;
  const Need need = EndGroup();
  if (need.kind != Need::Kind::kNothing) Flatten(need, formula.nodes_);
  groups_.assign(1, Group());
  return formula;
}

}  // namespace rasp::match
