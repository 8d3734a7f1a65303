// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "ngx.h"
#include "rasp/verdict.h"

namespace rasp {

struct RequestContext;

// The inspection of a piece of a request's body, on its way through a thread pool. While it is
// there, the transaction and its memory belong to that thread; whatever the event loop wants of
// them waits (Join). nginx keeps the request until the piece comes back, whatever happens to the
// client meanwhile.
struct Offload {
  enum State : uint32_t { kIdle, kQueued, kRunning, kDone };

  std::atomic<uint32_t> state{kIdle};
  ngx_chain_t* work = nullptr;        // the buffers under inspection
  ngx_thread_task_t* task = nullptr;  // made once, used again
  Verdict verdict;                    // valid in kDone
  bool posted = false;                // the pool has not handed the task back yet

  bool IsIdle() const { return state.load(std::memory_order_acquire) == kIdle; }
  bool InFlight() const {
    const uint32_t now = state.load(std::memory_order_acquire);
    return now == kQueued || now == kRunning;
  }
};

// Gives the engine the buffers of a body in order and, with the last one, the body's end: phase 2.
Verdict InspectBuffers(RequestContext& ctx, const ngx_chain_t* buffers) noexcept;

// Whether the location has its bodies of that size (-1: not known yet) inspected in a pool.
bool MayOffload(const RequestContext& ctx, off_t body_bytes);

// Has `buffers` inspected in the pool; when that is done, nginx reads on, and the body filter finds
// the verdict. False: the pool is full or there is no memory, nothing happened.
bool Post(ngx_http_request_t* r, RequestContext& ctx, ngx_chain_t* buffers) noexcept;

// What has come of the body and was not judged yet, when the rest will not come. After Join().
Verdict InspectArrived(RequestContext& ctx) noexcept;

// Waits until the transaction is free: takes the work back if no thread has begun it.
void Join(RequestContext& ctx) noexcept;

}  // namespace rasp
