// SPDX-License-Identifier: Apache-2.0
#include "seal/seal_keys.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "token/base64url.h"

namespace rasp {
namespace {

constexpr size_t kHead = 5;  // key id, end
constexpr size_t kTag = 16;  // of the MAC
constexpr size_t kRaw = kHead + kTag;
static_assert(Base64UrlEncodedSize(kRaw) == SealKeys::kSealSize);
constexpr std::string_view kPurpose = "ngx-rasp seal 1";

using Raw = std::array<unsigned char, kRaw>;

std::string_view Text(const unsigned char* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// The MAC of a MAC: the text is hashed once, whatever stands in front of it.
void Sign(const SealKeys::Key& key, std::string_view text, Raw& raw) {
  unsigned char inner[EVP_MAX_MD_SIZE];
  unsigned char outer[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const int secret = static_cast<int>(key.secret.size());
  HMAC(EVP_sha256(), key.secret.data(), secret, reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), inner, &size);
  std::array<unsigned char, kPurpose.size() + kHead + EVP_MAX_MD_SIZE> message;
  auto end = std::copy(kPurpose.begin(), kPurpose.end(), message.begin());
  end = std::copy_n(raw.begin(), kHead, end);
  end = std::copy_n(inner, size, end);
  HMAC(EVP_sha256(), key.secret.data(), secret, message.data(),
       static_cast<size_t>(end - message.begin()), outer, &size);
  std::copy_n(outer, kTag, raw.begin() + kHead);
}

}  // namespace

std::string_view SealStatusText(SealStatus status) {
  switch (status) {
    case SealStatus::kValid:
      return "";
    case SealStatus::kMalformed:
      return "a seal that is none";
    case SealStatus::kUnknownKey:
      return "a seal by a key that is not known";
    case SealStatus::kExpired:
      return "a seal that has ended";
    case SealStatus::kForged:
      return "values that are not those that were sealed";
  }
  return "";
}

void SealedText::AddSize(uint64_t size) {
  for (int shift = 56; shift >= 0; shift -= 8) text_ += static_cast<char>(size >> shift & 0xFF);
}

void SealedText::Add(std::string_view part) {
  AddSize(part.size());
  text_ += part;
}

void SealedText::AddLines(std::string_view value) {
  const size_t at = text_.size();
  AddSize(0);
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\r') {
      text_ += value[i];
    } else if (i + 1 == value.size() || value[i + 1] != '\n') {
      text_ += '\n';
    }
  }
  const uint64_t size = text_.size() - at - 8;
  for (size_t i = 0; i < 8; ++i) text_[at + i] = static_cast<char>(size >> (56 - 8 * i) & 0xFF);
}

SealKeys::Seal SealKeys::Make(std::string_view sealed_text, uint32_t expires_s) const {
  Raw raw{};
  raw[0] = keys.front().id;
  for (size_t i = 0; i < 4; ++i) {
    raw[1 + i] = static_cast<unsigned char>(expires_s >> (24 - 8 * i) & 0xFF);
  }
  Sign(keys.front(), sealed_text, raw);
  Seal seal;
  EncodeBase64Url(Text(raw.data(), raw.size()), seal.data());
  return seal;
}

SealStatus SealKeys::Check(std::string_view seal, std::string_view sealed_text,
                           int64_t now_s) const {
  Raw raw;
  if (seal.size() != kSealSize || !DecodeBase64Url(seal, raw.data())) {
    return SealStatus::kMalformed;
  }
  const auto key =
      std::find_if(keys.begin(), keys.end(), [&](const Key& one) { return one.id == raw[0]; });
  if (key == keys.end()) return SealStatus::kUnknownKey;
  const Raw given = raw;
  Sign(*key, sealed_text, raw);
  if (CRYPTO_memcmp(raw.data(), given.data(), kRaw) != 0) return SealStatus::kForged;
  uint32_t expires_s = 0;
  for (size_t i = 1; i < kHead; ++i) expires_s = expires_s << 8 | raw[i];
  return now_s < int64_t{expires_s} ? SealStatus::kValid : SealStatus::kExpired;
}

}  // namespace rasp
