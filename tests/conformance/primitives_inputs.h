// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

// Hostile inputs for transformations and operators: the same seed, the same inputs.
namespace rasp::primitives {

enum class Topic : uint8_t {
  kBytes,     // random bytes, NULs among them
  kUrl,       // percent escapes, whole and broken
  kEntities,  // HTML references
  kUtf8,      // sequences, overlong, cut, surrogates
  kHex,
  kBase64,
  kEscapes,  // backslashes
  kComments,
  kPaths,
  kSpaces,
  kShell,
  kText,  // words, SQL and markup, of which operators' arguments are made
  kNumbers,
  kAddresses,
  kIdentity,  // digits with separators
};
inline constexpr int kTopics = 15;

class Inputs {
 public:
  explicit Inputs(uint64_t seed) : random_(seed) {}

  // Of `topic` mostly, now and then of any other; mostly short, the lengths 0 to 3 often, very long
  // seldom.
  std::string Next(Topic topic);

 private:
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
  size_t Length();
  void AppendPiece(Topic topic, std::string& out);

  std::mt19937_64 random_;
};

}  // namespace rasp::primitives
