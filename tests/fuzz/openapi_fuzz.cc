// SPDX-License-Identifier: Apache-2.0
#include "rasp/openapi.h"

#include <cstdint>
#include <cstdlib>

#include "json_rules/document.h"

// What is imported is JSON, and what is not is told.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  rasp::Diagnostics diagnostics;
  const std::string model = rasp::ImportOpenApi(text, "api.json", {}, diagnostics);
  if (model.empty()) {
    if (!rasp::HasErrors(diagnostics)) abort();
    return 0;
  }
  rasp::Diagnostics own;
  const rasp::JsonDocument document = rasp::ParseJsonDocument(model, "model.json", own);
  // nested as deep as the document was, and a little more
  const bool deep = !own.empty() && own.front().code == "json-depth";
  if (!deep && (document.nodes.empty() || document.nodes.front().Find("rules") == nullptr)) abort();
  return 0;
}
