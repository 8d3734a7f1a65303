// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/raw_http.h"

namespace rasp {

// Raw HTTP messages.
struct Exchange {
  std::string request;
  std::string response;
};

// The file's format: for each exchange a little-endian uint32 and the request's bytes, then the
// same for the response.
std::vector<Exchange> ReadExchanges(const std::string& path);

// The first `most` bytes as Latin-1 characters, so that JSON can hold them and Python get them
// back.
std::string Latin1(std::string_view bytes, size_t most = 400);

// No host hands a request with NUL in its head over: NUL ends nothing in nginx, it is refused
// there.
bool IsReachable(const RawMessage& request);

}  // namespace rasp
