// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/ascii.h"

namespace rasp {

// The text without the single quotes that it may stand in.
inline std::string_view Unquoted(std::string_view text) {
  text = Trim(text);
  const bool quoted = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace rasp
