// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/json_pattern.h"
#include "logic/compiled_logic.h"
#include "logic/logic_operator.h"
#include "seal/seal_keys.h"

namespace rasp {

// "seal" of a model: its keys.
struct SealExtension final : CompiledLogic::Extension {
  SealKeys keys;
};

// seal: values that a page or a JSON response gives come back as they were given. Responses are
// changed: a form gets a hidden field, an object a member, that hold a seal of the values, of the
// rule's key, of where they are for and of when they end. Nothing is kept on the server.
class SealOperator final : public LogicOperator {
 public:
  std::vector<std::string> fields;
  std::string name = "_seal";         // of the hidden field or member
  std::optional<uint32_t> pages;      // the event whose responses are sealed; none: any response
  std::optional<JsonPattern> given;   // JSON: the objects that are sealed
  std::optional<JsonPattern> wanted;  // and where a request has them
  int64_t ttl_us = 0;
  bool pass_absent = false;  // a request without a seal is nothing to be found

  Finding OnRequest(LogicSession&, const LogicRule&, RuleProgress&) const override;
  Finding OnResponse(LogicSession&, const LogicRule&, RuleProgress&) const override;

 private:
  Finding CheckForm(LogicSession& session, const LogicRule& rule) const;
  Finding CheckJson(LogicSession& session, const LogicRule& rule) const;
  void SealForms(LogicSession& session, const LogicRule& rule) const;
  void SealJson(LogicSession& session, const LogicRule& rule) const;
};

}  // namespace rasp
