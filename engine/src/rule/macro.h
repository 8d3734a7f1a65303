// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rule/target.h"

namespace rasp {

// A piece of text, or a variable whose first value stands there when a request comes.
struct MacroPart {
  std::string text;  // the literal
  Target source;     // source.variable == nullptr: a literal
};

// Text with %{NAME} and %{COLLECTION.KEY} in it, taken apart when the rules are loaded.
struct MacroText {
  std::vector<MacroPart> parts;

  bool literal() const {
    return parts.empty() || (parts.size() == 1 && parts[0].source.variable == nullptr);
  }
  // REQUIRES: literal().
  std::string_view text() const {
    return parts.empty() ? std::string_view() : std::string_view(parts[0].text);
  }
};

}  // namespace rasp
