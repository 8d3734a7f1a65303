// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/traffic.h"
#include "rasp/raw_http.h"
#include "rasp/result.h"

namespace rasp {

// A request and the response to it, ready to be inspected.
struct RecordedExchange {
  std::unique_ptr<RawMessage> request;
  std::unique_ptr<RawMessage> response;
};

// The requests that `path` names: a file is one raw HTTP message, a directory all files in it, in
// order of their names. NAME.response is the response to NAME; without one it is BuiltInResponse().
// Fails if there is no request, or one that is no HTTP message.
Result<std::vector<RecordedExchange>> ReadRecorded(const std::string& path);

// `count` different requests of a mix, answered by BuiltInResponse().
std::vector<RecordedExchange> MadeOf(const Mix& mix, uint64_t seed, size_t count);

}  // namespace rasp
