// SPDX-License-Identifier: Apache-2.0
#include "match/presence.h"

#include <algorithm>
#include <utility>

#include "core/ascii.h"

namespace rasp::match {
namespace {

constexpr size_t kMiddling = 800;
constexpr size_t kManyGrams = 48;  // from which on a leaf has them as bits

}  // namespace

bool Presence::Holds(size_t index, ByteKinds present) const {
  const KindNode& node = kinds_[index];
  if (node.kind == Kind::kLeaf) return (node.kinds & present) != 0;
  const bool all = node.kind == Kind::kAll;
  for (size_t child = index + 1; child < node.end; child = kinds_[child].end) {
    if (Holds(child, present) != all) return !all;
  }
  return all;
}

bool Presence::Holds(size_t index, const GramSet& present) const {
  const GramNode& node = grams_[index];
  if (node.kind == Kind::kLeaf) {
    if (node.bits >= 0) return HoldsOne(node, present);
    const auto begin = list_.begin() + node.begin;
    return std::any_of(begin, begin + node.count,
                       [&](const Grams& grams) { return grams.In(present); });
  }
  const bool all = node.kind == Kind::kAll;
  for (size_t child = index + 1; child < node.end; child = grams_[child].end) {
    if (Holds(child, present) != all) return !all;
  }
  return all;
}

// A leaf of many: by what the text has, not by what the leaf lists.
bool Presence::HoldsOne(const GramNode& leaf, const GramSet& present) const {
  const auto begin = list_.begin() + leaf.begin;
  const auto end = begin + leaf.count;
  // A long text has more grams than a list of middling length.
  if (leaf.count <= kMiddling && present.is_long())
    return std::any_of(begin, end, [&](const Grams& grams) { return grams.In(present); });
  return present.AnyOf(bits_[static_cast<size_t>(leaf.bits)], leaf.has_twos, [&](Gram gram) {
    auto at = std::lower_bound(begin, end, gram,
                               [](const Grams& grams, Gram first) { return grams.of[0] < first; });
    for (; at != end && at->of[0] == gram; ++at) {
      if (at->In(present)) return true;
    }
    return false;
  });
}

void Presence::AddGramLeaf(std::vector<Grams> alternatives) {
  std::sort(alternatives.begin(), alternatives.end(),
            [](const Grams& a, const Grams& b) { return a.of < b.of; });
  GramNode leaf;
  leaf.end = static_cast<uint16_t>(grams_.size() + 1);
  leaf.begin = static_cast<uint32_t>(list_.size());
  leaf.count = static_cast<uint32_t>(alternatives.size());
  if (alternatives.size() >= kManyGrams) {
    leaf.bits = static_cast<int32_t>(bits_.size());
    GramBits& bits = bits_.emplace_back();
    for (const Grams& each : alternatives) {
      bits.Add(each.of[0]);
      leaf.has_twos |= each.of[0] >= grams::kThrees;
    }
  }
  list_.insert(list_.end(), alternatives.begin(), alternatives.end());
  grams_.push_back(leaf);
}

Presence Presence::OfText(std::string_view text) {
  PresenceBuilder builder;
  for (const char c : text) {
    builder.Atom();
    ByteSet set;
    set.set(static_cast<unsigned char>(ToLower(c)));
    set.set(static_cast<unsigned char>(ToUpper(c)));
    builder.AtomIs(set);
  }
  return builder.Take();
}

Presence Presence::OfAnyText(std::span<const std::string> texts) {
  PresenceBuilder builder;
  builder.Atom();
  builder.Open();
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) builder.Alternative();
    for (const char c : texts[i]) {
      builder.Atom();
      ByteSet set;
      set.set(static_cast<unsigned char>(ToLower(c)));
      set.set(static_cast<unsigned char>(ToUpper(c)));
      builder.AtomIs(set);
    }
  }
  builder.Close(true);
  return builder.Take();
}

Presence Presence::OfOneByte(const ByteMask& set) {
  Presence presence;
  if (set == ByteMask::All()) return presence;
  presence.kinds_.push_back({Kind::kLeaf, 1, KindsOf(set)});
  return presence;
}

// The parts' formulas under one node. A part that demands nothing makes an "all of" shorter and a
// "one of" pointless.
Presence Presence::Join(std::span<const Presence* const> parts, Kind kind) {
  std::vector<const Presence*> of_plain(parts.begin(), parts.end());
  bool differs = false;
  for (const Presence*& part : of_plain) {
    if (part == nullptr || part->plain_.empty()) continue;
    part = &part->plain_.front();
    differs = true;
  }
  Presence joined = JoinOwn(parts, kind);
  if (differs) joined.plain_.push_back(JoinOwn(of_plain, kind));
  return joined;
}

Presence Presence::JoinOwn(std::span<const Presence* const> parts, Kind kind) {
  Presence joined;
  constexpr size_t kMost = 0xffff;
  bool kinds = true;
  bool gram = true;
  joined.kinds_.push_back({kind, 0, 0});
  joined.grams_.push_back({kind, 0, 0, 0, -1});
  for (const Presence* part : parts) {
    const bool has_kinds = part != nullptr && part->demands_kinds();
    const bool has_grams = part != nullptr && part->demands_grams();
    if (kind == Kind::kOne) {
      kinds = kinds && has_kinds;
      gram = gram && has_grams;
    }
    if (part == nullptr) continue;
    const auto shift = static_cast<uint16_t>(joined.kinds_.size());
    for (KindNode node : part->kinds_) {
      node.end = static_cast<uint16_t>(node.end + shift);
      joined.kinds_.push_back(node);
    }
    const auto gram_shift = static_cast<uint16_t>(joined.grams_.size());
    const auto list_shift = static_cast<uint32_t>(joined.list_.size());
    const auto bits_shift = static_cast<int32_t>(joined.bits_.size());
    for (GramNode node : part->grams_) {
      node.end = static_cast<uint16_t>(node.end + gram_shift);
      node.begin += list_shift;
      if (node.bits >= 0) node.bits += bits_shift;
      joined.grams_.push_back(node);
    }
    joined.list_.insert(joined.list_.end(), part->list_.begin(), part->list_.end());
    joined.bits_.insert(joined.bits_.end(), part->bits_.begin(), part->bits_.end());
    if (joined.kinds_.size() > kMost || joined.grams_.size() > kMost) return {};
  }
  joined.kinds_[0].end = static_cast<uint16_t>(joined.kinds_.size());
  joined.grams_[0].end = static_cast<uint16_t>(joined.grams_.size());
  if (!kinds || joined.kinds_.size() == 1) joined.kinds_.clear();
  if (!gram || joined.grams_.size() == 1) joined.grams_.clear();
  return joined;
}

Presence Presence::AllOf(std::span<const Presence* const> parts) { return Join(parts, Kind::kAll); }
Presence Presence::AnyOf(std::span<const Presence* const> parts) {
  return parts.empty() ? Presence() : Join(parts, Kind::kOne);
}

}  // namespace rasp::match
