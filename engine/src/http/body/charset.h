// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rasp {

// Whether the charset's ASCII bytes mean ASCII and nothing else, so that rules written in ASCII see
// what the application sees: none, ASCII, UTF-8, ISO-8859-n, windows-125n.
bool IsAsciiSuperset(std::string_view charset);

}  // namespace rasp
