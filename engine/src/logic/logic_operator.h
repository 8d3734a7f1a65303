// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "logic/locator.h"
#include "rasp/entity_store.h"

namespace rasp {

class LogicSession;
struct LogicRule;

// What one rule has begun in one transaction and has to end: zeroed before OnRequest, handed to
// every later call for the same rule and transaction. Each operator uses the fields that it needs.
struct RuleProgress {
  EntityKey key;  // the record that it works on
  Claim claim;
  WindowSum reserved;  // count: to be undone if the event does not come true
  uint32_t lease = 0;
  uint32_t weight = 0;
  uint8_t state = 0;      // the operator's own
  bool open = false;      // OnResponse and OnEnd are still to be called
  bool answered = false;  // the session's: OnResponse was called
};

// What an operator says of one transaction.
struct Finding {
  enum class Kind : uint8_t {
    kNothing,
    kMatched,      // the rule's actions follow
    kPending,      // once: the shared store is to be asked (PendingClaim in `progress`)
    kUnavailable,  // the store did not answer: the rule's `unavailable` follows
    kRefused,      // `status` answers at once, whatever the actions are (once: 400, 409, 422)
  };
  Kind kind = Kind::kNothing;
  uint16_t status = 0;         // kRefused's
  uint32_t retry_after_s = 0;  // of a refusal that ends by itself; 0: none is known
  std::string_view why;        // static text: "6th in 10 m"'s kind without numbers
  std::string_view value;      // what matched, raw: whoever writes it down redacts; may be empty
  int64_t number = 0;          // the sum, the estimate, the age: for the event
};

// One rule's operator with its arguments: immutable, shared by all transactions. An operator is a
// class like this, a loader in logic_rules/ and a row in logic_rules/operators.cc.
//
// Nothing may throw but bad_alloc of session.arena(), block, or recurse on input; time is linear in
// the bytes looked at.
class LogicOperator {
 public:
  virtual ~LogicOperator() = default;

  // Called once for a transaction whose operation the rule is on, when the rule's request stage has
  // been reached (LogicRule::stage), in the order of rules. `progress.open = true` asks for the
  // calls below.
  virtual Finding OnRequest(LogicSession& session, const LogicRule& rule,
                            RuleProgress& progress) const = 0;

  // The same of a request without the rule's key, if the key says that such requests pass: the
  // response may give it one (EntityKeyDef::follow).
  virtual void OnRequestWithoutKey(LogicSession&, RuleProgress&) const {}

  // The shared store's answer to kPending.
  virtual Finding OnAnswer(LogicSession&, const LogicRule&, RuleProgress&,
                           const ClaimResult&) const {
    return {};
  }

  // When LogicRule::response_stage is reached. A finding here acts on the response: it may be
  // tagged, logged, banned for the next time or, in place of the response, blocked.
  virtual Finding OnResponse(LogicSession&, const LogicRule&, RuleProgress&) const { return {}; }

  // The transaction is over (the client may have gone, the request may have been refused before or
  // after this rule); the last call. What was not settled is settled or given back.
  virtual void OnEnd(LogicSession&, const LogicRule&, RuleProgress&) const {}
};

}  // namespace rasp
