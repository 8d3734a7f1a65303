// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "logic/operators.h"
#include "logic/session.h"

namespace rasp {
namespace {

// When so much more would fit below the limit: what this window holds stays until it ends and then
// fades over the next, what the last held fades now.
uint32_t RetryAfter(const WindowSum& sum, uint32_t limit, uint32_t asked, int64_t window_us,
                    int64_t now_us) {
  const auto length = static_cast<double>(window_us);
  const double gone = static_cast<double>(now_us % window_us) / length;
  const double current = sum.current;
  const double previous = gone < 1 ? (sum.sum - current) / (1 - gone) : 0;
  const double room = std::max(0.0, static_cast<double>(limit) - asked);
  double wait = 0;  // in windows
  if (current <= room && previous > 0) {
    wait = 1 - (room - current) / previous - gone;
  } else if (current > room) {
    wait = 1 - gone + 1 - room / current;
  }
  const double seconds = std::ceil(std::clamp(wait, 0.0, 2.0) * length / 1e6);
  return std::max<uint32_t>(1, static_cast<uint32_t>(seconds));
}

}  // namespace

uint32_t CountOperator::WeightOf(LogicSession& session) const {
  if (!weight) return 1;
  const Located located = session.Locate(*weight);
  const std::optional<double> number = located.found ? NumberIn(located.value) : std::nullopt;
  if (!number || *number < 1) return 1;
  return static_cast<uint32_t>(std::min<double>(*number, most_weight));
}

Finding CountOperator::Matched(LogicSession& session, const LogicRule& rule, const WindowSum& sum,
                               uint32_t asked) const {
  Finding finding;
  finding.kind = Finding::Kind::kMatched;
  finding.why = "more than the limit";
  finding.number = int64_t{sum.sum} + (sum.added ? 0 : asked);
  finding.value = session.KeyOf(rule).value;
  finding.retry_after_s = RetryAfter(sum, limit, asked, window_us, session.now_us);
  return finding;
}

Finding CountOperator::OnRequest(LogicSession& session, const LogicRule& rule,
                                 RuleProgress& progress) const {
  if (reserve ? !session.Concerns(rule.event) : !session.Happened(rule.event)) return {};
  if (session.store() == nullptr) return Unavailable();
  progress.key = session.RecordKey(rule);
  progress.weight = weight_answered ? 1 : WeightOf(session);
  // What is refused is not counted; a rule that only watches counts everything.
  const uint32_t ceiling = session.Enforces(rule) ? limit : UINT32_MAX;
  progress.reserved =
      session.store()->Add(progress.key, {window_us, progress.weight, ceiling}, session.now_us);
  if (progress.reserved.status != StoreStatus::kOk) return Unavailable();
  progress.open = progress.reserved.added;
  if (progress.reserved.added && progress.reserved.sum <= limit) return {};
  return Matched(session, rule, progress.reserved, progress.weight);
}

Finding CountOperator::OnResponse(LogicSession& session, const LogicRule& rule,
                                  RuleProgress& progress) const {
  progress.open = false;
  if (reserve && !session.Happened(rule.event)) {
    if (session.store()->Undo(progress.key, progress.reserved, progress.weight) !=
        StoreStatus::kOk) {
      return Unavailable();
    }
    return {};
  }
  if (!weight_answered) return {};
  const uint32_t real = WeightOf(session);
  if (real <= progress.weight) return {};
  const WindowAdd more{window_us, real - progress.weight, UINT32_MAX};
  const WindowSum sum = session.store()->Add(progress.key, more, session.now_us);
  if (sum.status != StoreStatus::kOk) return Unavailable();
  return {};  // it was let through: the next one feels it
}

// Without a response nobody knows what the attempt was: it stays counted, unless we refused it.
void CountOperator::OnEnd(LogicSession& session, const LogicRule&, RuleProgress& progress) const {
  progress.open = false;
  if (session.refused() && reserve)
    session.store()->Undo(progress.key, progress.reserved, progress.weight);
}

}  // namespace rasp
