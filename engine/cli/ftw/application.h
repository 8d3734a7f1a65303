// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rasp/raw_http.h"

namespace rasp::ftw {

// The answer, as a raw HTTP message, of the application that CRS's tests are written for: 200 and
// nothing else to most requests; to POST /reflect the one that the request's JSON body describes
// ("status", "headers", "body", "encodedBody").
std::string ApplicationAnswer(const RawMessage& request);

}  // namespace rasp::ftw
