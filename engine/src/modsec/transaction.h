// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "modsec/matches.h"
#include "modsec/ruleset.h"

namespace rasp {

// libmodsecurity's transaction as an Inspector.
class ModsecTransaction final : public Inspector {
 public:
  // `rules` and `clock` must outlive it.
  ModsecTransaction(const ModsecRuleset& rules, const ModsecLocation& location, const Clock& clock);

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
  // Runs `work` as one of the host's calls of `phase`: its time is counted, what it throws becomes
  // a reason in the verdict, and a refusal by the library the verdict.
  template <typename Work>
  Verdict Run(Phase phase, Work work) noexcept;
  bool Settled() const { return verdict_.Blocks() || !transaction_; }
  void Begin(const RequestView& request);
  void TakeIntervention();
  void Refuse(Decision decision, uint16_t status);
  void Degrade(DegradedReason reason) noexcept;
  void UpdateEvent() const;

  modsecurity::RulesSet& rules_;
  const ModsecRuleset& ruleset_;
  const ModsecLocation location_;
  const Clock& clock_;
  RequestView request_;
  std::optional<modsecurity::Transaction> transaction_;
  Verdict verdict_;
  std::string redirect_to_;
  Phase phase_ = Phase::kRequestHeaders;
  Phase verdict_phase_ = Phase::kRequestHeaders;
  uint64_t body_bytes_ = 0;
  int64_t arrived_us_;
  int64_t spent_us_ = 0;
  bool finished_ = false;
  // What the event shows is made when somebody looks.
  mutable ModsecMatches matches_;
  mutable Event event_;
};

}  // namespace rasp
