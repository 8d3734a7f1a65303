// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "seclang/lexer.h"
#include "seclang/session.h"

namespace rasp {

// The directives that set a field of EngineSettings, by the field. A value that does not fit is a
// diagnostic and sets nothing.
void SetMode(Session& session, const Directive& directive);
void SetRequestBodyAccess(Session& session, const Directive& directive);
void SetRequestBodyLimit(Session& session, const Directive& directive);
void SetRequestBodyNoFiles(Session& session, const Directive& directive);
void SetRequestBodyLimitAction(Session& session, const Directive& directive);
void SetJsonDepth(Session& session, const Directive& directive);
void SetArguments(Session& session, const Directive& directive);
void SetResponseBodyAccess(Session& session, const Directive& directive);
void SetResponseBodyLimit(Session& session, const Directive& directive);
void SetResponseBodyLimitAction(Session& session, const Directive& directive);
void SetResponseBodyTypes(Session& session, const Directive& directive);
void ClearResponseBodyTypes(Session& session, const Directive& directive);
void SetArgumentSeparator(Session& session, const Directive& directive);
void SetPcreMatchLimit(Session& session, const Directive& directive);
void SetCollectionTimeout(Session& session, const Directive& directive);
void SetXmlArguments(Session& session, const Directive& directive);
void SetUnicodeMap(Session& session, const Directive& directive);
void SetUnicodeCodePage(Session& session, const Directive& directive);
void SetGeoDatabase(Session& session, const Directive& directive);
void SetWebAppId(Session& session, const Directive& directive);
void AddComponent(Session& session, const Directive& directive);

void SetAuditEngine(Session& session, const Directive& directive);
void SetAuditParts(Session& session, const Directive& directive);
void SetAuditStatus(Session& session, const Directive& directive);
void SetAuditType(Session& session, const Directive& directive);
void SetAuditFormat(Session& session, const Directive& directive);
void SetAuditFile(Session& session, const Directive& directive);
void SetAuditStorageDir(Session& session, const Directive& directive);
void SetAuditFileMode(Session& session, const Directive& directive);
void SetAuditDirMode(Session& session, const Directive& directive);

// Switches whose one position is what the engine does anyway: the other is told of.
void CheckOffElseNoEffect(Session& session, const Directive& directive);
void CheckOffElseRefused(Session& session, const Directive& directive);
void CheckDebugLogLevel(Session& session, const Directive& directive);
void CheckCookieFormat(Session& session, const Directive& directive);

}  // namespace rasp
