// SPDX-License-Identifier: Apache-2.0
#include "match/presence.h"

#include <algorithm>
#include <array>
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
constexpr std::array<uint8_t, 256> Frequencies() {
  constexpr std::string_view kOftenLetters = "etaoinsrlhdcum";
  constexpr std::string_view kOftenSigns = "/.-=_ &+:,";
  std::array<uint8_t, 256> out{};
  for (size_t byte = 0; byte < out.size(); ++byte) {
    const char c = ToLower(static_cast<char>(byte));
    const bool often = kOftenLetters.find(c) != std::string_view::npos;
    out[byte] = IsAlpha(c)                                      ? (often ? 24 : 12)
                : IsDigit(c)                                    ? 10
                : kOftenSigns.find(c) != std::string_view::npos ? 8
                                                                : 1;
  }
  return out;
}
constexpr std::array<uint8_t, 256> kFrequencies = Frequencies();

unsigned FrequencyOf(const ByteSet& set) {
  unsigned sum = 0;
  for (size_t byte = set._Find_first(); byte < set.size(); byte = set._Find_next(byte))
    sum += kFrequencies[byte];
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

PresenceBuilder::Need PresenceBuilder::One(const ByteSet& set) {
  return {Need::Kind::kSet, set, FrequencyOf(set), 1, {}};
}

PresenceBuilder::Need PresenceBuilder::All(std::vector<Need> parts) {
  std::vector<Need> kept;
  for (Need& part : parts) {
    if (part.kind == Need::Kind::kNothing) continue;
    if (part.size > kMaxSize) part = One(part.set);
    const bool known = part.kind == Need::Kind::kSet &&
                       std::any_of(kept.begin(), kept.end(), [&](const Need& other) {
                         return other.kind == Need::Kind::kSet && other.set == part.set;
                       });
    if (!known) kept.push_back(std::move(part));
  }
  if (kept.empty()) return {};
  std::stable_sort(kept.begin(), kept.end(),
                   [](const Need& a, const Need& b) { return a.frequency < b.frequency; });
  if (kept.size() > kMaxParts) kept.resize(kMaxParts);
  if (kept.size() == 1) return std::move(kept.front());
  Need all{Need::Kind::kAll, kept.front().set, kept.front().frequency, 1, std::move(kept)};
  for (const Need& part : all.parts) all.size += part.size;
  return all;
}

PresenceBuilder::Need PresenceBuilder::One(std::vector<Need> branches) {
  Need one{Need::Kind::kOne, {}, 0, 1, {}};
  ByteSet sets;
  for (Need& branch : branches) {
    if (branch.kind == Need::Kind::kNothing) return {};
    one.set |= branch.set;
    if (branch.kind == Need::Kind::kSet) {
      sets |= branch.set;
    } else {
      one.parts.push_back(std::move(branch));
    }
  }
  if (sets.any() || one.parts.empty()) one.parts.push_back(One(sets));
  for (const Need& part : one.parts) one.size += part.size;
  if (one.parts.size() > kMaxBranches || one.size > kMaxSize) return One(one.set);
  if (one.parts.size() == 1) return Need(std::move(one.parts.front()));
  one.frequency = FrequencyOf(one.set);
  return one;
}

void PresenceBuilder::Commit() {
  Group& group = groups_.back();
  Need last = std::exchange(group.last, Need());
  if (last.kind != Need::Kind::kNothing) group.sequence.push_back(std::move(last));
}

void PresenceBuilder::Atom() { Commit(); }

void PresenceBuilder::AtomIs(const ByteSet& set) {
  groups_.back().last = set.all() ? Need() : One(set);
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
