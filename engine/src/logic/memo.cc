// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "logic/client_network.h"
#include "logic/operators.h"
#include "logic/session.h"
#include "rasp/logic.h"

namespace rasp {
namespace {

// Places from a database of addresses are off by so much: what is nearer is no journey.
constexpr double kBlurKilometres = 100;

Finding Matched(std::string_view why, std::string_view value, int64_t number) {
  Finding finding;
  finding.kind = Finding::Kind::kMatched;
  finding.why = why;
  finding.value = value;
  finding.number = number;
  return finding;
}

Finding Travel(const Memo& before, const Memo& now, uint32_t limit_kmh, int64_t now_us,
               std::string_view value) {
  if (before.latitude == Memo::kNoPlace || now.latitude == Memo::kNoPlace) return {};
  const double distance =
      Kilometres(before.latitude, before.longitude, now.latitude, now.longitude);
  if (distance < kBlurKilometres) return {};
  const double hours = std::max(static_cast<double>(now_us - before.last_us), 1e6) / (3600.0 * 1e6);
  const double speed = distance / hours;
  if (speed <= limit_kmh) return {};
  return Matched("no one travels so fast", value, static_cast<int64_t>(std::min(speed, 1e9)));
}

}  // namespace

Finding MemoOperator::Compare(LogicSession& session, const LogicRule& rule) const {
  const std::string_view value = session.KeyOf(rule).value;
  Memo now;
  now.network = session.Hash(NetworkText(session.in.request->client.address, 24, session.arena()));
  if (session.in.network.asn != 0) now.network = session.in.network.asn;
  static const LocatorDef* const kAgent = FindLocatorDef("agent");
  now.agent = session.Hash(session.Locate({kAgent, "", 0, ""}).value);
  now.latitude = session.in.network.latitude;
  now.longitude = session.in.network.longitude;
  const EntityKey key = session.RecordKey(rule);
  const Memo before = session.store()->Exchange(key, {}, for_us, session.now_us);
  if (before.status != StoreStatus::kOk) return Unavailable();
  Finding finding;
  if (what == What::kTravel) {
    finding = Travel(before, now, limit_kmh, session.now_us, value);
  } else if (network && before.network != 0 && before.network != now.network) {
    finding = Matched("another network than before", value, 0);
  } else if (agent && before.agent != 0 && before.agent != now.agent) {
    finding = Matched("another agent than before", value, 0);
  }
  // What is refused does not become what is expected.
  if (finding.kind == Finding::Kind::kMatched && session.Enforces(rule)) return finding;
  if (session.store()->Exchange(key, now, for_us, session.now_us).status != StoreStatus::kOk)
    return Unavailable();
  return finding;
}

Finding MemoOperator::Run(LogicSession& session, const LogicRule& rule) const {
  if (session.store() == nullptr) return Unavailable();
  std::string_view value = session.KeyOf(rule).identity;
  const std::string& key_name = session.model().keys[static_cast<size_t>(rule.key)].name;
  if (what == What::kChanged || what == What::kTravel) return Compare(session, rule);
  if (what == What::kYounger) {
    constexpr int64_t kRemembered = int64_t{90} * 86'400 * 1'000'000;
    const Memo before =
        session.store()->Exchange(session.RecordKey(rule), {}, kRemembered, session.now_us);
    if (before.status != StoreStatus::kOk) return Unavailable();
    const int64_t age_us = before.present ? session.now_us - before.first_us : 0;
    if (age_us >= for_us) return {};
    return Matched("not known for long enough", value, age_us / 1'000'000);
  }
  if (what == What::kSet && as) {
    const Located located = session.Locate(*as);
    if (!located.found) return {};
    value = located.value;
    if (session.model().keys[static_cast<size_t>(rule.key)].follow)
      value = FollowedIdentity(session.Hash(value), session.arena());
  }
  const EntityKey at = LabelKey(session.store()->hash_key(), label, key_name, value);
  if (what == What::kSet) {
    const int64_t end_us = session.now_us + for_us;
    const StoreStatus status = session.store()->SetLabel(at, 1, end_us, session.now_us);
    return status == StoreStatus::kOk ? Finding() : Unavailable();
  }
  const Label found = session.store()->GetLabel(at, session.now_us);
  if (found.status != StoreStatus::kOk) return Unavailable();
  if (found.present != (what == What::kHas)) return {};
  return Matched(found.present ? "it has the label" : "it lacks the label", value, 0);
}

Finding MemoOperator::OnRequest(LogicSession& session, const LogicRule& rule,
                                RuleProgress& progress) const {
  if (answered || what == What::kSet) {
    progress.open = session.Concerns(rule.event);
    return {};
  }
  return session.Happened(rule.event) ? Run(session, rule) : Finding();
}

Finding MemoOperator::OnResponse(LogicSession& session, const LogicRule& rule,
                                 RuleProgress& progress) const {
  progress.open = false;
  // A label tells of what has come to pass: if the event does not say what, of a success.
  if (what == What::kSet && !answered && session.in.status >= 400) return {};
  return session.Happened(rule.event) ? Run(session, rule) : Finding();
}

}  // namespace rasp
