// SPDX-License-Identifier: Apache-2.0
#include "logic/operators.h"
#include "logic/session.h"

namespace rasp {

Finding DistinctOperator::Add(LogicSession& session, const LogicRule& rule) const {
  const Located located = session.Locate(place);
  if (!located.found) return {};
  Finding finding;
  finding.kind = Finding::Kind::kMatched;
  finding.value = located.value;
  if (located.ambiguous) {
    finding.kind = Finding::Kind::kRefused;
    finding.status = 400;
    finding.why = "two values in one place";
    return finding;
  }
  if (session.store() == nullptr) return Unavailable();
  DistinctAdd add;
  add.window_us = window_us;
  add.element = session.Hash(located.value);
  add.sample_shift = sample_shift;
  // One more than may be, and no more: what is refused does not prolong it.
  if (session.Enforces(rule)) add.ceiling = limit + 1;
  const DistinctCount count =
      session.store()->AddDistinct(session.RecordKey(rule), add, session.now_us);
  if (count.status != StoreStatus::kOk) return Unavailable();
  if (count.added && count.estimate <= limit) return {};
  finding.why = "more different values than the limit";
  finding.number = count.estimate;
  return finding;
}

Finding DistinctOperator::OnRequest(LogicSession& session, const LogicRule& rule,
                                    RuleProgress& progress) const {
  if (answered) {
    progress.open = session.Concerns(rule.event);
    return {};
  }
  return session.Happened(rule.event) ? Add(session, rule) : Finding();
}

Finding DistinctOperator::OnResponse(LogicSession& session, const LogicRule& rule,
                                     RuleProgress& progress) const {
  progress.open = false;
  return session.Happened(rule.event) ? Add(session, rule) : Finding();
}

}  // namespace rasp
