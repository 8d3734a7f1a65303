// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "seclang/session.h"

namespace rasp {

// What actions stand in.
enum class ActionPlace : uint8_t { kRule, kChainedLink, kDefault, kUpdate };

// What actions are put into: the rule's or SecDefaultAction's draft, and the link they stand on,
// which may be one that the draft does not hold.
struct ActionTarget {
  RuleDraft& draft;
  LinkSpec& link;
  ActionPlace place;
  bool compat_warn;
  Diagnostics& diagnostics;
};

// One action of SecLang. `kind` says where it may stand and what its value looks like.
struct ActionDef {
  enum class Kind : uint8_t {
    kMetadata,    // of the rule: only on a chain's first link, not in SecDefaultAction
    kRule,        // the same, but SecDefaultAction may say it too
    kLog,         // the same; means nothing in a chained rule
    kDisruptive,  // the rule's; the last one counts
    kLink,        // of the link it stands on
    kStep,        // of the link: an ActionSpec, done whenever the link matches
    kRefused,     // would weaken protection if it were left out
    kInert,       // does nothing here
  };
  enum class Value : uint8_t { kNone, kOptional, kRequired };

  std::string_view name;
  Kind kind;
  Value value;
  std::string_view summary;
  // Puts the action into the target; the value is there if it must be. Null for kStep, kRefused and
  // kInert, whose summary is what the author is told.
  void (*apply)(const ActionSpec& action, ActionTarget& target);
};

std::span<const ActionDef> SecLangActions();

// Puts every action into the target. What is wrong is a diagnostic and marks the draft as broken.
void ApplyActionList(std::span<const ActionSpec> actions, ActionTarget& target);

// Settles what the draft's course, the phase's default and each link's transformations come to.
void FinishRule(RuleDraft& draft, const DefaultActions& defaults);

}  // namespace rasp
