// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "logic/compiled_logic.h"
#include "logic/locator.h"
#include "token/jwt.h"

// Places that are made from the request: claims of a token that was verified, numbers of a GraphQL
// request, values within JSON that an argument, header field or cookie holds.
namespace rasp {

// "jwt" of a model.
struct JwtExtension final : CompiledLogic::Extension {
  JwtVerifier verifier;
  Locator from;  // a token, or one behind "Bearer "
};

Located JwtClaim(LogicSession& session, const Locator& locator);
Located JwtState(LogicSession& session, const Locator& locator);  // "valid", "missing", "expired"

// By the locator's text: "graphql.depth".
Located GraphqlPlace(LogicSession& session, const Locator& locator);

// What the locator's pattern finds in a value that is JSON.
Located InJson(LogicSession& session, const Locator& locator, const Located& value);

}  // namespace rasp
