// SPDX-License-Identifier: Apache-2.0
#include "audit/discretion.h"

#include <algorithm>

#include "audit/snippet.h"

namespace rasp::audit {
namespace {

bool IsHidden(const Hidden& hidden, std::string_view target) {
  return (hidden.secrets && TargetIsSecret(target)) || hidden.masks.HidesTarget(target);
}

}  // namespace

Discretion::Discretion(const Event& event, bool redact) : hidden_{redact, Masks(event.masked)} {
  const bool may_hide = redact || !hidden_.masks.empty();
  holds_secret_ =
      (may_hide && event.matches_left_out > 0) ||
      std::any_of(event.matches.begin(), event.matches.end(),
                  [&](const RuleMatch& match) { return IsHidden(hidden_, match.target); });
}

bool Discretion::HidesValue(const RuleMatch& match) const {
  return IsHidden(hidden_, match.target) || (holds_secret_ && TargetIsDerived(match.target));
}

}  // namespace rasp::audit
