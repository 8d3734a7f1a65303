// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rasp::ftw {

// Decodes RFC 4648 Base64; line breaks and blanks are skipped, the first other character ends it.
std::string DecodeBase64(std::string_view text);

}  // namespace rasp::ftw
