// SPDX-License-Identifier: Apache-2.0
#include "eval/decision.h"

namespace rasp {
namespace {

bool OfResponse(Phase phase) {
  return phase == Phase::kResponseHeaders || phase == Phase::kResponseBody;
}

}  // namespace

void Decide(Inspection& in, const Wish& wish) noexcept {
  if (in.decided || in.phase == Phase::kLogging || in.mode == Mode::kOff) return;
  const bool enforced = !wish.shadow && in.mode == Mode::kBlock;
  if (!enforced && in.verdict.would_block) return;
  in.verdict.decision = enforced ? wish.decision : Decision::kPass;
  in.verdict.status = wish.decision == Decision::kDrop ? uint16_t{0} : wish.status;
  in.verdict.rule_id = wish.rule_id;
  in.verdict.redirect_to = wish.redirect_to;
  in.verdict.would_block = !enforced;
  in.verdict.retry_after_s = enforced ? wish.retry_after_s : 0;
  in.verdict_phase = in.phase;
  in.decided = enforced;
}

void Degrade(Inspection& in, DegradedReason reason) noexcept {
  in.degraded.Add(reason);
  const bool ordinary = reason == DegradedReason::kResponseBodyLimit ||
                        reason == DegradedReason::kResponseBodyEncoding ||
                        reason == DegradedReason::kStoreUnavailable;
  if (ordinary || in.overlay.on_error == FailPolicy::kPass) return;
  Wish wish;
  wish.status = DegradedReasonStatus(reason);
  Decide(in, wish);
}

void DecideByScore(Inspection& in) noexcept {
  const bool response = OfResponse(in.phase);
  const int64_t score = response ? in.response_score : in.score;
  const int64_t shadow = response ? in.response_shadow_score : in.shadow_score;
  const int64_t threshold = response ? in.overlay.response_threshold : in.overlay.threshold;
  Wish wish;
  if (score >= threshold) {
    Decide(in, wish);
  } else if (score + shadow >= threshold) {
    wish.shadow = true;
    Decide(in, wish);
  }
}

Verdict CurrentVerdict(const Inspection& in) noexcept {
  Verdict verdict = in.verdict;
  verdict.score = OfResponse(in.phase) ? in.response_score : in.score;
  verdict.degraded = in.degraded;
  return verdict;
}

}  // namespace rasp
