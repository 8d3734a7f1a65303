// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rasp::match {

// Texts one of which occurs, whatever the case of its ASCII letters, wherever something matches.
// Looking for them costs a fraction of a nanosecond a byte: for contents so large that nothing else
// can be afforded, and few patterns.
class LiteralSet {
 public:
  static constexpr size_t kMost = 32;  // texts; more would take longer than they save

  // Of regular expressions in RE2's syntax. Wherever one of them matches, a text of each of these
  // sets occurs. The first has few texts and signs, which ordinary texts lack, the second the
  // longest, which other contents lack. Empty: nothing is known, or too much.
  static std::vector<LiteralSet> Of(std::span<const std::string> patterns);
  // REQUIRES: each has two bytes or more, all ASCII.
  explicit LiteralSet(std::vector<std::string> texts);

  bool AnyIn(std::string_view text) const;
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  // Texts that begin with the same byte, and what bytes follow it. ASCII case and one bit aside.
  using Lanes = uint8_t __attribute__((vector_size(16)));
  struct Beginning {
    Lanes first{};  // the byte, in all places
    std::vector<Lanes> second;
  };

  static Lanes Load(const char* from);
  static bool IsZero(Lanes lanes);

  bool BeginsAt(std::string_view text, size_t at) const;

  std::vector<std::string> texts_;  // in lower case
  std::vector<Beginning> beginnings_;
};

}  // namespace rasp::match
