// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cli/ftw/check.h"
#include "rasp/ruleset.h"

namespace rasp::ftw {

// Where the tests' requests go.
class Server {
 public:
  virtual ~Server() = default;
  // Sends the bytes of a request; `input` is what they were made from. `expect_error`: no answer is
  // expected, so it is not waited for as long. Fails if the tests cannot go on.
  virtual Result<Exchange> Send(const std::string& request, const Input& input,
                                bool expect_error) = 0;
};

// The engine in this process, behind a strict HTTP/1.1 parser and in front of the reflecting
// application that CRS's tests expect. Both arguments must outlive it.
std::unique_ptr<Server> MakeEngineServer(const Ruleset& ruleset, const Overlay& overlay);

struct NetworkTarget {
  std::string host = "127.0.0.1";
  uint16_t port = 80;
  std::string log;                           // the file that the server's rules log to
  std::string marker_header = "X-CRS-Test";  // a request with it is logged with its value
  double timeout_s = 10;
};

// A server over the network and its log file. After each request a marker is sent, which parts one
// test's lines of the log from the next one's.
Result<std::unique_ptr<Server>> MakeNetworkServer(const NetworkTarget& target);

}  // namespace rasp::ftw
