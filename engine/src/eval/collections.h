// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "eval/inspection.h"

namespace rasp {

// Runs an action on what outlives the transaction, or on its environment: initcol, setsid, setuid,
// setrsc, setenv, expirevar, deprecatevar, and setvar on any collection but TX.
//
// initcol and its kin bind a record, once: a second initcol of the same collection does nothing. So
// does one with an empty key, which every client without a session would share. Bound, the record
// is read from the store; what rules then write goes to the store and to the transaction's own copy
// of it, which is what rules read. If the store fails, the copy is all there is, and the
// transaction says so (DegradedReason::kStoreUnavailable). Without a bound record, setvar does
// nothing.
void RunCollectionAction(Inspection& in, const Action& action);

// The record behind a persistent collection's variable. REQUIRES: kIp to kResource.
const Record& RecordOf(const Inspection& in, VariableId variable);

// WEBAPPID.
std::string_view WebAppId(const Inspection& in);

}  // namespace rasp
