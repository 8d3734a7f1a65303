// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "audit/discretion.h"
#include "rasp/audit.h"

namespace rasp::audit {

// Which matches a log wants: those of rules that log, or those of rules that audit.
enum class Audience { kErrorLog, kAuditLog };
std::vector<ModsecMessage> MessagesFor(const Event& event, Audience audience);

// "Matched "Operator `Rx' with parameter `...' against variable `ARGS:id' (Value: `...' )"; empty
// for a rule that looks at nothing (SecAction). `in_quotes`: the text stands where a quote in the
// value could end a field.
std::string MatchText(const RuleMatch& match, const Discretion& discretion, bool in_quotes);

// Expanded texts as they may be shown, raw bytes otherwise.
std::string MessageText(const RuleMatch& match, const Discretion& discretion);
std::string DataText(const RuleMatch& match, const Discretion& discretion);

// Where in the transformed value it matched, and what transformed it: "o4,6t:lowercase".
std::string Reference(const RuleMatch& match);

// SecLang's number; 0 if the author gave none, as libmodsecurity has it.
int SeverityNumber(const RuleInfo& rule);

}  // namespace rasp::audit
