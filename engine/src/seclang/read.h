// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "seclang/lexer.h"
#include "seclang/session.h"

namespace rasp {

// Reads all directives of one file into the session.
void ReadSource(Session& session, std::string_view text, const std::string& file);

void ReadInclude(Session& session, const Directive& directive);
void ReadIncludeOptional(Session& session, const Directive& directive);

}  // namespace rasp
