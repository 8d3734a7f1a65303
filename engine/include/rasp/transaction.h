// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "rasp/event.h"
#include "rasp/host.h"
#include "rasp/http.h"
#include "rasp/inspector.h"
#include "rasp/ruleset.h"
#include "rasp/store.h"
#include "rasp/verdict.h"

namespace rasp {

class Profile;

// The native engine's Inspector. Final, so a host that holds a Transaction calls it directly.
//
//   Transaction tx(ruleset, overlay, memory, SystemClock());
//   Verdict v = tx.OnRequestHeaders(view);
class Transaction final : public Inspector {
 public:
  // `ruleset`, `overlay`, `memory` and `clock` must outlive the Transaction. Everything it keeps is
  // allocated from `memory`, up to the overlay's limit; freed at destruction.
  // `store` holds the persistent collections; nullptr: rules find them empty and what they set is
  // lost.
  Transaction(const Ruleset& ruleset, const Overlay& overlay, std::pmr::memory_resource* memory,
              const Clock& clock, Store* store = nullptr) noexcept;
  ~Transaction() override;

  // Measures what rules cost from here on. `profile` is of the same Ruleset and outlives the
  // Transaction; nullptr: no more.
  void SetProfile(Profile* profile) noexcept;

  Verdict OnGate(const RequestView& request) noexcept override;
  Verdict OnRequestHeaders(const RequestView& request) noexcept override;
  bool WantsRequestBody() const noexcept override;
  Verdict OnRequestBodyChunk(std::string_view chunk) noexcept override;
  void OnRequestBodyUnreadable() noexcept override;
  Verdict OnRequestBodyEnd() noexcept override;
  Verdict OnResponseHeaders(const ResponseView& response) noexcept override;
  bool WantsResponseBody() const noexcept override;
  Verdict OnResponseBodyChunk(std::string_view chunk) noexcept override;
  Verdict OnResponseBodyEnd() noexcept override;
  const Event& Finish(uint16_t status, bool enforced) noexcept override;
  const Event& event() const noexcept override;

 private:
  class Impl;
  Impl* impl_ = nullptr;  // in `memory`; nullptr if not even that could be allocated, every verdict
                          // is then degraded
  const Overlay& overlay_;
};

}  // namespace rasp
