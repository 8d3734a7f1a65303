// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.h"
#include "match/presence.h"

namespace rasp::match {
namespace {

// Beyond these a formula costs more than it saves.
constexpr size_t kMaxParts = 8;      // of an "all of"
constexpr size_t kMaxBranches = 64;  // of a "one of"
constexpr size_t kMaxSize = 400;     // nodes of one part
constexpr size_t kMaxGramParts = 6;  // of an "all of", the rarest ones
constexpr size_t kMaxGramBranches = 10;
constexpr size_t kMaxGramSize = 24;      // nodes of one part
constexpr size_t kMaxCombinations = 12;  // of the classes at two or three places
constexpr size_t kMaxGrams = 4096;       // that one leaf lists

// How often bytes occur in what browsers send, roughly: the rarer, the more it tells that one is
// missing.
constexpr std::array<uint8_t, 256> Frequencies() {
  constexpr std::string_view kOftenLetters = "etaoinsrlhdcum";
  constexpr std::string_view kOftenSigns = "/.-=_ &+:,";
  std::array<uint8_t, 256> out{};
  for (size_t byte = 0; byte < out.size(); ++byte) {
    const char c = static_cast<char>(byte);
    const bool often = kOftenLetters.find(ToLower(c)) != std::string_view::npos;
    out[byte] = IsAlpha(c)                                      ? (often ? 24 : 12)
                : IsDigit(c)                                    ? 10
                : kOftenSigns.find(c) != std::string_view::npos ? 8
                                                                : 1;
  }
  return out;
}
constexpr std::array<uint8_t, 256> kFrequencies = Frequencies();

constexpr std::array<uint16_t, 64> KindFrequencies() {
  std::array<uint16_t, 64> out{};
  for (size_t byte = 0; byte < 256; ++byte) {
    const auto kind =
        static_cast<size_t>(__builtin_ctzll(KindOf(static_cast<unsigned char>(byte))));
    out[kind] = static_cast<uint16_t>(out[kind] + kFrequencies[byte]);
  }
  return out;
}
constexpr std::array<uint16_t, 64> kKindFrequencies = KindFrequencies();

ByteSet UnplainBytes() {
  ByteSet set;
  for (size_t byte = 0; byte < set.size(); ++byte)
    set.set(byte, kUnplainBytes.Has(static_cast<unsigned char>(byte)));
  return set;
}

unsigned FrequencyOf(ByteKinds kinds) {
  unsigned sum = 0;
  for (; kinds != 0; kinds &= kinds - 1)
    sum += kKindFrequencies[static_cast<size_t>(__builtin_ctzll(kinds))];
  return sum;
}

// How much of ordinary text is of a class of grams, roughly, in 1/1000.
constexpr std::array<double, grams::kClasses> ClassShares() {
  std::array<double, grams::kClasses> out{};
  for (unsigned byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    double& share = out[grams::ClassOf(c)];
    constexpr std::string_view kMost = "etaoinsr";
    constexpr std::string_view kMany = "lhdcumpgfbywk";
    constexpr std::string_view kSigns = "/.-=_&+:,%";
    share = IsDigit(c)                                         ? 100
            : kMost.find(ToLower(c)) != std::string_view::npos ? 60
            : kMany.find(ToLower(c)) != std::string_view::npos ? 25
            : IsAlpha(c)                                       ? 5
            : c == ' '                                         ? 60
            : kSigns.find(c) != std::string_view::npos         ? 12
                                                               : 2;
  }
  out[grams::kClassOf[0]] = 0.1;
  out[grams::kClassOf[0x80]] = 2;
  out[grams::kClassOf[0xc0]] = 2;
  return out;
}
constexpr std::array<double, grams::kClasses> kClassShares = ClassShares();

double ShareOf(uint64_t classes) {
  double sum = 0;
  for (; classes != 0; classes &= classes - 1)
    sum += kClassShares[static_cast<size_t>(__builtin_ctzll(classes))];
  return sum;
}

size_t CountOf(uint64_t classes) { return static_cast<size_t>(__builtin_popcountll(classes)); }

template <typename Visit>
void ForEachBit(uint64_t bits, Visit visit) {
  for (; bits != 0; bits &= bits - 1) visit(static_cast<uint32_t>(__builtin_ctzll(bits)));
}

struct SetSummary {
  ByteKinds kinds = 0;
  uint64_t classes = 0;
};
SetSummary Summarise(const ByteSet& set) {
  SetSummary out;
  for (size_t byte = set._Find_first(); byte < set.size(); byte = set._Find_next(byte)) {
    out.kinds |= KindOf(static_cast<unsigned char>(byte));
    out.classes |= uint64_t{1} << grams::kClassOf[byte];
  }
  return out;
}

}  // namespace

// --- Kinds of bytes

PresenceBuilder::KindNeed PresenceBuilder::Leaf(ByteKinds kinds) {
  return {KindNeed::Type::kLeaf, kinds, FrequencyOf(kinds), 1, {}};
}

PresenceBuilder::KindNeed PresenceBuilder::AllOf(std::vector<KindNeed> parts) {
  std::vector<KindNeed> kept;
  for (KindNeed& part : parts) {
    if (part.type == KindNeed::Type::kNothing) continue;
    if (part.size > kMaxSize) part = Leaf(part.kinds);
    const bool known = part.type == KindNeed::Type::kLeaf &&
                       std::any_of(kept.begin(), kept.end(), [&](const KindNeed& other) {
                         return other.type == KindNeed::Type::kLeaf && other.kinds == part.kinds;
                       });
    if (!known) kept.push_back(std::move(part));
  }
  if (kept.empty()) return {};
  std::stable_sort(kept.begin(), kept.end(),
                   [](const KindNeed& a, const KindNeed& b) { return a.frequency < b.frequency; });
  if (kept.size() > kMaxParts) kept.resize(kMaxParts);
  if (kept.size() == 1) return std::move(kept.front());
  KindNeed all{KindNeed::Type::kAll, kept.front().kinds, kept.front().frequency, 1,
               std::move(kept)};
  for (const KindNeed& part : all.parts) all.size += part.size;
  return all;
}

PresenceBuilder::KindNeed PresenceBuilder::OneOf(std::vector<KindNeed> branches) {
  KindNeed one{KindNeed::Type::kOne, 0, 0, 1, {}};
  ByteKinds leaves = 0;
  for (KindNeed& branch : branches) {
    if (branch.type == KindNeed::Type::kNothing) return {};
    one.kinds |= branch.kinds;
    if (branch.type == KindNeed::Type::kLeaf) {
      leaves |= branch.kinds;
      continue;
    }
    const bool known = std::any_of(one.parts.begin(), one.parts.end(), [&](const KindNeed& other) {
      return other.parts.size() == branch.parts.size() &&
             std::equal(other.parts.begin(), other.parts.end(), branch.parts.begin(),
                        [](const KindNeed& a, const KindNeed& b) {
                          return a.type == KindNeed::Type::kLeaf && b.type == a.type &&
                                 a.kinds == b.kinds;
                        });
    });
    if (!known && one.parts.size() <= kMaxBranches) one.parts.push_back(std::move(branch));
  }
  if (leaves != 0 || one.parts.empty()) one.parts.push_back(Leaf(leaves));
  for (const KindNeed& part : one.parts) one.size += part.size;
  if (one.parts.size() > kMaxBranches || one.size > kMaxSize) return Leaf(one.kinds);
  if (one.parts.size() == 1) return KindNeed(std::move(one.parts.front()));
  one.frequency = FrequencyOf(one.kinds);
  return one;
}

void PresenceBuilder::Flatten(const KindNeed& need, std::vector<Presence::KindNode>& out) {
  const size_t index = out.size();
  out.emplace_back();
  out[index].kind = need.type == KindNeed::Type::kLeaf  ? Presence::Kind::kLeaf
                    : need.type == KindNeed::Type::kAll ? Presence::Kind::kAll
                                                        : Presence::Kind::kOne;
  out[index].kinds = need.kinds;
  for (const KindNeed& part : need.parts) Flatten(part, out);
  out[index].end = static_cast<uint16_t>(out.size());
}

// --- Grams

PresenceBuilder::GramNeed PresenceBuilder::Leaf(std::vector<Presence::Grams> alternatives) {
  GramNeed leaf;
  leaf.type = GramNeed::Type::kLeaf;
  leaf.best = std::move(alternatives);
  return leaf;
}

// One of the grams that end with a byte of `classes` behind what stands before it.
PresenceBuilder::GramNeed PresenceBuilder::GramBefore(const Before& before, uint64_t classes) {
  if (before.one == 0 || classes == 0) return {};
  const size_t twos = CountOf(before.one) * CountOf(classes);
  const bool three =
      before.two != 0 && before.single && twos * CountOf(before.two) <= kMaxCombinations;
  if (!three && twos > kMaxCombinations) return {};
  std::vector<Presence::Grams> out;
  const auto add = [&out](Gram gram) {
    out.emplace_back();
    out.back().of.fill(gram);
  };
  ForEachBit(before.one, [&](uint32_t b) {
    ForEachBit(classes, [&](uint32_t c) {
      if (!three) return add(grams::Two(b, c));
      ForEachBit(before.two, [&](uint32_t a) { add(grams::Three(a, b, c)); });
    });
  });
  GramNeed leaf = Leaf(std::move(out));
  leaf.weight = ShareOf(before.one) * ShareOf(classes) * (three ? ShareOf(before.two) : 1000.0);
  return leaf;
}

// Adds a gram where there is room for another; false if there is none.
bool PresenceBuilder::AddGram(Presence::Grams& grams, Gram gram) {
  if (std::find(grams.of.begin(), grams.of.end(), gram) != grams.of.end()) return true;
  const auto room = std::find(grams.of.begin() + 1, grams.of.end(), grams.of[0]);
  if (room == grams.of.end()) return false;
  *room = gram;
  return true;
}

// Makes of "one of these" and "one of those" a single "one of", where one of the two lists has but
// one entry.
bool PresenceBuilder::AddBeside(std::vector<Presence::Grams>& best,
                                const std::vector<Presence::Grams>& others) {
  if (best.size() == 1 && others.size() > 1) {
    best.assign(others.size(), best.front());
    for (size_t i = 0; i < others.size(); ++i) {
      for (const Gram gram : others[i].of) AddGram(best[i], gram);
    }
    return true;
  }
  if (others.size() != 1) return false;
  bool added = false;
  for (Presence::Grams& each : best) {
    for (const Gram gram : others.front().of) added |= AddGram(each, gram);
  }
  return added;
}

PresenceBuilder::GramNeed PresenceBuilder::AllOf(std::vector<GramNeed> parts) {
  std::vector<GramNeed> kept;
  for (GramNeed& part : parts) {
    if (part.type != GramNeed::Type::kNothing) kept.push_back(std::move(part));
  }
  if (kept.empty()) return {};
  std::stable_sort(kept.begin(), kept.end(),
                   [](const GramNeed& a, const GramNeed& b) { return a.weight < b.weight; });
  if (kept.size() > kMaxGramParts) kept.resize(kMaxGramParts);
  if (kept.size() == 1) return std::move(kept.front());
  GramNeed all;
  all.type = GramNeed::Type::kAll;
  all.best = kept.front().best;
  all.weight = kept.front().weight;
  // One leaf can say of its rarest gram which others stand beside it.
  for (size_t i = 1; i < kept.size(); ++i) {
    if (!AddBeside(all.best, kept[i].best)) continue;
    all.weight /= 4;
  }
  for (const GramNeed& part : kept) all.size += part.size;
  all.parts = std::move(kept);
  return all;
}

PresenceBuilder::GramNeed PresenceBuilder::OneOf(std::vector<GramNeed> branches) {
  GramNeed one;
  one.type = GramNeed::Type::kOne;
  for (GramNeed& branch : branches) {
    if (branch.type == GramNeed::Type::kNothing) return {};
    one.best.insert(one.best.end(), branch.best.begin(), branch.best.end());
    one.weight += branch.weight;
    one.size += branch.size;
  }
  std::sort(one.best.begin(), one.best.end(),
            [](const Presence::Grams& a, const Presence::Grams& b) { return a.of < b.of; });
  one.best.erase(std::unique(one.best.begin(), one.best.end()), one.best.end());
  if (one.best.size() > kMaxGrams) return {};
  const bool leaves_alone =
      std::all_of(branches.begin(), branches.end(),
                  [](const GramNeed& branch) { return branch.type == GramNeed::Type::kLeaf; });
  if (leaves_alone || branches.size() > kMaxGramBranches || one.size > kMaxGramSize) {
    one.type = GramNeed::Type::kLeaf;
    one.size = 1;
    return one;
  }
  one.parts = std::move(branches);
  return one;
}

void PresenceBuilder::Flatten(const GramNeed& need, Presence& out) {
  if (need.type == GramNeed::Type::kLeaf) return out.AddGramLeaf(need.best);
  const size_t index = out.grams_.size();
  out.grams_.emplace_back();
  out.grams_[index].kind =
      need.type == GramNeed::Type::kAll ? Presence::Kind::kAll : Presence::Kind::kOne;
  for (const GramNeed& part : need.parts) Flatten(part, out);
  out.grams_[index].end = static_cast<uint16_t>(out.grams_.size());
}

// --- Reading a pattern

PresenceBuilder::PresenceBuilder() : groups_(1), plain_(new PresenceBuilder(UnplainBytes())) {}
PresenceBuilder::PresenceBuilder(const ByteSet& absent) : groups_(1), absent_(absent) {}
PresenceBuilder::~PresenceBuilder() = default;

PresenceBuilder::Before PresenceBuilder::Either(const Before& a, const Before& b) {
  Before both;
  if (a.one == 0 || b.one == 0) return both;
  both.one = a.one | b.one;
  both.single = a.single && b.single;
  if (a.two != 0 && b.two != 0) both.two = a.two | b.two;
  return both;
}

void PresenceBuilder::CommitSet(Group& group) {
  const Before before = group.now;
  Before after;
  after.one = group.last_classes;
  after.two = before.one;
  after.single = !group.repeated;
  if (group.optional) {
    group.now = Either(before, after);
    group.now.single = group.now.single && !group.repeated;
    return;
  }
  if (group.last_kinds.type != KindNeed::Type::kNothing)
    group.kind_sequence.push_back(std::move(group.last_kinds));
  GramNeed gram = GramBefore(before, group.last_classes);
  if (gram.type != GramNeed::Type::kNothing) group.gram_sequence.push_back(std::move(gram));
  group.now = after;
}

void PresenceBuilder::CommitGroup(Group& group) {
  if (group.optional) {
    group.now = Either(group.now, group.last_end);
  } else {
    if (group.last_kinds.type != KindNeed::Type::kNothing)
      group.kind_sequence.push_back(std::move(group.last_kinds));
    if (group.last_grams.type != GramNeed::Type::kNothing)
      group.gram_sequence.push_back(std::move(group.last_grams));
    group.now = group.last_end;
  }
  // What stands two bytes before may be of the turn before.
  if (group.repeated) group.now.two = 0;
}

void PresenceBuilder::Commit() {
  Group& group = groups_.back();
  switch (std::exchange(group.last, Group::Last::kNone)) {
    case Group::Last::kNone:
      break;
    case Group::Last::kUnknown:
      group.now = {};
      break;
    case Group::Last::kNever:
      group.never |= !group.optional;
      break;
    case Group::Last::kSet:
      CommitSet(group);
      break;
    case Group::Last::kGroup:
      CommitGroup(group);
      break;
  }
  group.last_kinds = {};
  group.last_grams = {};
  group.optional = false;
  group.repeated = false;
}

void PresenceBuilder::Atom() {
  if (plain_) plain_->Atom();
  Commit();
  groups_.back().last = Group::Last::kUnknown;
}

void PresenceBuilder::AtomIs(const ByteSet& set) {
  if (plain_) plain_->AtomIs(set);
  Group& group = groups_.back();
  if (set.all()) return;
  const ByteSet left = set & ~absent_;
  if (left.none()) {
    group.last = Group::Last::kNever;
    return;
  }
  const SetSummary summary = Summarise(left);
  group.last = Group::Last::kSet;
  group.last_kinds = Leaf(summary.kinds);
  group.last_classes = summary.classes;
}

void PresenceBuilder::Alternative() {
  if (plain_) plain_->EndBranch();
  EndBranch();
}

void PresenceBuilder::EndBranch() {
  Commit();
  Group& group = groups_.back();
  KindNeed kinds = AllOf(std::exchange(group.kind_sequence, {}));
  GramNeed gram = AllOf(std::exchange(group.gram_sequence, {}));
  if (!std::exchange(group.never, false)) {
    group.kind_branches.push_back(std::move(kinds));
    group.gram_branches.push_back(std::move(gram));
    group.end = group.has_end ? Either(group.end, group.now) : group.now;
    group.has_end = true;
  }
  group.now = group.start;
}

void PresenceBuilder::Open() {
  if (plain_) plain_->Open();
  const Before before = groups_.back().now;
  groups_.emplace_back();
  groups_.back().start = before;
  groups_.back().now = before;
}

void PresenceBuilder::Close(bool counts) {
  if (plain_) plain_->CloseOwn(counts);
  CloseOwn(counts);
}

void PresenceBuilder::CloseOwn(bool counts) {
  EndBranch();
  Group inner = std::move(groups_.back());
  groups_.pop_back();
  Group& group = groups_.back();
  group.last = counts ? Group::Last::kGroup : Group::Last::kUnknown;
  if (!counts) return;
  if (!inner.has_end) {
    group.last = Group::Last::kNever;
    return;
  }
  group.last_kinds = OneOf(std::move(inner.kind_branches));
  group.last_grams = OneOf(std::move(inner.gram_branches));
  group.last_end = inner.end;
}

void PresenceBuilder::Repeat(unsigned least, bool once) {
  if (plain_) plain_->Repeat(least, once);
  Group& group = groups_.back();
  group.optional = least == 0;
  group.repeated = !once;
  Commit();
}

Presence PresenceBuilder::Take() {
  Presence out = TakeOwn();
  Presence plain = plain_->TakeOwn();
  if (plain.kinds_ != out.kinds_ || plain.grams_ != out.grams_ || plain.list_ != out.list_)
    out.plain_.push_back(std::move(plain));
  return out;
}

Presence PresenceBuilder::TakeOwn() {
  EndBranch();
  Group& group = groups_.front();
  Presence out;
  if (group.has_end) {
    const KindNeed kinds = OneOf(std::move(group.kind_branches));
    const GramNeed gram = OneOf(std::move(group.gram_branches));
    if (kinds.type != KindNeed::Type::kNothing) Flatten(kinds, out.kinds_);
    if (gram.type != GramNeed::Type::kNothing) Flatten(gram, out);
  } else {
    out.kinds_.push_back({Presence::Kind::kLeaf, 1, 0});  // nothing matches
  }
  groups_.assign(1, Group());
  return out;
}

}  // namespace rasp::match
