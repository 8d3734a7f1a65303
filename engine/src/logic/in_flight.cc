// SPDX-License-Identifier: Apache-2.0
#include "logic/operators.h"
#include "logic/session.h"

namespace rasp {

Finding InFlightOperator::OnRequest(LogicSession& session, const LogicRule& rule,
                                    RuleProgress& progress) const {
  if (!session.Happened(rule.event)) return {};
  if (session.store() == nullptr) return Unavailable();
  progress.key = session.RecordKey(rule);
  const Lease lease = session.store()->Acquire(progress.key, {limit, ttl_us}, session.now_us);
  if (lease.status != StoreStatus::kOk) return Unavailable();
  progress.lease = lease.id;
  progress.open = lease.id != 0;
  if (progress.open) return {};
  Finding finding;
  finding.kind = Finding::Kind::kMatched;
  finding.why = "as many are running as may";
  finding.value = session.KeyOf(rule).value;
  finding.number = int64_t{limit} + 1;
  finding.retry_after_s = 1;
  return finding;
}

void InFlightOperator::OnEnd(LogicSession& session, const LogicRule&,
                             RuleProgress& progress) const {
  progress.open = false;
  session.store()->Return(progress.key, progress.lease, session.now_us);
}

}  // namespace rasp
