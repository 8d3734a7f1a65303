// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "json/json_pattern.h"

namespace rasp {

class LogicSession;

// When what a rule or an event asks for is there. In order.
enum class LogicStage : uint8_t {
  kRequestHeaders,
  kRequestBody,
  kResponseHeaders,
  kResponseBody,
  kEnd,  // no response will come
};

// What a locator found. Views live as long as the transaction.
struct Located {
  bool found = false;
  // The request has it more than once, with values that differ: which one the application goes by,
  // nobody knows.
  bool ambiguous = false;
  std::string_view value;
};

// A place in a request or response, such as `body.username` or `resp.status`, as a model names it.
struct Locator {
  const struct LocatorDef* def = nullptr;
  std::string name;  // behind the prefix: "username"; a JSON pointer's as an argument's name has it
  int number = 0;    // ip/64: 64; path.ID: the parameter's place in the operation's templates
  std::string text;  // as written
  // "query.filter:/user/id": where in the JSON that the value is
  bool in_json = false;
  JsonPattern pattern = {};
};

// A row of the table of places. `prefix` is the text itself ("method") or, if it ends on '.', ':'
// or '/', what stands before a name. A new kind of place is a function and a row in locator.cc.
struct LocatorDef {
  std::string_view prefix;
  LogicStage stage;
  Located (*find)(LogicSession& session, const Locator& locator);
  std::string_view help;  // for diagnostics and the reference
};

std::span<const LocatorDef> LocatorDefs();
// The row that `text` begins with; nullptr if there is none.
const LocatorDef* FindLocatorDef(std::string_view text);

}  // namespace rasp
