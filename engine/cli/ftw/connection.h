// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cli/ftw/check.h"

namespace rasp::ftw {

// Sends bytes on a new connection and reads one answer, for at most `timeout_s` seconds. What does
// not parse as HTTP is no answer. Fails if there is no connection.
Result<Exchange> ExchangeBytes(const std::string& host, uint16_t port, const std::string& request,
                               double timeout_s);

}  // namespace rasp::ftw
