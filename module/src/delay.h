// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ngx.h"

namespace rasp {

// A request's wait before it goes on. At most a quarter of a worker's connections wait at a time:
// whoever is slowed down must not use up what the others need.
class Delay {
 public:
  Delay() = default;
  Delay(const Delay&) = delete;
  Delay& operator=(const Delay&) = delete;
  ~Delay() { Leave(); }

  // In a phase handler: NGX_DECLINED if there is nothing to wait for (any more), NGX_AGAIN when the
  // wait has begun, after which the phases run again. What is to be returned if too many wait is
  // an answer of its own, 429.
  ngx_int_t Wait(ngx_http_request_t* r, uint32_t delay_ms) noexcept;

 private:
  static void OnTimer(ngx_http_request_t* r) noexcept;
  void Leave();

  bool waited_ = false;   // once is enough
  bool waiting_ = false;  // among those that are counted
};

}  // namespace rasp
