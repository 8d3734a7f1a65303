// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "seclang/lexer.h"
#include "seclang/session.h"

namespace rasp {

// The directives that make rules. The number of arguments fits the directive's row.
void ReadSecRule(Session& session, const Directive& directive);
void ReadSecAction(Session& session, const Directive& directive);
void ReadSecMarker(Session& session, const Directive& directive);
void ReadSecDefaultAction(Session& session, const Directive& directive);

// A SecRule or SecAction that cannot be read: the chain that it belongs to is no rule, but what
// comes after it may still be.
void SkipBrokenRule(Session& session, const Directive& directive);

// A chain whose next link does not come is an error; called before whatever cannot be in a chain.
void EndChain(Session& session, std::string_view because);

}  // namespace rasp
