// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "logic/locator.h"
#include "logic/logic_operator.h"

// The core's operators and what a model says of each. logic_rules/ reads them.
namespace rasp {

// count: an event, weighted, over a sliding window. An event that hangs on the response is counted
// when it is asked for and taken back when it proves to be none.
class CountOperator final : public LogicOperator {
 public:
  int64_t window_us = 0;
  uint32_t limit = 0;             // more than that matches
  std::optional<Locator> weight;  // a whole number; what is none counts as 1
  uint32_t most_weight = 1'000'000;
  bool reserve = false;          // the event hangs on the response
  bool weight_answered = false;  // the weight does

  Finding OnRequest(LogicSession&, const LogicRule&, RuleProgress&) const override;
  Finding OnResponse(LogicSession&, const LogicRule&, RuleProgress&) const override;
  void OnEnd(LogicSession&, const LogicRule&, RuleProgress&) const override;

 private:
  uint32_t WeightOf(LogicSession& session) const;
  Finding Matched(LogicSession& session, const LogicRule& rule, const WindowSum& sum,
                  uint32_t asked) const;
};

// distinct: how many values a place has had over a sliding window.
class DistinctOperator final : public LogicOperator {
 public:
  Locator place;
  int64_t window_us = 0;
  uint32_t limit = 0;
  uint8_t sample_shift = 0;
  bool answered = false;  // the event or the place hangs on the response

  Finding OnRequest(LogicSession&, const LogicRule&, RuleProgress&) const override;
  Finding OnResponse(LogicSession&, const LogicRule&, RuleProgress&) const override;

 private:
  Finding Add(LogicSession& session, const LogicRule& rule) const;
};

// once: a nonce, or the whole request, is used by one.
class OnceOperator final : public LogicOperator {
 public:
  std::optional<Locator> nonce;  // none: the fingerprint of the request is the nonce
  int64_t ttl_us = 0;
  int64_t busy_us = 60'000'000;
  uint16_t missing = 0;  // statuses; 0: that is no finding
  uint16_t busy = 409;
  uint16_t used = 409;
  uint16_t mismatch = 0;            // 0: what the nonce stands for is not compared
  std::optional<uint32_t> used_by;  // the event that uses it up; none: a response below 400

  Finding OnRequest(LogicSession&, const LogicRule&, RuleProgress&) const override;
  Finding OnAnswer(LogicSession&, const LogicRule&, RuleProgress&,
                   const ClaimResult&) const override;
  Finding OnResponse(LogicSession&, const LogicRule&, RuleProgress&) const override;
  void OnEnd(LogicSession&, const LogicRule&, RuleProgress&) const override;
};

// in_flight: how many requests of one key run at once.
class InFlightOperator final : public LogicOperator {
 public:
  uint32_t limit = 1;
  int64_t ttl_us = 60'000'000;  // a lease ends by itself

  Finding OnRequest(LogicSession&, const LogicRule&, RuleProgress&) const override;
  void OnEnd(LogicSession&, const LogicRule&, RuleProgress&) const override;
};

// flow: the steps of a session in order, each after the one before has succeeded, not too soon and
// not too late. Steps may be repeated, and other requests may lie between them.
class FlowOperator final : public LogicOperator {
 public:
  struct StepDef {
    uint32_t event = 0;
    uint16_t code = 0;      // of its name, never 0
    bool answered = false;  // the event itself hangs on the response
  };
  std::vector<StepDef> steps;
  int64_t within_us = 0;
  int64_t min_gap_us = 0;
  bool consume = false;       // after the last step the flow begins anew
  bool pass_unknown = false;  // a session of which nothing is remembered may go on anywhere
  static constexpr uint16_t kEndOfFlow = 0xffff;

  Finding OnRequest(LogicSession&, const LogicRule&, RuleProgress&) const override;
  void OnRequestWithoutKey(LogicSession&, RuleProgress&) const override;
  Finding OnResponse(LogicSession&, const LogicRule&, RuleProgress&) const override;

 private:
  size_t StepOf(LogicSession& session) const;  // steps.size(): the request is none
  Finding Check(LogicSession& session, size_t step, const Steps& before) const;
};

// memo: what is remembered of an entity.
class MemoOperator final : public LogicOperator {
 public:
  enum class What : uint8_t { kSet, kHas, kLacks, kChanged, kTravel, kYounger };
  What what = What::kHas;
  std::string label;     // kSet, kHas, kLacks
  int64_t for_us = 0;    // how long it is remembered; kYounger: since when
  bool network = false;  // kChanged: which of these
  bool agent = false;
  uint32_t limit_kmh = 0;     // kTravel
  bool answered = false;      // the event hangs on the response
  std::optional<Locator> as;  // kSet: of which entity, if not of the rule's key's value

  Finding OnRequest(LogicSession&, const LogicRule&, RuleProgress&) const override;
  Finding OnResponse(LogicSession&, const LogicRule&, RuleProgress&) const override;

 private:
  Finding Run(LogicSession& session, const LogicRule& rule) const;
  Finding Compare(LogicSession& session, const LogicRule& rule) const;
};

inline Finding Unavailable() {
  Finding finding;
  finding.kind = Finding::Kind::kUnavailable;
  return finding;
}

}  // namespace rasp
