// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "json_rules/reader.h"
#include "logic/compiled_logic.h"

namespace rasp {

// "log", "tag stuffing +40", "delay 500ms", "limit 1m", "redirect /verify", "block", "block 15m",
// "ban 1h", "label known 30d"; nothing after a diagnostic.
std::optional<LogicAction> ReadAction(JsonReader& json, const JsonNode& value);

}  // namespace rasp
