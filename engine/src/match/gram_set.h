// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/ascii.h"
#include "core/byte_mask.h"

namespace rasp::match {

// Two or three bytes that stand side by side, ASCII case aside and as classes of bytes: each letter
// and each sign is a class, the digits are one, so are white space but the space, and bytes above
// ASCII. Pairs are exact, threes are hashed.
using Gram = uint32_t;

namespace grams {

constexpr size_t kClasses = 64;
constexpr uint32_t kThrees = 1u << 16;
constexpr uint32_t kAll = kThrees + kClasses * kClasses;

constexpr std::array<uint8_t, 256> Classes() {
  std::array<uint8_t, 256> classes{};
  uint8_t sign = 26;
  for (unsigned byte = 0; byte < classes.size(); ++byte) {
    const char c = static_cast<char>(byte);
    classes[byte] = byte >= 0xc0         ? uint8_t{62}
                    : byte >= 0x80       ? uint8_t{63}
                    : byte == 0          ? uint8_t{61}
                    : IsAlpha(c)         ? static_cast<uint8_t>(ToLower(c) - 'a')
                    : IsDigit(c)         ? uint8_t{58}
                    : c == ' '           ? uint8_t{59}
                    : c < ' ' || c > '~' ? uint8_t{60}
                                         : sign++;
  }
  return classes;
}
inline constexpr std::array<uint8_t, 256> kClassOf = Classes();

constexpr uint32_t ClassOf(char c) { return kClassOf[static_cast<unsigned char>(c)]; }
constexpr Gram Two(uint32_t a, uint32_t b) { return kThrees + (a << 6 | b); }
constexpr Gram Three(uint32_t a, uint32_t b, uint32_t c) {
  return ((a << 12 | b << 6 | c) * 2654435761u) >> 16;
}

}  // namespace grams

// A fixed set of grams.
struct GramBits {
  void Add(Gram gram) { words[gram >> 6] |= uint64_t{1} << (gram & 63); }
  bool Has(Gram gram) const { return ((words[gram >> 6] >> (gram & 63)) & 1) != 0; }

  std::array<uint64_t, grams::kAll / 64> words{};
};

// The grams that occur in one text at a time.
class GramSet {
 public:
  // `kinds`: of the text. REQUIRES: the set is empty.
  void Fill(std::string_view text, ByteKinds kinds) {
    kinds_ = kinds;
    two_count_ = three_count_ = 0;
    overflown_ = text.size() > kListed;
    if (text.size() < 2) return;
    overflown_ ? Fill<false>(text) : Fill<true>(text);
  }

  void Clear() {
    if (overflown_) {
      bits_.words.fill(0);
    } else {
      for (size_t i = 0; i < three_count_; ++i) bits_.words[threes_[i] >> 6] = 0;
      for (size_t i = 0; i < two_count_; ++i) bits_.words[twos_[i] >> 6] = 0;
    }
    two_count_ = three_count_ = 0;
    overflown_ = false;
  }

  bool Has(Gram gram) const { return bits_.Has(gram); }
  ByteKinds kinds() const { return kinds_; }
  // The text has more grams than are listed.
  bool is_long() const { return overflown_; }
  // Whether `holds` is true of a gram that both sets have. `has_twos`: `other` has a pair.
  template <typename Holds>
  bool AnyOf(const GramBits& other, bool has_twos, Holds holds) const {
    if (!overflown_) {
      const auto both = [&](Gram gram) { return other.Has(gram) && holds(gram); };
      return std::any_of(threes_.begin(), threes_.begin() + static_cast<ptrdiff_t>(three_count_),
                         both) ||
             (has_twos &&
              std::any_of(twos_.begin(), twos_.begin() + static_cast<ptrdiff_t>(two_count_), both));
    }
    for (size_t word = 0; word < bits_.words.size(); ++word) {
      for (uint64_t both = bits_.words[word] & other.words[word]; both != 0; both &= both - 1) {
        if (holds(static_cast<Gram>(word * 64 + static_cast<size_t>(__builtin_ctzll(both)))))
          return true;
      }
    }
    return false;
  }

 private:
  static constexpr size_t kListed = 512;  // bytes of a text whose grams are listed

  template <bool kList>
  void Fill(std::string_view text) {
    const auto add_two = [this](Gram gram) {
      bits_.Add(gram);
      if constexpr (kList) twos_[two_count_++] = gram;
    };
    const auto add_three = [this](Gram gram) {
      bits_.Add(gram);
      if constexpr (kList) threes_[three_count_++] = gram;
    };
    uint32_t a = grams::ClassOf(text[0]);
    uint32_t b = grams::ClassOf(text[1]);
    add_two(grams::Two(a, b));
    for (size_t i = 2; i < text.size(); ++i) {
      const uint32_t c = grams::ClassOf(text[i]);
      add_two(grams::Two(b, c));
      add_three(grams::Three(a, b, c));
      a = b;
      b = c;
    }
  }

  ByteKinds kinds_ = 0;
  GramBits bits_;
  std::array<Gram, kListed> twos_;
  std::array<Gram, kListed> threes_;
  size_t two_count_ = 0;
  size_t three_count_ = 0;
  bool overflown_ = false;  // the text was too long to list
};

}  // namespace rasp::match
