// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audit/redaction.h"
#include "rasp/event.h"

namespace rasp::audit {

// What of an event may be shown: decided once for the whole event, since one match's value may have
// come into another's message.
class Discretion {
 public:
  // `redact`: secrets are hidden. What rules want masked is hidden in any case.
  Discretion(const Event& event, bool redact);

  const Hidden& hidden() const { return hidden_; }
  // The value that matched is hidden as a whole, and so are texts with macros in them.
  bool HidesValue(const RuleMatch& match) const;
  // What the rule logs besides (logdata) is hidden: what cannot be told apart from a secret that
  // another match holds is not shown.
  bool HidesData(const RuleMatch& match) const { return holds_secret_ || HidesValue(match); }

 private:
  Hidden hidden_;
  bool holds_secret_ = false;
};

}  // namespace rasp::audit
