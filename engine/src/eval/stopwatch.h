// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/thread_clock.h"

namespace rasp {

// For profiles alone: a transaction's budget goes by its host's Clock, which need not be so fine.
class Stopwatch {
 public:
  uint64_t Nanoseconds() const { return static_cast<uint64_t>(SteadyNanoseconds() - begin_); }

 private:
  int64_t begin_ = SteadyNanoseconds();
};

}  // namespace rasp
