// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "token/signature.h"

namespace rasp {

enum class JwtStatus : uint8_t {
  kValid,
  kTooLong,
  kMalformed,  // no compact JSON Web Signature, or one with what is not understood ("crit")
  kAlgorithm,  // "none", unknown, or not that of the key
  kUnknownKey,
  kSignature,
  kExpired,
  kNotYet,
  kNoExpiry,
  kAudience,
  kIssuer,
};
std::string_view JwtStatusName(JwtStatus status);  // "expired"

struct JwtKey {
  std::string id;  // a token's "kid"; empty: for tokens without one, and for any
  SignatureKey key;
};

struct JwtResult {
  JwtStatus status = JwtStatus::kMalformed;
  // The payload, a JSON object; only of a valid token. In the memory given.
  std::string_view claims;
};

// Verifies JSON Web Tokens (RFC 7519) in the compact form: signature first, then times, audience
// and issuer. Nothing of a token counts before its signature does, but which key to look for.
class JwtVerifier {
 public:
  static constexpr size_t kLongestToken = 8192;
  static constexpr size_t kMostKeys = 16;

  std::vector<JwtKey> keys;
  std::vector<std::string> audiences;  // one of them must be the token's; empty: not looked at
  std::vector<std::string> issuers;
  int64_t leeway_s = 0;
  bool needs_expiry = true;

  JwtResult Verify(std::string_view token, int64_t now_s, std::pmr::memory_resource& memory) const;

 private:
  JwtStatus CheckSignature(std::string_view header, std::string_view signed_text,
                           std::string_view signature, std::pmr::memory_resource& memory) const;
  JwtStatus CheckClaims(std::string_view claims, int64_t now_s,
                        std::pmr::memory_resource& memory) const;
};

// A claim as text: a string decoded, a number or boolean as written, of a list of strings the
// first. `path` names members within members by dots ("realm_access.org"), unless a claim has that
// very name. Not found: false.
bool FindClaim(std::string_view claims, std::string_view path, std::pmr::memory_resource& memory,
               std::string_view& value);

}  // namespace rasp
