// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "rasp/event.h"
#include "rasp/host.h"
#include "rasp/http.h"
#include "rasp/ruleset.h"
#include "rasp/store.h"
#include "rasp/verdict.h"

namespace rasp {

// One request and its response under inspection. Used by one thread at a time. The host calls the
// methods in the order below and may stop at any point (the client went away, the request was
// refused); Finish() may always be called, and the phase-5 rules run there exactly once. No method
// throws: what goes wrong is in Verdict::degraded. Once a verdict blocks, later calls inspect
// nothing and return it again.
//
//   Transaction tx(ruleset, overlay, memory, SystemClock());
//   Verdict v = tx.OnRequestHeaders(view);
//   if (!v.Blocks() && tx.WantsRequestBody()) {
//     for (auto chunk : body) tx.OnRequestBodyChunk(chunk);
//     v = tx.OnRequestBodyEnd();
//   }
//   ...
//   const Event& event = tx.Finish(status, enforced);
class Transaction {
 public:
  // `ruleset`, `overlay`, `memory` and `clock` must outlive the Transaction. Everything it keeps is
  // allocated from `memory`, up to the overlay's limit; freed at destruction.
  // `store` holds the persistent collections; nullptr: rules find them empty and what they set is
  // lost.
  Transaction(const Ruleset& ruleset, const Overlay& overlay, std::pmr::memory_resource* memory,
              const Clock& clock, Store* store = nullptr) noexcept;
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // The cheap gate: checks the view against the limits, parses and allocates next to nothing, runs
  // no rule.
  Verdict OnGate(const RequestView& request) noexcept;

  // Phase 1. `request`'s views must stay valid until the Transaction is destroyed (the struct
  // itself is copied).
  Verdict OnRequestHeaders(const RequestView& request) noexcept;

  // Whether OnRequestBodyChunk would do anything. False also means that OnRequestBodyEnd may still
  // be called: it runs phase 2, which sees the arguments of the query.
  bool WantsRequestBody() const noexcept;
  // The bytes are read during the call and copied where they must be kept. Any split gives the same
  // result.
  Verdict OnRequestBodyChunk(std::string_view chunk) noexcept;
  // The host could not read the body (its temporary file is unreadable, a filter failed):
  // kRequestBodyUnread.
  void OnRequestBodyUnreadable() noexcept;
  // Phase 2. Call it for every request, also for those without a body.
  Verdict OnRequestBodyEnd() noexcept;

  // Phase 3. Views need to be valid only during the call.
  Verdict OnResponseHeaders(const ResponseView& response) noexcept;
  bool WantsResponseBody()
      const noexcept;  // decided by OnResponseHeaders: rules, content type, status
  Verdict OnResponseBodyChunk(std::string_view chunk) noexcept;
  // Phase 4.
  Verdict OnResponseBodyEnd() noexcept;

  // Phase 5, once; later calls return the same event. `status` is what the client got (0: nothing).
  // `enforced` is whether the host carried the blocking verdict out.
  const Event& Finish(uint16_t status, bool enforced) noexcept;

  // What the event would say now; for log variables before Finish().
  const Event& event() const noexcept;

 private:
  class Impl;
  Impl* impl_ = nullptr;  // in `memory`; nullptr if not even that could be allocated, every verdict
                          // is then degraded
  const Overlay& overlay_;
};

}  // namespace rasp
