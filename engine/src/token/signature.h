// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rasp/result.h"

namespace rasp {

enum class SignatureAlgorithm : uint8_t {
  kHs256,
  kHs384,
  kHs512,
  kRs256,
  kPs256,
  kEs256,
  kEdDsa,  // Ed25519
};
struct SignatureAlgorithmName {
  std::string_view name;  // as a token's "alg" has it
  SignatureAlgorithm algorithm;
};
// nullptr for all others, "none" first of all.
const SignatureAlgorithmName* FindSignatureAlgorithm(std::string_view name);

// A key and the one algorithm that it is for: a token that names another is not tried with it, so
// that a public key never serves as a secret. Immutable, thread-safe.
class SignatureKey {
 public:
  static constexpr size_t kLeastSecretBytes = 32;
  static constexpr int kLeastRsaBits = 2048;

  // `material`: the secret's bytes for kHs*, a public key in PEM for the others.
  static Result<SignatureKey> Make(SignatureAlgorithm algorithm, std::string_view material);
  ~SignatureKey();
  SignatureKey(SignatureKey&&) noexcept;
  SignatureKey& operator=(SignatureKey&&) noexcept;

  SignatureAlgorithm algorithm() const { return algorithm_; }
  // `signature` as JSON Web Signatures have it. Secrets are compared in constant time.
  bool Verifies(std::string_view signed_text, std::string_view signature) const;

 private:
  struct PublicKey;
  SignatureKey(SignatureAlgorithm algorithm, std::string secret, std::unique_ptr<PublicKey> key);

  SignatureAlgorithm algorithm_;
  std::string secret_;
  std::unique_ptr<PublicKey> public_key_;
};

}  // namespace rasp
