// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rasp/diagnostic.h"

namespace rasp {

struct OpenApiOptions {
  uint64_t first_id = 1;        // of the rules, one for each operation
  std::string mode = "shadow";  // the rules' mode
};

// A business-logic model of an OpenAPI document (3.0 or 3.1, as JSON): its operations, and for each
// a "schema" rule on what its requests may hold. Every finding goes to `diagnostics`, with a
// pointer into the document and what to do about it; what cannot be said is left open, never made
// stricter. Empty after an error. References stay within the document; circles among them are
// followed where they mean a tree, and named where they mean nothing.
std::string ImportOpenApi(std::string_view text, const std::string& file,
                          const OpenApiOptions& options, Diagnostics& diagnostics);

}  // namespace rasp
