// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace rasp {

// The name most like `word`, for "did you mean": at most a third of its letters (or two) away,
// ASCII case not counted. Empty if none is near.
std::string_view NearestName(std::string_view word, std::span<const std::string_view> names);

}  // namespace rasp
