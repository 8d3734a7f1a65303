// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace rasp {

inline constexpr uint64_t kCanaryId = 400001;
inline constexpr std::string_view kCanaryArgument = "rasp-canary";
inline constexpr std::string_view kCanaryToken = "<canary> 'or 1=1";

}  // namespace rasp
