// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_mask.h"
#include "match/byte_class.h"
#include "match/gram_set.h"

namespace rasp::match {

// What ordinary words and sentences do without, and shells and scripts give a meaning.
inline constexpr ByteMask kUnplainBytes =
    ByteMask("\"'\\`$*[](){}<>|;=&") | ByteMask::Range(0x00, 0x1f) | ByteMask::Range(0x7f, 0x7f);

// What must occur in a text for something to match anywhere in it. Most texts lack most patterns'
// signs, and to find that out costs far less than a search. Two formulas of "all of" and "one of":
// a coarse one over the kinds of bytes that occur, whose answer can be remembered for all texts of
// the same kinds, and a fine one over grams. Either may be weaker than the truth, never stronger.
// Plain texts have formulas of their own, since patterns that allow for evasion have the signs it
// takes between all letters: a text without them must hold the word as it is.
class Presence {
 public:
  // False only if no text that holds bytes of these kinds alone can match.
  bool MayMatch(ByteKinds present) const {
    return (kinds_.empty() || Holds(0, present)) &&
           (plain_.empty() || !IsPlain(present) || plain_.front().MayMatch(present));
  }
  // False only if no text that holds these grams alone can match.
  bool MayMatch(const GramSet& present) const {
    const Presence& of = For(present.kinds());
    return of.grams_.empty() || of.Holds(0, present);
  }
  // Whether there is any use in asking.
  bool demands_kinds() const { return !kinds_.empty() || !plain_.empty(); }
  bool demands_grams() const {
    return !grams_.empty() || (!plain_.empty() && plain_.front().demands_grams());
  }
  bool demands_grams(ByteKinds kinds) const { return !For(kinds).grams_.empty(); }

  // `text` occurs, whatever the case of its ASCII letters.
  static Presence OfText(std::string_view text);
  // One of the texts does. One that is empty occurs everywhere.
  static Presence OfAnyText(std::span<const std::string> texts);
  static Presence OfOneByte(const ByteMask& set);
  // nullptr among the parts: of that one nothing is known.
  static Presence AllOf(std::span<const Presence* const> parts);
  static Presence AnyOf(std::span<const Presence* const> parts);

 private:
  friend class PresenceBuilder;
  enum class Kind : uint8_t { kLeaf, kAll, kOne };
  struct KindNode {
    Kind kind = Kind::kLeaf;
    uint16_t end = 0;     // index behind its last descendant
    ByteKinds kinds = 0;  // a leaf: one of these
    bool operator==(const KindNode&) const = default;
  };
  // Grams that occur together, the rarest first; if they are fewer it is repeated.
  static constexpr size_t kTogether = 6;
  struct Grams {
    std::array<Gram, kTogether> of{};
    bool operator==(const Grams&) const = default;
    bool In(const GramSet& present) const {
      for (const Gram gram : of) {
        if (!present.Has(gram)) return false;
      }
      return true;
    }
  };
  struct GramNode {
    Kind kind = Kind::kLeaf;
    uint16_t end = 0;
    uint32_t begin = 0;  // a leaf: one of list_[begin, begin + count), sorted by their first
    uint32_t count = 0;
    int32_t bits = -1;      // of bits_: their first ones, if they are many
    bool has_twos = false;  // a pair among these
    bool operator==(const GramNode&) const = default;
  };

  static constexpr bool IsPlain(ByteKinds kinds) { return (kinds & KindsOf(kUnplainBytes)) == 0; }
  const Presence& For(ByteKinds kinds) const {
    return plain_.empty() || !IsPlain(kinds) ? *this : plain_.front();
  }
  bool Holds(size_t index, ByteKinds present) const;
  bool Holds(size_t index, const GramSet& present) const;
  static Presence Join(std::span<const Presence* const> parts, Kind kind);
  static Presence JoinOwn(std::span<const Presence* const> parts, Kind kind);
  void AddGramLeaf(std::vector<Grams> alternatives);
  bool HoldsOne(const GramNode& leaf, const GramSet& present) const;

  std::vector<KindNode> kinds_;  // parents before their children
  std::vector<GramNode> grams_;
  std::vector<Grams> list_;
  std::vector<GramBits> bits_;
  std::vector<Presence> plain_;  // that of plain texts, if it says more
};

// Builds it as a pattern is read from left to right. Assertions are passed over.
class PresenceBuilder {
 public:
  PresenceBuilder();
  ~PresenceBuilder();

  void Atom();                             // something begins that may match anything
  void AtomIs(const ByteSet& set);         // what began is one byte of a set
  void Alternative();                      // |
  void Open();                             // of a group, behind Atom()
  void Close(bool counts);                 // false: a look-around, which demands nothing here
  void Repeat(unsigned least, bool once);  // the last atom; `once`: exactly one time

  // REQUIRES: every group was closed.
  Presence Take();

 private:
  // What a part of the pattern demands of the kinds of bytes.
  struct KindNeed {
    enum class Type : uint8_t { kNothing, kLeaf, kAll, kOne };
    Type type = Type::kNothing;
    ByteKinds kinds = 0;     // kAll, kOne: what can be said of it by one leaf, the rarest one
    unsigned frequency = 0;  // of these kinds, in ordinary traffic
    size_t size = 1;         // of its formula, in nodes
    std::vector<KindNeed> parts;
  };
  // The same of grams.
  struct GramNeed {
    enum class Type : uint8_t { kNothing, kLeaf, kAll, kOne };
    Type type = Type::kNothing;
    std::vector<Presence::Grams> best;  // what can be said of it by one leaf: one of these
    double weight = 0;                  // how often such a leaf holds, in ordinary traffic, roughly
    size_t size = 1;
    std::vector<GramNeed> parts;
  };
  // What stands before a place of the pattern. Sets of classes, as bits; 0: anything may.
  struct Before {
    uint64_t one = 0;     // the byte before
    uint64_t two = 0;     // the byte before that
    bool single = false;  // `one` is not repeated, so that `two` stands right before it
  };
  struct Group {
    Before start;
    Before now;
    Before end;                           // of the branches so far
    bool has_end = false;                 // there is a branch so far that matches something
    std::vector<KindNeed> kind_branches;  // those that are complete
    std::vector<KindNeed> kind_sequence;  // of the branch being read
    std::vector<GramNeed> gram_branches;
    std::vector<GramNeed> gram_sequence;
    // The last atom, which a quantifier may follow: a set of bytes, or a group.
    enum class Last : uint8_t { kNone, kUnknown, kNever, kSet, kGroup };
    Last last = Last::kNone;
    KindNeed last_kinds;
    GramNeed last_grams;
    uint64_t last_classes = 0;  // kSet
    Before last_end;            // kGroup: what it ends with
    bool optional = false;
    bool repeated = false;
    bool never = false;  // the branch being read matches nothing
  };

  static KindNeed Leaf(ByteKinds kinds);
  static KindNeed AllOf(std::vector<KindNeed> parts);
  static KindNeed OneOf(std::vector<KindNeed> branches);
  static void Flatten(const KindNeed& need, std::vector<Presence::KindNode>& out);

  static bool AddGram(Presence::Grams& grams, Gram gram);
  static bool AddBeside(std::vector<Presence::Grams>& best,
                        const std::vector<Presence::Grams>& others);
  static GramNeed Leaf(std::vector<Presence::Grams> alternatives);
  static GramNeed AllOf(std::vector<GramNeed> parts);
  static GramNeed OneOf(std::vector<GramNeed> branches);
  static void Flatten(const GramNeed& need, Presence& out);
  static GramNeed GramBefore(const Before& before, uint64_t classes);
  static Before Either(const Before& a, const Before& b);

  void Commit();
  void CommitSet(Group& group);
  void CommitGroup(Group& group);

  friend class Presence;
  explicit PresenceBuilder(const ByteSet& absent);
  void EndBranch();
  void CloseOwn(bool counts);
  Presence TakeOwn();

  std::vector<Group> groups_;               // the pattern itself is the first
  ByteSet absent_;                          // from the texts in question
  std::unique_ptr<PresenceBuilder> plain_;  // reads the same; nullptr: this is the one for those
};

}  // namespace rasp::match
