// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"
#include "http/body/body.h"
#include "http/field.h"
#include "logic/compiled_logic.h"
#include "rasp/http.h"
#include "rasp/transaction.h"

namespace rasp {

// What evaluation may see of a transaction: eval/ fills in what each stage adds. A nullptr is a
// part that has not come (yet).
struct LogicInputs {
  const RequestView* request = nullptr;
  std::string_view path;  // decoded, as the host routes by it
  const FieldList* query = nullptr;
  const FieldList* cookies = nullptr;
  BodyKind body_kind = BodyKind::kNone;
  const BodyFacts* body = nullptr;
  std::string_view raw_body;   // as far as it was kept
  bool body_complete = false;  // `body` holds every field of the request's body

  uint16_t status = 0;  // of the response
  std::span<const HeaderField> response_headers;
  std::string_view response_body;  // as far as it was kept

  ClientNetwork network;
};

// The identity of a followed key: of the hash of its first value.
std::string_view FollowedIdentity(uint64_t root, std::pmr::memory_resource& memory);
// Of a later value: whose label says which was the first.
inline constexpr std::string_view kFollowLabel = "follow";

// What a rule has found, for the event and the verdict.
struct LogicHit {
  uint32_t rule = 0;
  Finding finding;
  bool enforced = false;  // mode and canary let it act
};

// What a host is to do for all that was found in one stage.
struct LogicOutcome {
  std::span<const LogicHit> hits;  // of this stage
  // The strongest of the actions that end a request (kLimit, kRedirect, kBlock, kBan) of a rule
  // that is enforced, and of one that is not; kLog: none.
  struct Act {
    LogicAction::Kind kind = LogicAction::Kind::kLog;
    uint32_t rule = 0;
    uint16_t status = 0;
    uint32_t retry_after_s = 0;
    std::string_view redirect_to;
  };
  Act enforced;
  Act shadow;
  int score = 0;  // to be added, of enforced tags
  int shadow_score = 0;
  uint32_t delay_ms = 0;
  bool pending = false;
  bool store_failed = false;  // some rule had to do without it
};

// Parts that are made from the request once a rule asks for them, and then kept: verified claims, a
// parsed query. Each is its owner's alone.
enum class Derived : uint8_t { kJwt, kGraphql, kServed, kSeal, kSchema };
inline constexpr size_t kDerivedCount = 5;

// One transaction under a model: which operation it is, what its keys are, what its rules have
// begun. Lives in the transaction's arena.
class LogicSession {
 public:
  // `active`: by rule, whether it is on at this location. `enforces`: the location's mode lets
  // rules act; else all are as if their mode were shadow. `store` nullptr: as one that is
  // unavailable.
  LogicSession(const CompiledLogic& model, const std::vector<bool>& active, bool enforces,
               EntityStore* store, std::pmr::memory_resource& arena);

  LogicInputs in;
  int64_t now_us = 0;  // set before each call

  // Runs what has become ready at this stage. Stages come in order and may be left out; a stage
  // that is called again does nothing.
  LogicOutcome Reach(LogicStage stage);
  // After an outcome that was pending.
  LogicOutcome Resume(const ClaimResult& answer);
  const PendingClaim& pending() const { return pending_; }
  // Nothing more will come: what is open ends here. `refused`: the upstream never saw the request.
  void End(bool refused);

  // What tags want the upstream to know: "stuffing;score=40, new-device;score=5".
  std::string_view tags() const { return tags_; }

  // ---- For operators and locators

  const CompiledLogic& model() const { return model_; }
  EntityStore* store() const { return store_; }  // nullptr: unavailable
  std::pmr::memory_resource& arena() const { return arena_; }
  LogicStage stage() const { return stage_; }
  bool refused() const { return refused_; }  // before the upstream saw the request
  bool answered() const { return in.status != 0; }
  bool has_operation() const { return has_operation_; }
  const Operation& operation() const { return model_.operations[match_.operation]; }
  // Of this request's operation; empty if it has no such parameter.
  std::string_view path_parameter(std::string_view name) const;
  const BodyFacts* ResponseFacts();  // of a JSON body as far as it is held; nullptr: it is none

  Located Locate(const Locator& locator) { return locator.def->find(*this, locator); }

  // The value of a key of this request: found once, then kept.
  struct KeyValue {
    bool known = false;  // was looked for
    bool present = false;
    bool ambiguous = false;
    std::string_view value;
    std::string_view identity;  // what its records go by
    const Locator* from = nullptr;
    uint64_t root = 0;  // of a key that is followed
  };
  const KeyValue& Key(uint32_t key);
  // The key that the rule goes by; without one, the same for all.
  KeyValue KeyOf(const LogicRule& rule);
  // The record of `rule` for this request's key and, if a key has several, `part` of it.
  EntityKey RecordKey(const LogicRule& rule, std::string_view part = {});
  uint64_t Hash(std::string_view text) const;  // keyed; never 0

  // Whether what the rule finds is acted on, for this key.
  bool Enforces(const LogicRule& rule);

  // Whether the event is one of this request's operation at all.
  bool Concerns(uint32_t event) const;
  // The event has come true, as far as is known. Final from its stage on.
  bool Happened(uint32_t event);

  // Changes to the response's body, in order of their offsets; see BodyEdit.
  std::pmr::vector<BodyEdit>& response_edits() { return edits_; }

  template <typename T>
  T*& DerivedPart(Derived part) {
    return reinterpret_cast<T*&>(derived_[static_cast<size_t>(part)]);
  }

 private:
  void Begin();
  void Identify(uint32_t key);
  void FollowKeys();
  bool GoesOn(const LogicRule& rule);
  void CheckBans(LogicStage stage);
  bool StillBlocked(const LogicRule& rule);
  void RunRequestRules();
  void RunResponseRules(LogicStage stage);
  Finding Guarded(const LogicRule& rule, RuleProgress& progress);
  bool Take(const LogicRule& rule, const Finding& finding, RuleProgress& progress);
  void Act(const LogicRule& rule, const LogicHit& hit);
  void End(const LogicRule& rule, const LogicHit& hit, const LogicAction& action);
  void Tag(const LogicAction& action);
  LogicOutcome TakeOutcome();

  const CompiledLogic& model_;
  const std::vector<bool>& active_;
  const bool enforces_;
  EntityStore* store_;
  std::pmr::memory_resource& arena_;
  LogicStage stage_ = LogicStage::kRequestHeaders;
  bool begun_ = false;
  bool ended_ = false;
  bool refused_ = false;
  bool has_operation_ = false;
  bool pending_open_ = false;
  PathMatch match_;
  std::pmr::vector<uint32_t> rules_;         // on this request, ascending
  std::pmr::vector<RuleProgress> progress_;  // parallel
  size_t next_ = 0;                          // of `rules_`, at this stage
  std::pmr::vector<KeyValue> keys_;
  std::pmr::vector<LogicHit> hits_;
  size_t hits_told_ = 0;
  ByteBuffer tags_;
  LogicOutcome outcome_;
  PendingClaim pending_;
  const BodyFacts* response_facts_ = nullptr;
  std::pmr::vector<BodyEdit> edits_;
  std::array<void*, kDerivedCount> derived_{};
};

}  // namespace rasp
