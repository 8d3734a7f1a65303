// SPDX-License-Identifier: Apache-2.0
#include <chrono>

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

const Clock& SystemClock() {
  static const MachineClock kClock;
  return kClock;
}

}  // namespace rasp
