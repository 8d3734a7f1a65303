// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rasp/result.h"

namespace rasp {

// A YAML document as JSON text: plain scalars by YAML's core schema, anchors spelled out up to a
// bound. Recursion ends where YAML's own parser ends it.
Result<std::string> YamlToJson(const std::string& text);

}  // namespace rasp
