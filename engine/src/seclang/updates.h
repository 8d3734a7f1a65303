// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "seclang/lexer.h"
#include "seclang/session.h"

namespace rasp {

// SecRuleRemoveBy*, SecRuleUpdateTargetBy*, SecRuleUpdateActionById.
void ReadRemoveById(Session& session, const Directive& directive);
void ReadRemoveByTag(Session& session, const Directive& directive);
void ReadRemoveByMsg(Session& session, const Directive& directive);
void ReadUpdateTargetById(Session& session, const Directive& directive);
void ReadUpdateTargetByTag(Session& session, const Directive& directive);
void ReadUpdateTargetByMsg(Session& session, const Directive& directive);
void ReadUpdateActionById(Session& session, const Directive& directive);

}  // namespace rasp
