// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstring>

#include "rasp/entity_store.h"

namespace rasp {
namespace {

static_assert(std::endian::native == std::endian::little,
              "SipHash and the records of a region are little-endian");

uint64_t LoadWord(const uint8_t* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein), fed in pieces.
class SipHash128 {
 public:
  explicit SipHash128(const HashKey& key) {
    const uint64_t k0 = LoadWord(key.data());
    const uint64_t k1 = LoadWord(key.data() + 8);
    v0_ = 0x736f6d6570736575 ^ k0;
    v1_ = 0x646f72616e646f6d ^ k1 ^ 0xee;
    v2_ = 0x6c7967656e657261 ^ k0;
    v3_ = 0x7465646279746573 ^ k1;
  }

  void Add(std::string_view text) {
    total_ += text.size();
    for (size_t i = 0; i < text.size();) {
      if (held_ == 0 && text.size() - i >= 8) {
        uint64_t word = 0;
        std::memcpy(&word, text.data() + i, 8);
        Compress(word);
        i += 8;
        continue;
      }
      word_ |= uint64_t{static_cast<uint8_t>(text[i++])} << (8 * held_);
      if (++held_ < 8) continue;
      Compress(word_);
      word_ = 0;
      held_ = 0;
    }
  }

  EntityKey Finish() {
    Compress(word_ | total_ << 56);
    v2_ ^= 0xee;
    const uint64_t first = Finalize();
    v1_ ^= 0xdd;
    return {Finalize(), first};
  }

 private:
  void Round() {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }
  void Compress(uint64_t word) {
    v3_ ^= word;
    Round();
    Round();
    v0_ ^= word;
  }
  uint64_t Finalize() {
    for (int i = 0; i < 4; ++i) Round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

  uint64_t v0_, v1_, v2_, v3_;
  uint64_t word_ = 0;
  uint64_t total_ = 0;
  unsigned held_ = 0;
};

}  // namespace

EntityKey HashParts(const HashKey& key, std::span<const std::string_view> parts) {
  SipHash128 hash(key);
  for (const std::string_view part : parts) {
    std::array<char, 8> size{};
    const uint64_t bytes = part.size();
    std::memcpy(size.data(), &bytes, sizeof(bytes));
    hash.Add({size.data(), size.size()});
    hash.Add(part);
  }
  return hash.Finish();
}

EntityKey HashText(const HashKey& key, std::string_view text) {
  SipHash128 hash(key);
  hash.Add(text);
  return hash.Finish();
}

}  // namespace rasp
