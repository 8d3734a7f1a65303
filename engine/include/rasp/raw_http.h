// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/http.h"
#include "rasp/result.h"

namespace rasp {

// A whole HTTP/1.x message as text, taken apart for raspctl and tests: as liberal as a server that
// would still serve it. Line ends may be CRLF or LF. A chunked body is unchunked. Views point into
// `storage`.
struct RawMessage {
  std::string storage;
  std::string_view start_line;
  std::vector<HeaderField> headers;
  std::string body;

  // For a request: method, target and protocol from the start line, Host from the headers; client
  // 127.0.0.1.
  RequestView AsRequest() const;
  // For a response: status and protocol from the start line.
  ResponseView AsResponse() const;
};
Result<std::unique_ptr<RawMessage>> ParseRawMessage(std::string text);

}  // namespace rasp
