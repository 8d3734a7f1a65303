// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rasp {

// Data as clients make them.
std::string Gzip(std::string_view text);
std::string ZlibDeflate(std::string_view text);
std::string RawDeflate(std::string_view text);
std::string Brotli(std::string_view text, int window_bits = 18);
std::string Zstd(std::string_view text, int window_log = 18);

}  // namespace rasp
