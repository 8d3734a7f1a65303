// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace rasp {

// What JsonScanner::raw() of a key or string stands for, as UTF-8, in `out`, which has room for
// raw.size() bytes: it never grows. False if a surrogate lacks its other half; it becomes U+FFFD.
bool DecodeJsonString(std::string_view raw, char* out, size_t& size);

// How many code points a text has; false if it is not UTF-8 (overlong forms and surrogates are
// none).
bool CountCodePoints(std::string_view text, size_t& count);

}  // namespace rasp
