// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "rasp/event.h"
#include "rasp/http.h"
#include "rasp/verdict.h"

namespace rasp {

// One request and its response under inspection, by whichever engine. Used by one thread at a time.
// The host calls the methods in the order below and may stop at any point (the client went away,
// the request was refused); Finish() may always be called, and the phase-5 rules run there exactly
// once. No method throws: what goes wrong is in Verdict::degraded. Once a verdict blocks, later
// calls inspect nothing and return it again.
//
//   Verdict v = inspector.OnRequestHeaders(view);
//   if (!v.Blocks() && inspector.WantsRequestBody()) {
//     for (auto chunk : body) inspector.OnRequestBodyChunk(chunk);
//   }
//   if (!v.Blocks()) v = inspector.OnRequestBodyEnd();
//   ...
//   const Event& event = inspector.Finish(status, enforced);
class Inspector {
 public:
  Inspector() = default;
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;
  virtual ~Inspector() = default;

  // The cheap gate: checks the view against the limits, parses and allocates next to nothing, runs
  // no rule.
  virtual Verdict OnGate(const RequestView& request) noexcept = 0;

  // Phase 1. `request`'s views must stay valid until the Inspector is destroyed (the struct itself
  // is copied).
  virtual Verdict OnRequestHeaders(const RequestView& request) noexcept = 0;

  // Whether OnRequestBodyChunk would do anything. False also means that OnRequestBodyEnd may still
  // be called: it runs phase 2, which sees the arguments of the query.
  virtual bool WantsRequestBody() const noexcept = 0;
  // The bytes are read during the call and copied where they must be kept. Any split gives the same
  // result.
  virtual Verdict OnRequestBodyChunk(std::string_view chunk) noexcept = 0;
  // The host could not read the body (its temporary file is unreadable, a filter failed):
  // kRequestBodyUnread.
  virtual void OnRequestBodyUnreadable() noexcept = 0;
  // Phase 2. Call it for every request, also for those without a body.
  virtual Verdict OnRequestBodyEnd() noexcept = 0;

  // Phase 3. Views need to be valid only during the call.
  virtual Verdict OnResponseHeaders(const ResponseView& response) noexcept = 0;
  // Decided by OnResponseHeaders: rules, content type, status.
  virtual bool WantsResponseBody() const noexcept = 0;
  virtual Verdict OnResponseBodyChunk(std::string_view chunk) noexcept = 0;
  // Phase 4.
  virtual Verdict OnResponseBodyEnd() noexcept = 0;

  // Phase 5, once; later calls return the same event. `status` is what the client got (0: nothing).
  // `enforced` is whether the host carried the blocking verdict out.
  virtual const Event& Finish(uint16_t status, bool enforced) noexcept = 0;

  // What the event would say now; for log variables before Finish().
  virtual const Event& event() const noexcept = 0;
};

}  // namespace rasp
