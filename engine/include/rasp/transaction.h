// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string_view>

#include "rasp/entity_store.h"
#include "rasp/event.h"
#include "rasp/host.h"
#include "rasp/http.h"
#include "rasp/inspector.h"
#include "rasp/ruleset.h"
#include "rasp/store.h"
#include "rasp/verdict.h"

namespace rasp {

class Profile;

// A claim on a nonce that only the store which all nodes share can decide.
struct PendingClaim {
  EntityKey key;
  Claim claim;
};

// A change to a response's body, at an offset of the body as the upstream sent it (decoded).
struct BodyEdit {
  uint64_t offset = 0;
  uint64_t remove = 0;  // bytes there
  std::string_view insert;
};

// What the connection's address is, for keys and memos; 0 and kNoPlace: not known.
struct ClientNetwork {
  uint32_t asn = 0;
  int16_t latitude = Memo::kNoPlace;  // hundredths of a degree
  int16_t longitude = Memo::kNoPlace;
};

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

  // Where business-logic rules remember; outlives the Transaction. To be called before
  // OnRequestHeaders. nullptr, or never called: each rule does what it does when its store is down.
  void SetEntities(EntityStore* entities) noexcept;
  void SetClientNetwork(const ClientNetwork& network) noexcept;

  // REQUIRES: the last verdict was pending. What the shared store is to be asked.
  const PendingClaim& pending() const noexcept;
  // The answer, kUnavailable if there was none in time; the rules that are left are run. The
  // verdict may be pending again: for another rule. Finishing or destroying a pending Transaction
  // is fine.
  Verdict Resume(const ClaimResult& answer) noexcept;

  // After OnResponseBodyEnd, if its verdict does not block: what is to be changed in the body that
  // was held back (seals of forms), ascending, not overlapping. Empty unless the whole body was
  // given to the Transaction; a host that changes it corrects Content-Length and drops ETag,
  // digests and ranges.
  std::span<const BodyEdit> response_edits() const noexcept;

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
