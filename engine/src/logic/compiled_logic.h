// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logic/expression.h"
#include "logic/locator.h"
#include "logic/logic_operator.h"
#include "logic/path_tree.h"
#include "rasp/event.h"

namespace rasp {

// "login": {"match": "POST /login", "fields": {"user": "body.username"}}
struct Operation {
  std::string name;
  uint16_t code = 0;  // stands for the name in steps of a flow; the same in every node and reload
  std::vector<std::string> parameters;  // of its templates: "cart_id"
  std::vector<Locator> fields;          // parallel to `field_names`
  std::vector<std::string> field_names;
  std::vector<uint32_t> rules;  // on it, by index, ascending: of all its events
};

// "login.fail": {"on": "login", "when": "resp.status in (401, 403)"}. An operation's name is an
// event too: that it was asked for at all.
struct LogicEvent {
  std::string name;
  std::vector<uint32_t> operations;  // by index; empty: every request, matched or not
  Expression when;                   // without a test: always
  bool unconditional = true;
};

enum class KeyMissing : uint8_t { kSkip, kAddress, kDeny };

// "who": {"first": ["jwt.sub", "cookie.sid", "ip/64"], "missing": "skip"}
struct EntityKeyDef {
  std::string name;
  std::vector<Locator> first;  // the first that is present wins
  KeyMissing missing = KeyMissing::kSkip;
  // A response that gives the cookie of `first` that the request came with another value goes on
  // with the same entity: after a login, which changes a session's id.
  bool follow = false;
  uint32_t cookie = 0;  // of `first`: that cookie
  Locator given;        // the response's cookie of that name
  LogicStage stage = LogicStage::kRequestHeaders;
};

struct LogicAction {
  enum class Kind : uint8_t { kLog, kTag, kDelay, kLimit, kRedirect, kBlock, kBan, kLabel };
  Kind kind = Kind::kLog;
  std::string text;       // kTag's and kLabel's name, kRedirect's target
  int score = 0;          // kTag
  uint16_t status = 403;  // kBlock, kBan, kRedirect
  uint32_t delay_ms = 0;  // kDelay
  int64_t for_us = 0;     // kBan, kLabel; kBlock and kLimit: how long the key stays so (0: once)
};

enum class WhenUnavailable : uint8_t { kOpen, kClosed };

struct LogicRule {
  uint32_t index = 0;     // among the model's rules and its RuleInfos
  std::string key_scope;  // what its records are named by: the id as text
  std::unique_ptr<const LogicOperator> op;
  std::string_view operator_name;  // "count"
  std::string text;                // as the file has it, for people
  uint32_t event = 0;              // what it goes on
  std::vector<uint32_t> events;    // all of them: of a flow the steps
  int32_t key = -1;                // by: index of the key; -1: it takes none
  std::vector<LogicAction> then;
  std::string label;       // a memo's, for tools
  bool penalises = false;  // `then` blocks or limits for a time
  uint8_t canary = 100;    // of 100 keys, those in which an enforced rule acts
  WhenUnavailable unavailable = WhenUnavailable::kOpen;
  LogicStage stage = LogicStage::kRequestHeaders;            // of OnRequest
  LogicStage response_stage = LogicStage::kResponseHeaders;  // of OnResponse
  RecordKind record = RecordKind::kNone;                     // what it keeps, for tools
  int64_t window_us = 0;
  uint32_t limit = 0;
};

// A key that some rule bans by: looked at before anything else.
struct BanCheck {
  uint32_t key = 0;
  uint32_t rule = 0;  // the first that bans by it, for the event
};

// Everything a LogicModel is. Written by logic_rules/, then never again.
struct CompiledLogic {
  std::vector<std::unique_ptr<const std::string>> strings;  // what RuleInfos point into
  std::vector<std::unique_ptr<const std::vector<std::string_view>>> words;  // and their spans
  PathTree paths;
  std::vector<Operation> operations;
  std::vector<std::string> operation_names;
  std::vector<LogicEvent> events;
  std::vector<EntityKeyDef> keys;
  std::vector<std::string> key_names;
  std::vector<LogicRule> rules;
  std::vector<RuleInfo> infos;       // parallel
  std::vector<uint32_t> everywhere;  // rules on every request, ascending
  std::vector<BanCheck> bans;
  std::string upstream_header = "X-Rasp-Risk";  // tags go there; empty: nowhere
  bool reads_request_body = false;
  bool reads_response_body = false;
  // Of verified tokens, seals and the like: what their loaders keep for their functions, by name of
  // the member of the document ("jwt", "seal", "network").
  struct Extension {
    virtual ~Extension() = default;
  };
  std::map<std::string, std::unique_ptr<const Extension>, std::less<>> extensions;
};

}  // namespace rasp
