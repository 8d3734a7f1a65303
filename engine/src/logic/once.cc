// SPDX-License-Identifier: Apache-2.0
#include "logic/operators.h"
#include "logic/session.h"

namespace rasp {
namespace {

Finding Refused(uint16_t status, std::string_view why, std::string_view value) {
  Finding finding;
  if (status == 0) return finding;
  finding.kind = Finding::Kind::kRefused;
  finding.status = status;
  finding.why = why;
  finding.value = value;
  return finding;
}

// What a request asks for: two that differ in it are not the same request.
uint64_t FingerprintOf(LogicSession& session) {
  const std::string_view parts[] = {session.in.request->method, session.in.request->target,
                                    session.in.raw_body};
  return HashParts(session.store()->hash_key(), parts).low | 1;
}

}  // namespace

Finding OnceOperator::OnRequest(LogicSession& session, const LogicRule& rule,
                                RuleProgress& progress) const {
  if (!session.Happened(rule.event)) return {};
  const Located located = nonce ? session.Locate(*nonce) : Located{true, false, {}};
  if (!located.found) return Refused(missing, "the nonce is missing", {});
  if (located.ambiguous) return Refused(400, "two nonces", located.value);
  if (session.store() == nullptr) return Unavailable();
  Claim& claim = progress.claim;
  claim.ttl_us = ttl_us;
  claim.busy_us = busy_us;
  claim.holder = static_cast<uint32_t>(session.Hash(session.in.request->unique_id) ^
                                       static_cast<uint64_t>(session.now_us));
  claim.holder = (claim.holder ^ session.in.request->client.port) & 0xffffff;
  std::string_view part = located.value;
  if (mismatch != 0) claim.fingerprint = FingerprintOf(session);
  if (!nonce) {
    const uint64_t whole = FingerprintOf(session);
    progress.key = session.RecordKey(rule, {reinterpret_cast<const char*>(&whole), sizeof(whole)});
  } else {
    progress.key = session.RecordKey(rule, part);
  }
  return OnAnswer(session, rule, progress,
                  session.store()->TryClaim(progress.key, claim, session.now_us));
}

Finding OnceOperator::OnAnswer(LogicSession& session, const LogicRule&, RuleProgress& progress,
                               const ClaimResult& answer) const {
  if (answer.status == StoreStatus::kPending) {
    Finding finding;
    finding.kind = Finding::Kind::kPending;
    return finding;
  }
  if (answer.status != StoreStatus::kOk) return Unavailable();
  const std::string_view value = nonce ? session.Locate(*nonce).value : std::string_view();
  switch (answer.state) {
    case ClaimState::kClaimed:
      progress.open = true;
      return {};
    case ClaimState::kBusy:
      return Refused(busy, "another request with it is running", value);
    case ClaimState::kMismatch:
      return Refused(mismatch, "it stands for another request", value);
    case ClaimState::kDone:
      break;
  }
  return Refused(used, "it was used", value);
}

Finding OnceOperator::OnResponse(LogicSession& session, const LogicRule&,
                                 RuleProgress& progress) const {
  progress.open = false;
  const bool done = used_by ? session.Happened(*used_by) : session.in.status < 400;
  const StoreStatus status =
      session.store()->SettleClaim(progress.key, progress.claim, done, session.now_us);
  return status == StoreStatus::kOk ? Finding() : Unavailable();
}

// Refused before the upstream saw it: the nonce is free again. Without a response nobody knows: it
// stays claimed for `busy_us`.
void OnceOperator::OnEnd(LogicSession& session, const LogicRule&, RuleProgress& progress) const {
  progress.open = false;
  if (session.refused())
    session.store()->SettleClaim(progress.key, progress.claim, false, session.now_us);
}

}  // namespace rasp
