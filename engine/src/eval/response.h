// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// Copies what the response's head says and decides whether its body is to be held back.
void ReadResponse(Inspection& in, const ResponseView& response);

// Keeps the body, without its coding, up to the limit; no more is wanted from then on.
void FeedResponse(Inspection& in, std::string_view chunk);

}  // namespace rasp
