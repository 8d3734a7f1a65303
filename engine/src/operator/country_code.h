// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rasp {

// The three-letter code of a country by its two letters (ISO 3166-1); empty for others.
std::string_view CountryCode3(std::string_view code);

}  // namespace rasp
