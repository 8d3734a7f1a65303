// SPDX-License-Identifier: Apache-2.0
#include "token/token_maker.h"

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <vector>

#include "token/base64url.h"

namespace rasp {

struct TokenMaker::Key {
  EVP_PKEY* key = nullptr;
  ~Key() { EVP_PKEY_free(key); }
};

namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// From OpenSSL's DER to the two halves that tokens have.
std::vector<unsigned char> Halves(const std::vector<unsigned char>& der) {
  const unsigned char* at = der.data();
  ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::vector<unsigned char> out(64);
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), out.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), out.data() + 32, 32);
  ECDSA_SIG_free(pair);
  return out;
}

}  // namespace

TokenMaker::TokenMaker(SignatureAlgorithm algorithm)
    : algorithm_(algorithm), key_(std::make_unique<Key>()) {
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
    case SignatureAlgorithm::kPs256:
      key_->key = EVP_RSA_gen(2048);
      break;
    case SignatureAlgorithm::kEs256:
      key_->key = EVP_EC_gen("P-256");
      break;
    default:
      key_->key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
      break;
  }
}

TokenMaker::~TokenMaker() = default;

std::string TokenMaker::PublicPem() const {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, key_->key);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(bio);
  return pem;
}

std::string TokenMaker::Encode(std::string_view bytes) {
  std::string out(Base64UrlEncodedSize(bytes.size()), '\0');
  EncodeBase64Url(bytes, out.data());
  return out;
}

std::string TokenMaker::Make(std::string_view header, std::string_view claims) const {
  const std::string text = Encode(header) + "." + Encode(claims);
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* parameters = nullptr;
  const bool hashes = algorithm_ == SignatureAlgorithm::kEdDsa;
  EVP_DigestSignInit(context, &parameters, hashes ? nullptr : EVP_sha256(), nullptr, key_->key);
  if (algorithm_ == SignatureAlgorithm::kPs256) {
    EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
  }
  size_t size = 0;
  EVP_DigestSign(context, nullptr, &size, Bytes(text), text.size());
  std::vector<unsigned char> signature(size);
  EVP_DigestSign(context, signature.data(), &size, Bytes(text), text.size());
  EVP_MD_CTX_free(context);
  signature.resize(size);
  if (algorithm_ == SignatureAlgorithm::kEs256) signature = Halves(signature);
  return text + "." + Encode({reinterpret_cast<const char*>(signature.data()), signature.size()});
}

std::string TokenMaker::MakeHmac(std::string_view secret, std::string_view header,
                                 std::string_view claims) {
  const std::string text = Encode(header) + "." + Encode(claims);
  const EVP_MD* const digest = header.find("HS512") != header.npos   ? EVP_sha512()
                               : header.find("HS384") != header.npos ? EVP_sha384()
                                                                     : EVP_sha256();
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()), Bytes(text), text.size(), mac,
       &size);
  return text + "." + Encode({reinterpret_cast<const char*>(mac), size});
}

}  // namespace rasp
