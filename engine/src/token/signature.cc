// SPDX-License-Identifier: Apache-2.0
#include "token/signature.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <climits>
#include <utility>

namespace rasp {
namespace {

constexpr SignatureAlgorithmName kNames[] = {
    {"HS256", SignatureAlgorithm::kHs256}, {"HS384", SignatureAlgorithm::kHs384},
    {"HS512", SignatureAlgorithm::kHs512}, {"RS256", SignatureAlgorithm::kRs256},
    {"PS256", SignatureAlgorithm::kPs256}, {"ES256", SignatureAlgorithm::kEs256},
    {"EdDSA", SignatureAlgorithm::kEdDsa},
};

constexpr size_t kEs256Half = 32;

constexpr bool IsSymmetric(SignatureAlgorithm algorithm) {
  return algorithm <= SignatureAlgorithm::kHs512;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using EcdsaPtr = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Freed<BN_free>>;

const EVP_MD* DigestOf(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kHs384:
      return EVP_sha384();
    case SignatureAlgorithm::kHs512:
      return EVP_sha512();
    case SignatureAlgorithm::kEdDsa:
      return nullptr;  // it hashes by itself
    default:
      return EVP_sha256();
  }
}

// What is wrong with a public key for the algorithm, or "".
std::string Unfit(SignatureAlgorithm algorithm, const EVP_PKEY* key) {
  const int kind = EVP_PKEY_get_base_id(key);
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
    case SignatureAlgorithm::kPs256:
      if (kind != EVP_PKEY_RSA) return "not an RSA key";
      return EVP_PKEY_get_bits(key) < SignatureKey::kLeastRsaBits
                 ? "an RSA key of fewer than 2048 bits"
                 : "";
    case SignatureAlgorithm::kEs256: {
      char group[64] = {};
      size_t size = 0;
      const bool named =
          kind == EVP_PKEY_EC && EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME,
                                                                group, sizeof group, &size) == 1;
      return named && std::string_view(group, size) == "prime256v1" ? "" : "not a key on P-256";
    }
    default:
      return kind == EVP_PKEY_ED25519 ? "" : "not an Ed25519 key";
  }
}

// r and s side by side, as tokens have them, to what OpenSSL verifies.
bool ToDer(std::string_view raw, unsigned char (&der)[80], size_t& size) {
  if (raw.size() != 2 * kEs256Half) return false;
  const EcdsaPtr pair(ECDSA_SIG_new());
  NumberPtr r(BN_bin2bn(Bytes(raw), kEs256Half, nullptr));
  NumberPtr s(BN_bin2bn(Bytes(raw) + kEs256Half, kEs256Half, nullptr));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return false;
  static_cast<void>(r.release());  // the pair's own now
  static_cast<void>(s.release());
  if (i2d_ECDSA_SIG(pair.get(), nullptr) > static_cast<int>(sizeof der)) return false;
  unsigned char* out = der;
  const int written = i2d_ECDSA_SIG(pair.get(), &out);
  size = written > 0 ? static_cast<size_t>(written) : 0;
  return size > 0;
}

bool VerifiesHmac(const EVP_MD* digest, std::string_view secret, std::string_view text,
                  std::string_view signature) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (HMAC(digest, secret.data(), static_cast<int>(secret.size()), Bytes(text), text.size(), mac,
           &size) == nullptr) {
    return false;
  }
  return signature.size() == size && CRYPTO_memcmp(mac, signature.data(), size) == 0;
}

bool VerifiesPublic(SignatureAlgorithm algorithm, EVP_PKEY* key, std::string_view text,
                    std::string_view signature) {
  unsigned char der[80];
  if (algorithm == SignatureAlgorithm::kEs256) {
    size_t size = 0;
    if (!ToDer(signature, der, size)) return false;
    signature = {reinterpret_cast<const char*>(der), size};
  }
  const ContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  if (!context ||
      EVP_DigestVerifyInit(context.get(), &parameters, DigestOf(algorithm), nullptr, key) != 1) {
    return false;
  }
  if (algorithm == SignatureAlgorithm::kPs256 &&
      (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                          text.size()) == 1;
}

}  // namespace

struct SignatureKey::PublicKey {
  KeyPtr key;
};

const SignatureAlgorithmName* FindSignatureAlgorithm(std::string_view name) {
  for (const SignatureAlgorithmName& known : kNames) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

SignatureKey::SignatureKey(SignatureAlgorithm algorithm, std::string secret,
                           std::unique_ptr<PublicKey> key)
    : algorithm_(algorithm), secret_(std::move(secret)), public_key_(std::move(key)) {}
SignatureKey::~SignatureKey() { OPENSSL_cleanse(secret_.data(), secret_.size()); }
SignatureKey::SignatureKey(SignatureKey&&) noexcept = default;
SignatureKey& SignatureKey::operator=(SignatureKey&&) noexcept = default;

Result<SignatureKey> SignatureKey::Make(SignatureAlgorithm algorithm, std::string_view material) {
  using Made = Result<SignatureKey>;
  const bool pem = material.find("-----BEGIN ") != material.npos;
  if (IsSymmetric(algorithm)) {
    if (pem) return Made::Failure("a key in PEM is no secret: name the algorithm that it is for");
    if (material.size() < kLeastSecretBytes) {
      return Made::Failure("a secret shorter than 32 bytes can be guessed: make a longer one");
    }
    return SignatureKey(algorithm, std::string(material), nullptr);
  }
  if (material.find("PRIVATE KEY-----") != material.npos) {
    return Made::Failure("a private key does not belong here: write the public key");
  }
  const BioPtr bio(material.size() <= INT_MAX
                       ? BIO_new_mem_buf(material.data(), static_cast<int>(material.size()))
                       : nullptr);
  KeyPtr key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  ERR_clear_error();
  if (!key) return Made::Failure("no public key in PEM (\"-----BEGIN PUBLIC KEY-----\")");
  const std::string unfit = Unfit(algorithm, key.get());
  if (!unfit.empty()) return Made::Failure(unfit + ": write a key for this algorithm");
  auto kept = std::make_unique<PublicKey>();
  kept->key = std::move(key);
  return SignatureKey(algorithm, {}, std::move(kept));
}

bool SignatureKey::Verifies(std::string_view signed_text, std::string_view signature) const {
  if (IsSymmetric(algorithm_)) {
    return VerifiesHmac(DigestOf(algorithm_), secret_, signed_text, signature);
  }
  const bool verified = VerifiesPublic(algorithm_, public_key_->key.get(), signed_text, signature);
  if (!verified) ERR_clear_error();  // the host's own calls see no error of ours
  return verified;
}

}  // namespace rasp
