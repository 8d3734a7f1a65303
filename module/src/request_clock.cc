// SPDX-License-Identifier: Apache-2.0
#include "request_clock.h"

#include <ctime>

namespace rasp {
namespace {

int64_t ThreadMicros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

void RequestClock::EnterThread() {
  offset_us_ = SystemClock().MonotonicMicros() - ThreadMicros();
  in_thread_ = true;
}

int64_t RequestClock::MonotonicMicros() const {
  return in_thread_ ? ThreadMicros() + offset_us_ : SystemClock().MonotonicMicros();
}

}  // namespace rasp
