// SPDX-License-Identifier: Apache-2.0
#include "logic/served_operator.h"

#include <algorithm>

#include "logic/operators.h"
#include "logic/session.h"

namespace rasp {

Finding ServedOperator::Check(LogicSession& session, const RuleProgress& progress) const {
  const Located located = session.Locate(place);
  if (!located.found) return {};
  bool known = false;
  bool served = false;
  if (session.store()->WasServed(progress.key, session.Hash(located.value), session.now_us, &known,
                                 &served) != StoreStatus::kOk) {
    return Unavailable();
  }
  if (served && !located.ambiguous) return {};
  if (!known && pass_unknown && !located.ambiguous) return {};
  Finding finding;
  finding.kind = Finding::Kind::kMatched;
  finding.why = located.ambiguous ? "two identifiers where one is wanted"
                : known           ? "an identifier that no response has given"
                                  : "no response has given an identifier yet";
  finding.value = located.value;
  return finding;
}

Finding ServedOperator::OnRequest(LogicSession& session, const LogicRule& rule,
                                  RuleProgress& progress) const {
  const bool checks = session.Happened(rule.event);
  const bool gives = !from || session.Concerns(*from);
  if (!checks && !gives) return {};
  if (session.store() == nullptr) return Unavailable();
  progress.key = session.RecordKey(rule);
  progress.open = gives;
  return checks ? Check(session, progress) : Finding();
}

Finding ServedOperator::OnResponse(LogicSession& session, const LogicRule&,
                                   RuleProgress& progress) const {
  progress.open = false;
  if (session.in.status >= 400 || (from && !session.Happened(*from))) return {};
  // Of more than the filter holds, the last are known.
  std::array<uint64_t, kServedHalf> hashes;
  size_t count = 0;
  for (const JsonPattern& pattern : given) {
    JsonWalk walk(session.in.response_body, pattern, session.arena());
    for (JsonToken token = walk.Next(); token > JsonToken::kError; token = walk.Next()) {
      if (token != JsonToken::kString && token != JsonToken::kNumber) continue;
      const uint64_t hash = session.Hash(JsonScalar(walk.scanner(), token, session.arena()));
      if (std::find(hashes.begin(), hashes.begin() + std::min(count, hashes.size()), hash) !=
          hashes.begin() + std::min(count, hashes.size())) {
        continue;
      }
      hashes[count++ % hashes.size()] = hash;
    }
  }
  if (count == 0) return {};
  const std::span<const uint64_t> all(hashes.data(), std::min(count, hashes.size()));
  return session.store()->AddServed(progress.key, all, ttl_us, session.now_us) == StoreStatus::kOk
             ? Finding()
             : Unavailable();
}

}  // namespace rasp
