// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "logic/operators.h"
#include "logic/session.h"

namespace rasp {
namespace {

Finding Out(std::string_view why) {
  Finding finding;
  finding.kind = Finding::Kind::kMatched;
  finding.why = why;
  return finding;
}

uint32_t SecondsIn(int64_t duration_us) {
  return static_cast<uint32_t>(std::clamp<int64_t>((duration_us + 999'999) / 1'000'000, 1, 86'400));
}

}  // namespace

// Any success of the step before that is neither too old nor too young will do: of two tabs, of a
// page that was loaded again.
Finding FlowOperator::Check(LogicSession& session, size_t step, const Steps& before) const {
  if (step == 0) return {};
  if (before.count == 0 && pass_unknown) return {};
  const uint16_t wanted = steps[step - 1].code;
  bool tried = false;
  bool late = false;
  int64_t wait_us = 0;
  for (uint32_t i = 0; i < before.count; ++i) {
    const Step& past = before.step[i];
    if (past.operation == kEndOfFlow) break;
    if (past.operation != wanted) continue;
    tried = true;
    if (!past.succeeded) continue;
    const int64_t age_us = session.now_us - past.time_us;
    late |= age_us > within_us;
    if (age_us > within_us) continue;
    if (age_us >= min_gap_us) return {};
    wait_us = std::max(min_gap_us - age_us, int64_t{1});
  }
  if (wait_us > 0) {
    Finding finding = Out("sooner than a person could");
    finding.retry_after_s = SecondsIn(wait_us);
    return finding;
  }
  if (late) return Out("the step before is too long ago");
  if (tried) return Out("the step before did not succeed");
  return Out(before.count == 0 ? "nothing is known of this session" : "the step before is missing");
}

size_t FlowOperator::StepOf(LogicSession& session) const {
  size_t step = steps.size();
  for (size_t i = 0; i < steps.size(); ++i) {
    const bool is_it =
        steps[i].answered ? session.Concerns(steps[i].event) : session.Happened(steps[i].event);
    if (is_it) step = i;
  }
  return step;
}

// The first step may be what a session begins with.
void FlowOperator::OnRequestWithoutKey(LogicSession& session, RuleProgress& progress) const {
  progress.open = session.store() != nullptr && StepOf(session) == 0;
}

Finding FlowOperator::OnRequest(LogicSession& session, const LogicRule& rule,
                                RuleProgress& progress) const {
  const size_t step = StepOf(session);
  if (step == steps.size()) return {};
  if (session.store() == nullptr) return Unavailable();
  progress.key = session.RecordKey(rule);
  progress.state = static_cast<uint8_t>(step);
  Finding finding;
  if (step > 0) {
    const Steps before =
        session.store()->PushStep(progress.key, nullptr, within_us, session.now_us);
    if (before.status != StoreStatus::kOk) return Unavailable();
    finding = Check(session, step, before);
    finding.value = session.KeyOf(rule).value;
    finding.number = static_cast<int64_t>(step + 1);
  }
  // Out of order, it opens nothing. A rule that only watches goes on as if it had been let through,
  // so that one step out of order is told once.
  progress.open = finding.kind == Finding::Kind::kNothing || !session.Enforces(rule);
  return finding;
}

Finding FlowOperator::OnResponse(LogicSession& session, const LogicRule& rule,
                                 RuleProgress& progress) const {
  progress.open = false;
  if (!session.KeyOf(rule).present) return {};
  progress.key = session.RecordKey(rule);
  const StepDef& def = steps[progress.state];
  Step step;
  step.operation = def.code;
  step.succeeded = def.answered ? session.Happened(def.event) : session.in.status < 400;
  step.time_us = session.now_us;
  const bool ends = consume && step.succeeded && progress.state + size_t{1} == steps.size();
  if (ends) step.operation = kEndOfFlow;
  const Steps before = session.store()->PushStep(progress.key, &step, within_us, session.now_us);
  return before.status == StoreStatus::kOk ? Finding() : Unavailable();
}

}  // namespace rasp
