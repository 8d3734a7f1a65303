// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace rasp {

// "Not Found" for 404 (IANA's registry of status codes); empty for a code that has none.
std::string_view ReasonPhrase(uint16_t status);

}  // namespace rasp
