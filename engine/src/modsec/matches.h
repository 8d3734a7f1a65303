// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <modsecurity/rule_message.h>

#include <deque>
#include <list>
#include <span>
#include <vector>

#include "rasp/event.h"

namespace rasp {

// What a transaction of libmodsecurity has logged, as an event tells it.
class ModsecMatches {
 public:
  // Takes over those of `messages` that are new since the last call. Views point into them, so they
  // must stay.
  void Update(const std::list<modsecurity::RuleMessage>& messages);

  std::span<const RuleMatch> matches() const { return matches_; }

 private:
  struct Rule {
    RuleInfo info;
    std::vector<std::string_view> tags;
  };
  RuleMatch MatchOf(const modsecurity::RuleMessage& message);

  std::deque<Rule> rules_;  // one a match; addresses stay
  std::vector<RuleMatch> matches_;
};

}  // namespace rasp
