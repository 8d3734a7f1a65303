// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "json/json_pattern.h"
#include "logic/logic_operator.h"

namespace rasp {

// served: an identifier in a request is one that a response has given to this key before. What is
// remembered are hashes, so that an identifier may pass that was never given (in up to 5 of 100
// cases), and none is refused that was, of the last kServedHalf.
class ServedOperator final : public LogicOperator {
 public:
  Locator place;                   // where a request has it
  std::optional<uint32_t> from;    // the event whose responses give identifiers; none: any response
  std::vector<JsonPattern> given;  // where those have them
  int64_t ttl_us = 0;
  bool pass_unknown = true;  // a key to which nothing was given

  Finding OnRequest(LogicSession&, const LogicRule&, RuleProgress&) const override;
  Finding OnResponse(LogicSession&, const LogicRule&, RuleProgress&) const override;

 private:
  Finding Check(LogicSession& session, const RuleProgress& progress) const;
};

}  // namespace rasp
