// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rasp {

// A ruleset's own text as a diagnostic may show it: in double quotes, cut after 80 bytes (never
// within a character of UTF-8), control characters as \xHH.
std::string Quoted(std::string_view text);

}  // namespace rasp
