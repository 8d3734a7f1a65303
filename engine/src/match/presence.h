// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "match/byte_class.h"

namespace rasp::match {

// Which bytes occur in a text.
class ByteMask {
 public:
  ByteMask() = default;
  explicit ByteMask(std::string_view text) {
    for (const char c : text) Add(static_cast<unsigned char>(c));
  }
  explicit ByteMask(const ByteSet& set) {
    for (size_t byte = 0; byte < set.size(); ++byte) {
      if (set[byte]) Add(static_cast<unsigned char>(byte));
    }
  }

  void Add(unsigned char byte) { words_[byte >> 6] |= uint64_t{1} << (byte & 63); }
  bool Meets(const ByteMask& other) const {
    return ((words_[0] & other.words_[0]) | (words_[1] & other.words_[1]) |
            (words_[2] & other.words_[2]) | (words_[3] & other.words_[3])) != 0;
  }

 private:
  std::array<uint64_t, 4> words_{};
};

// What must occur in a text for a pattern to match anywhere in it: sets of bytes, one of each of
// which must be there, joined by "all of" and "one of". Most texts lack most patterns' signs, and
// to find that out costs less than a search. A formula may be weaker than the pattern, never
// stronger.
class PresenceFormula {
 public:
  // False only if no text that holds just the bytes of `present` can match.
  bool MayMatch(const ByteMask& present) const { return nodes_.empty() || Holds(0, present); }
  // It demands nothing, so there is no use in asking.
  bool Trivial() const { return nodes_.empty(); }

 private:
  friend class PresenceBuilder;
  enum class Kind : uint8_t { kSet, kAll, kOne };
  struct Node {
    Kind kind = Kind::kSet;
    uint16_t end = 0;  // index behind its last descendant
    ByteMask set;
  };

  bool Holds(size_t index, const ByteMask& present) const;

  std::vector<Node> nodes_;  // parents before their children
};

// Builds the formula as a pattern is read from left to right.
class PresenceBuilder {
 public:
  PresenceBuilder() : groups_(1) {}

  void Atom();                      // something begins that may match anything
  void AtomIs(const ByteSet& set);  // what began is one byte of a set
  void Alternative();               // |
  void Open();                      // of a group, behind Atom()
  void Close(bool counts);          // false: a look-around, which demands nothing here
  void Repeat(unsigned least);      // the last atom, so many times at least

  // REQUIRES: every group was closed.
  PresenceFormula Take();

 private:
  struct Need {
    enum class Kind : uint8_t { kNothing, kSet, kAll, kOne };
    Kind kind = Kind::kNothing;
    ByteSet set;             // kAll, kOne: what can be said of it by one set, the rarest one
    unsigned frequency = 0;  // of the set, in ordinary traffic
    size_t size = 1;         // of its formula, in nodes
    std::vector<Need> parts;
  };
  struct Group {
    std::vector<Need> branches;  // those that are complete
    std::vector<Need> sequence;  // of the branch being read
    Need last;                   // its last atom, which a quantifier may follow
  };

  static Need One(const ByteSet& set);
  static Need All(std::vector<Need> parts);
  static Need One(std::vector<Need> branches);
  static void Flatten(const Need& need, std::vector<PresenceFormula::Node>& out);

  void Commit();
  Need EndGroup();

  std::vector<Group> groups_;  // the pattern itself is the first
};

}  // namespace rasp::match
