// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/body/body.h"
#include "rasp/settings.h"
#include "rasp/verdict.h"
#include "rule/macro.h"
#include "rule/target.h"

namespace rasp {

// What `setvar` and its kin change. All but TX outlive the transaction, in the host's Store.
enum class CollectionId : uint8_t { kTx, kIp, kGlobal, kSession, kUser, kResource };
inline constexpr size_t kCollectionCount = 6;

enum class ActionKind : uint8_t {
  kSetVar,          // COLLECTION.NAME=VALUE
  kAddVar,          // COLLECTION.NAME=+VALUE
  kSubtractVar,     // COLLECTION.NAME=-VALUE
  kDeleteVar,       // !COLLECTION.NAME
  kExpireVar,       // COLLECTION.NAME=SECONDS
  kDeprecateVar,    // COLLECTION.NAME=AMOUNT/SECONDS
  kInitCollection,  // COLLECTION=KEY; setsid and setuid too, whose key SESSIONID and USERID show
  kSetEnv,          // NAME=VALUE

  kRemoveRules,               // ctl:ruleRemoveById, ctl:ruleRemoveByTag, ctl:ruleRemoveByMsg
  kRemoveTargets,             // ctl:ruleRemoveTargetById, ...ByTag, ...ByMsg
  kRuleEngine,                // ctl:ruleEngine
  kForceRequestBodyVariable,  // ctl:forceRequestBodyVariable
  kRequestBodyProcessor,      // ctl:requestBodyProcessor
  kRequestBodyAccess,         // ctl:requestBodyAccess
  kRequestBodyLimit,          // ctl:requestBodyLimit
  kResponseBodyAccess,        // ctl:responseBodyAccess
  kResponseBodyLimit,         // ctl:responseBodyLimit
  kXmlArguments,              // ctl:parseXmlIntoArgs
  kAuditEngine,               // ctl:auditEngine
  kAuditLogParts,             // ctl:auditLogParts

  kSanitiseArgument,        // sanitiseArg:NAME
  kSanitiseRequestHeader,   // sanitiseRequestHeader:NAME
  kSanitiseResponseHeader,  // sanitiseResponseHeader:NAME
  kSanitiseMatched,         // sanitiseMatched
  kSanitiseMatchedBytes,    // sanitiseMatchedBytes:BEFORE/AFTER
};

// What happens each time a link matches, besides the rule's disposition.
struct Action {
  ActionKind kind = ActionKind::kSetVar;
  CollectionId collection = CollectionId::kTx;  // *Var, kInitCollection
  MacroText name;                               // *Var: without "tx."; kSetEnv, kSanitise*: of what
  int32_t tx_slot = -1;                         // of `name`, as Target has it
  MacroText value;                              // *Var, kSetEnv; kInitCollection: the key
  std::vector<uint32_t> rules;                  // kRemove*: indexes into CompiledRules::rules
  Exclusion exclusion;                          // kRemoveTargets
  Mode mode = Mode::kBlock;                     // kRuleEngine
  bool on = false;                              // kForceRequestBodyVariable, k*BodyAccess
  BodyKind body_kind = BodyKind::kNone;         // kRequestBodyProcessor
  uint64_t number = 0;                          // k*BodyLimit; kDeprecateVar: the amount
  uint64_t number2 = 0;                         // kDeprecateVar: the seconds
  uint32_t keep_before = 0;                     // kSanitiseMatchedBytes: bytes to leave legible
  uint32_t keep_after = 0;
  XmlArguments xml_arguments = XmlArguments::kOff;
  AuditEngine audit_engine = AuditEngine::kOff;
  std::string text;  // kAuditLogParts: "+E", "-C", "ABZ"
};

}  // namespace rasp
