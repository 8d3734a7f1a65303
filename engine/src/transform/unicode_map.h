// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rasp/result.h"

namespace rasp {

// Which byte a server with a certain code page reads for each code point up to U+FFFF, as
// SecUnicodeMapFile gives it. A code point that the file does not name is its low byte, a
// full-width form its ASCII twin.
struct UnicodeMap {
  std::array<char, 0x10000> byte;
};

// Reads the section of `code_page` out of ModSecurity's unicode.mapping: sections begin with the
// page's number, or have none and a name in parentheses; pairs such as 00a0:20 follow, code and
// byte in hex. Fails with one line that says what is wrong.
Result<UnicodeMap> LoadUnicodeMap(std::string_view text, uint32_t code_page);

}  // namespace rasp
