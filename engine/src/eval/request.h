// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// Checks the number and size of the header fields. Allocates nothing.
void CheckHeaderLimits(Inspection& in, const RequestView& request);

// Takes the request line and the header fields apart.
void ReadRequest(Inspection& in, const RequestView& request);

// The body, chunk by chunk. FinishBody may be called without one.
void FeedBody(Inspection& in, std::string_view chunk);
void FinishBody(Inspection& in);

}  // namespace rasp
