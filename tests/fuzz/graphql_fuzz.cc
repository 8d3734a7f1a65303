// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <memory_resource>

#include "graphql/document.h"

// As a document and as a JSON body: numbers stay within their bounds and agree with each other.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::pmr::monotonic_buffer_resource memory;
  rasp::GraphqlFacts facts;
  const rasp::GraphqlError error = rasp::ReadGraphql({text, {}, {}}, memory, facts);
  if (facts.found != (error == rasp::GraphqlError::kNone)) abort();
  if (facts.found && (facts.operations == 0 || facts.fields > rasp::GraphqlFacts::kMost ||
                      facts.cost > rasp::GraphqlFacts::kMost || facts.aliases > facts.fields)) {
    abort();
  }
  rasp::ReadGraphqlBody(text, memory, facts);
  if (facts.batch > rasp::kMostGraphqlBatch) abort();
  return 0;
}
