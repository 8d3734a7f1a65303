// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_rules/reader.h"
#include "rasp/ruleset.h"

namespace rasp {

// Reads one item of "examples": a string is the value of argument q, an object describes a request
// and perhaps the response to it. `request` and `response` of the result are whole HTTP messages.
RuleExample ReadExample(JsonReader& reader, const JsonNode& node);

}  // namespace rasp
