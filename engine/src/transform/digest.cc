// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <string_view>

#include "core/byte_buffer.h"

namespace rasp {
namespace {

// The digest's bytes, not their hex form. Where the library refuses the algorithm (a FIPS provider,
// say) the value stays.
bool Digest(std::string_view in, ByteBuffer& out, const EVP_MD* algorithm) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(in.data(), in.size(), digest, &size, algorithm, nullptr) != 1) return false;
  out.assign(reinterpret_cast<const char*>(digest), size);
  return std::string_view(out) != in;
}

}  // namespace

bool Md5(std::string_view in, ByteBuffer& out) { return Digest(in, out, EVP_md5()); }
bool Sha1(std::string_view in, ByteBuffer& out) { return Digest(in, out, EVP_sha1()); }

}  // namespace rasp
