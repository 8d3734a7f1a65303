// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "json_rules/reader.h"

namespace rasp {

// A small file's bytes without white space at its end; a relative path is one beside the model's
// file. Nothing after a diagnostic, which never shows what is in it.
std::optional<std::string> ReadSecretFile(JsonReader& json, const JsonNode& node);

}  // namespace rasp
