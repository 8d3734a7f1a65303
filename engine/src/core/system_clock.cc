// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <ctime>

#include "core/thread_clock.h"
#include "rasp/host.h"

namespace rasp {
namespace {

template <typename C>
int64_t Micros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(C::now().time_since_epoch()).count();
}

class MachineClock final : public Clock {
 public:
  int64_t UnixMicros() const override { return Micros<std::chrono::system_clock>(); }
  int64_t MonotonicMicros() const override { return Micros<std::chrono::steady_clock>(); }
};

}  // namespace

int64_t ThreadCpuNanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

int64_t SteadyNanoseconds() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

const Clock& SystemClock() {
  static const MachineClock kClock;
  return kClock;
}

}  // namespace rasp
