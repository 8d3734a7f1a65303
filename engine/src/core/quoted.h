// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rasp {

// A ruleset's own text as a diagnostic may show it: in double quotes, cut after 32 bytes, control
// characters as '?'.
std::string Quoted(std::string_view text);

}  // namespace rasp
