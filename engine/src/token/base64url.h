// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace rasp {

// RFC 4648 section 5 without padding, as JSON Web Tokens and seals are written.

constexpr size_t Base64UrlDecodedSize(size_t encoded) { return encoded * 3 / 4; }
constexpr size_t Base64UrlEncodedSize(size_t bytes) { return (bytes * 4 + 2) / 3; }

// Into `out`, which has room for Base64UrlDecodedSize() bytes. False if a byte is none of the
// alphabet or the text is not the only one that stands for its bytes.
bool DecodeBase64Url(std::string_view text, unsigned char* out);
// Into `out`, which has room for Base64UrlEncodedSize() bytes.
void EncodeBase64Url(std::string_view bytes, char* out);

}  // namespace rasp
