// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "rasp/host.h"

namespace rasp {

// The clock of one transaction. While a thread of low priority inspects a piece, it goes by that
// thread's time on a processor: having to wait for one is nothing that a request's time budget may
// be charged with.
class RequestClock final : public Clock {
 public:
  // Around the inspection of a piece in a thread; in that thread.
  void EnterThread();
  void LeaveThread() { in_thread_ = false; }

  int64_t UnixMicros() const override { return SystemClock().UnixMicros(); }
  int64_t MonotonicMicros() const override;

 private:
  bool in_thread_ = false;
  int64_t offset_us_ = 0;  // of the monotonic clock, ahead of the thread's
};

}  // namespace rasp
