// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <memory_resource>

#include "token/jwt.h"

// Tokens that nobody signed: none may be valid, whatever it says.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const rasp::JwtVerifier kVerifier = [] {
    rasp::JwtVerifier verifier;
    auto key = rasp::SignatureKey::Make(rasp::SignatureAlgorithm::kHs256,
                                        "a secret that the fuzzer does not know");
    verifier.keys.push_back({"k1", *std::move(key)});
    verifier.issuers = {"https://id"};
    verifier.audiences = {"shop"};
    return verifier;
  }();
  std::pmr::monotonic_buffer_resource memory;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (kVerifier.Verify(text, 1'700'000'000, memory).status == rasp::JwtStatus::kValid) abort();
  std::string_view value;
  const size_t cut = size == 0 ? 0 : data[0] % size;
  rasp::FindClaim(text.substr(cut), text.substr(0, cut), memory, value);
  return 0;
}
