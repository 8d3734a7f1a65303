// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rasp {

// The CPU time that this thread has used. For counters that a host shows; no decision on a request
// hangs on it, which is why it is not the Clock that a host gives.
int64_t ThreadCpuNanoseconds();

// Nanoseconds since some moment, waiting included. The same holds of it, and reading it costs a
// fraction: profiles take it before and after every test.
int64_t SteadyNanoseconds();

}  // namespace rasp
