// SPDX-License-Identifier: Apache-2.0
#include "body_split.h"
#include "http/uri.h"

namespace rasp {
namespace {

// A body and a query of the same bytes must have the same arguments.
void CheckAgainstQuery(std::string_view text) {
  std::pmr::monotonic_buffer_resource memory;
  BodyFacts query(&memory);
  BodyFacts body(&memory);
  BodyLimits limits;
  limits.arguments = 1'000'000;
  ParseUrlEncoded(text, '&', limits.arguments, memory, query.arguments, query.invalid_escape);
  const BodyParserPtr parser = MakeBodyParser(BodyKind::kUrlEncoded, {}, limits, memory, body);
  parser->Feed(text);
  parser->Finish();
  query.bytes = body.bytes;
  if (DumpFacts(query) != DumpFacts(body)) std::abort();
}

}  // namespace
}  // namespace rasp

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = rasp::AsText(data, size);
  rasp::CheckSplit(rasp::BodyKind::kUrlEncoded, "application/x-www-form-urlencoded", input);
  rasp::CheckAgainstQuery(input);
  return 0;
}
