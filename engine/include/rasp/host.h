// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rasp {

// The engine never reads a clock by itself: its host gives it one, so tests and replays decide what
// time it is.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t UnixMicros() const = 0;       // wall clock
  virtual int64_t MonotonicMicros() const = 0;  // for durations
};

// The machine's clocks.
const Clock& SystemClock();

}  // namespace rasp
