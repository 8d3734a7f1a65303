// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "body_split.h"

// The first line of an input is its Content-Type, the rest as in the other bodies' fuzzers.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = rasp::AsText(data, size);
  const size_t line_end = std::min(input.find('\n'), input.size());
  const std::string content_type(input.substr(0, line_end));
  rasp::CheckSplit(rasp::BodyKind::kMultipart, content_type,
                   input.substr(std::min(line_end + 1, input.size())));
  return 0;
}
