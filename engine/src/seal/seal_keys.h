// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"

namespace rasp {

enum class SealStatus : uint8_t { kValid, kMalformed, kUnknownKey, kExpired, kForged };
std::string_view SealStatusText(SealStatus status);  // "a seal that is not ours"

// What a seal stands for: parts with their lengths, so that none runs into the next.
class SealedText {
 public:
  explicit SealedText(std::pmr::memory_resource* memory) : text_(memory) {}
  void Add(std::string_view part);
  // A value of a form: lines may end on CR, LF or both, as browsers make of them what they will.
  void AddLines(std::string_view value);
  std::string_view view() const { return text_; }

 private:
  void AddSize(uint64_t size);
  ByteBuffer text_;
};

// HMAC-SHA256 of a text, of when it ends, and of the key's number: 28 characters of base64url.
// Seals are made with the first key and accepted of all, so that keys can be changed: the new one
// in front, the old one behind it until its last seal has ended.
class SealKeys {
 public:
  struct Key {
    uint8_t id = 0;
    std::string secret;
  };
  static constexpr size_t kLeastSecretBytes = 32;
  static constexpr size_t kSealSize = 28;
  using Seal = std::array<char, kSealSize>;

  std::vector<Key> keys;  // not empty

  Seal Make(std::string_view sealed_text, uint32_t expires_s) const;
  // In constant time as far as the text is concerned.
  SealStatus Check(std::string_view seal, std::string_view sealed_text, int64_t now_s) const;
};

}  // namespace rasp
