// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rasp::audit {

// The length of the UTF-8 sequence (RFC 3629: no overlong form, no surrogate) that starts at `at`;
// 0 if none does.
size_t Utf8Length(std::string_view text, size_t at);

// Bytes as valid UTF-8 text, so that nothing is lost: a byte that belongs to no UTF-8 sequence
// becomes \xHH, and so does a backslash that an x follows. Undone by replacing each \xHH with its
// byte. C1 control characters, which terminals obey, are escaped byte by byte as well.
std::string Readable(std::string_view bytes);

// Unicode code points in valid UTF-8.
size_t CountCodePoints(std::string_view utf8);

}  // namespace rasp::audit
