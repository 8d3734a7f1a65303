// SPDX-License-Identifier: Apache-2.0
// Any bytes as an event's condition: the parser ends with a program or a column within the text,
// and the program gives an answer.
#include <cstdint>
#include <cstdlib>
#include <memory_resource>
#include <string_view>

#include "logic/session.h"
#include "logic_rules/expression_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = rasp::ExpressionParser::Parse(text);
  if (!parsed.ok()) {
    const rasp::ExpressionError& error = parsed.error();
    if (error.column < 1 || error.column > size + 1 || error.text.empty()) std::abort();
    return 0;
  }
  static const rasp::CompiledLogic kModel;
  static const std::vector<bool> kActive;
  std::pmr::monotonic_buffer_resource arena;
  rasp::LogicSession session(kModel, kActive, true, nullptr, arena);
  const rasp::HeaderField header{"A", "1"};
  rasp::RequestView request;
  request.headers = {&header, 1};
  session.in.request = &request;
  session.in.path = "/a";
  session.in.status = 200;
  session.in.response_body = "body";
  static_cast<void>(parsed->Holds(session));
  return 0;
}
