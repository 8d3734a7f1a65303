// SPDX-License-Identifier: Apache-2.0
#include "logic/session.h"

#include <algorithm>
#include <array>

#include "core/ascii.h"
#include "http/body/body.h"
#include "rasp/logic.h"

namespace rasp {
namespace {

using Kind = LogicAction::Kind;

bool IsResponseStage(LogicStage stage) { return stage >= LogicStage::kResponseHeaders; }

bool EndsRequest(Kind kind) {
  return kind == Kind::kLimit || kind == Kind::kRedirect || kind == Kind::kBlock ||
         kind == Kind::kBan;
}

uint32_t SecondsUntil(int64_t end_us, int64_t now_us) {
  const int64_t left = std::clamp<int64_t>((end_us - now_us + 999'999) / 1'000'000, 1, UINT32_MAX);
  return static_cast<uint32_t>(left);
}

// What Finding::value of the rule's own penalty says.
constexpr std::string_view kStillBlocked = "blocked for a time";
constexpr std::string_view kBanned = "banned";

}  // namespace

LogicSession::LogicSession(const CompiledLogic& model, const std::vector<bool>& active,
                           bool enforces, EntityStore* store, std::pmr::memory_resource& arena)
    : model_(model),
      active_(active),
      enforces_(enforces),
      store_(store),
      arena_(arena),
      rules_(&arena),
      progress_(&arena),
      keys_(&arena),
      hits_(&arena),
      tags_(&arena),
      edits_(&arena) {}

void LogicSession::Begin() {
  begun_ = true;
  has_operation_ = model_.paths.Find(in.request->method, in.path, match_);
  static const std::vector<uint32_t> kNone;
  const std::vector<uint32_t>& own = has_operation_ ? operation().rules : kNone;
  rules_.resize(own.size() + model_.everywhere.size());
  std::merge(own.begin(), own.end(), model_.everywhere.begin(), model_.everywhere.end(),
             rules_.begin());
  std::erase_if(rules_, [this](uint32_t rule) { return !active_[rule]; });
  progress_.resize(rules_.size());
  keys_.resize(model_.keys.size());
}

std::string_view LogicSession::path_parameter(std::string_view name) const {
  if (!has_operation_) return {};
  const std::vector<std::string>& names = operation().parameters;
  for (size_t i = 0; i < names.size() && i < match_.parameter_count; ++i) {
    if (names[i] == name) return match_.parameters[i];
  }
  return {};
}

const BodyFacts* LogicSession::ResponseFacts() {
  if (response_facts_ != nullptr || in.response_body.empty()) return response_facts_;
  ContentType type;
  for (const HeaderField& header : in.response_headers) {
    if (EqualsIgnoreCase(header.name, "content-type")) type = ParseContentType(header.value);
  }
  if (type.kind != BodyKind::kJson) return nullptr;
  BodyLimits limits;
  limits.memory_bytes = in.response_body.size() + 4096;
  std::pmr::polymorphic_allocator<> allocator(&arena_);
  auto* const facts = allocator.new_object<BodyFacts>(&arena_);
  const BodyParserPtr parser = MakeBodyParser(BodyKind::kJson, type, limits, arena_, *facts);
  parser->Feed(in.response_body);
  parser->Finish();
  response_facts_ = facts;
  return facts;
}

bool LogicSession::Enforces(const LogicRule& rule) {
  if (!enforces_ || model_.infos[rule.index].mode != RuleMode::kEnforce) return false;
  if (rule.canary >= 100) return true;
  const KeyValue key = KeyOf(rule);
  const std::string_view value =
      key.present && rule.key >= 0 ? key.value : in.request->client.address;
  return Hash(value) % 100 < rule.canary;
}

bool LogicSession::Concerns(uint32_t event) const {
  const std::vector<uint32_t>& operations = model_.events[event].operations;
  if (operations.empty()) return true;
  return has_operation_ &&
         std::binary_search(operations.begin(), operations.end(), match_.operation);
}

bool LogicSession::Happened(uint32_t event) {
  if (!Concerns(event)) return false;
  const LogicEvent& def = model_.events[event];
  return def.unconditional || def.when.Holds(*this);
}

// Whether the request is one that the rule may have something to say of.
bool LogicSession::GoesOn(const LogicRule& rule) {
  return std::any_of(rule.events.begin(), rule.events.end(), [this](uint32_t event) {
    const bool answered = model_.events[event].when.stage() >= LogicStage::kResponseHeaders;
    return answered ? Concerns(event) : Happened(event);
  });
}

// ---- What rules find

// Entities that rules have banned, by every key that has become known.
void LogicSession::CheckBans(LogicStage stage) {
  for (const BanCheck& ban : model_.bans) {
    const EntityKeyDef& def = model_.keys[ban.key];
    if (def.stage != stage || store_ == nullptr || !active_[ban.rule]) continue;
    const KeyValue& key = Key(ban.key);
    if (!key.present) continue;
    const Label label =
        store_->GetLabel(LabelKey(store_->hash_key(), kBanLabel, def.name, key.identity), now_us);
    if (label.status != StoreStatus::kOk) outcome_.store_failed = true;
    if (!label.present) continue;
    Finding finding;
    finding.kind = Finding::Kind::kRefused;
    finding.status = label.value >= 400 && label.value < 600 ? static_cast<uint16_t>(label.value)
                                                             : uint16_t{403};
    finding.retry_after_s = SecondsUntil(label.expires_us, now_us);
    finding.why = kBanned;
    finding.value = key.value;
    RuleProgress none;
    Take(model_.rules[ban.rule], finding, none);
  }
}

// "block 15m": the rule has blocked this key, and still does.
bool LogicSession::StillBlocked(const LogicRule& rule) {
  if (!rule.penalises || store_ == nullptr || !KeyOf(rule).present) return false;
  const Label label = store_->GetLabel(RecordKey(rule, "penalty"), now_us);
  if (label.status != StoreStatus::kOk) outcome_.store_failed = true;
  if (!label.present) return false;
  Finding finding;
  finding.kind = Finding::Kind::kRefused;
  finding.status = static_cast<uint16_t>(label.value);
  finding.retry_after_s = SecondsUntil(label.expires_us, now_us);
  finding.why = kStillBlocked;
  finding.value = KeyOf(rule).value;
  RuleProgress none;
  Take(rule, finding, none);
  return true;
}

// A rule's request: what its key says first, then its operator.
Finding LogicSession::Guarded(const LogicRule& rule, RuleProgress& progress) {
  if (rule.key >= 0) {
    const KeyValue& key = Key(static_cast<uint32_t>(rule.key));
    const KeyMissing missing = model_.keys[static_cast<size_t>(rule.key)].missing;
    Finding finding;
    if (!key.present || key.ambiguous) {
      if (!GoesOn(rule)) return finding;
      if (!key.present && missing == KeyMissing::kSkip) {
        rule.op->OnRequestWithoutKey(*this, progress);
        return finding;
      }
      finding.kind = Finding::Kind::kRefused;
      finding.status = 400;
      finding.why = key.present ? "two values for one key" : "no key";
      finding.value = key.value;
      return finding;
    }
  }
  return rule.op->OnRequest(*this, rule, progress);
}

void LogicSession::Tag(const LogicAction& action) {
  if (!tags_.empty()) tags_ += ", ";
  tags_ += action.text;
  if (action.score == 0) return;
  tags_ += ";score=";
  tags_ += std::to_string(action.score);
}

// An action that ends the request: by this rule, and for a time.
void LogicSession::End(const LogicRule& rule, const LogicHit& hit, const LogicAction& action) {
  LogicOutcome::Act& act = hit.enforced ? outcome_.enforced : outcome_.shadow;
  uint32_t retry_after_s = hit.finding.retry_after_s;
  if (action.for_us > 0) retry_after_s = SecondsUntil(now_us + action.for_us, now_us);
  if (action.kind > act.kind) {
    act = {action.kind, rule.index, action.status, retry_after_s, action.text};
    if (action.kind == Kind::kBlock && action.for_us == 0) act.retry_after_s = 0;
  }
  if (!hit.enforced || action.for_us <= 0 || store_ == nullptr || !KeyOf(rule).present) return;
  const int64_t end_us = now_us + action.for_us;
  EntityKey key;
  if (action.kind == Kind::kBan) {
    const std::string& name = model_.keys[static_cast<size_t>(rule.key)].name;
    key = LabelKey(store_->hash_key(), kBanLabel, name, KeyOf(rule).identity);
  } else {
    key = RecordKey(rule, "penalty");
  }
  if (store_->SetLabel(key, action.status, end_us, now_us) != StoreStatus::kOk)
    outcome_.store_failed = true;
}

void LogicSession::Act(const LogicRule& rule, const LogicHit& hit) {
  for (const LogicAction& action : rule.then) {
    if (EndsRequest(action.kind)) {
      End(rule, hit, action);
    } else if (action.kind == Kind::kTag) {
      (hit.enforced ? outcome_.score : outcome_.shadow_score) += action.score;
      if (hit.enforced) Tag(action);
    } else if (action.kind == Kind::kDelay && hit.enforced) {
      outcome_.delay_ms = std::max(outcome_.delay_ms, action.delay_ms);
    } else if (action.kind == Kind::kLabel && hit.enforced && store_ != nullptr && rule.key >= 0) {
      const std::string& name = model_.keys[static_cast<size_t>(rule.key)].name;
      store_->SetLabel(LabelKey(store_->hash_key(), action.text, name, KeyOf(rule).identity), 1,
                       now_us + action.for_us, now_us);
    }
  }
}

// True: the rule waits for the shared store.
bool LogicSession::Take(const LogicRule& rule, const Finding& finding, RuleProgress& progress) {
  if (finding.kind == Finding::Kind::kNothing) return false;
  if (finding.kind == Finding::Kind::kPending) {
    pending_ = {progress.key, progress.claim};
    outcome_.pending = pending_open_ = true;
    return true;
  }
  LogicHit hit{rule.index, finding, Enforces(rule)};
  if (finding.kind == Finding::Kind::kUnavailable) {
    outcome_.store_failed = true;
    if (rule.unavailable == WhenUnavailable::kOpen) return false;
    hit.finding.status = 503;
    hit.finding.retry_after_s = 1;
    hit.finding.why = "the store is unavailable";
  }
  hits_.push_back(hit);
  if (finding.kind == Finding::Kind::kMatched) {
    Act(rule, hits_.back());
    return false;
  }
  LogicOutcome::Act& act = hit.enforced ? outcome_.enforced : outcome_.shadow;
  if (Kind::kBlock > act.kind)
    act = {Kind::kBlock, rule.index, hit.finding.status, hit.finding.retry_after_s, {}};
  return false;
}

// ---- Stages

void LogicSession::RunRequestRules() {
  for (; next_ < rules_.size(); ++next_) {
    const LogicRule& rule = model_.rules[rules_[next_]];
    if (rule.stage != stage_) continue;
    // What an enforced rule has refused is not counted by those behind it.
    if (outcome_.enforced.kind != Kind::kLog) continue;
    if (StillBlocked(rule)) continue;
    RuleProgress& progress = progress_[next_];
    if (Take(rule, Guarded(rule, progress), progress)) return;
  }
}

void LogicSession::RunResponseRules(LogicStage stage) {
  for (size_t i = 0; i < rules_.size(); ++i) {
    const LogicRule& rule = model_.rules[rules_[i]];
    RuleProgress& progress = progress_[i];
    if (!progress.open || progress.answered || rule.response_stage > stage) continue;
    progress.answered = true;
    Take(rule, rule.op->OnResponse(*this, rule, progress), progress);
  }
}

LogicOutcome LogicSession::TakeOutcome() {
  LogicOutcome outcome = outcome_;
  outcome.hits = std::span<const LogicHit>(hits_).subspan(hits_told_);
  hits_told_ = hits_.size();
  outcome_ = {};
  return outcome;
}

LogicOutcome LogicSession::Reach(LogicStage stage) {
  if (ended_ || pending_open_ || (begun_ && stage <= stage_)) return {};
  const bool first = !begun_;
  if (first) Begin();
  if (IsResponseStage(stage)) {
    stage_ = stage;
    if (stage == LogicStage::kResponseHeaders) FollowKeys();
    RunResponseRules(stage);
    return TakeOutcome();
  }
  stage_ = stage;
  next_ = 0;
  CheckBans(stage);
  RunRequestRules();
  return TakeOutcome();
}

LogicOutcome LogicSession::Resume(const ClaimResult& answer) {
  if (ended_ || !pending_open_) return {};
  pending_open_ = false;
  const LogicRule& rule = model_.rules[rules_[next_]];
  RuleProgress& progress = progress_[next_];
  if (!Take(rule, rule.op->OnAnswer(*this, rule, progress, answer), progress)) {
    ++next_;
    RunRequestRules();
  }
  return TakeOutcome();
}

void LogicSession::End(bool refused) {
  if (ended_ || !begun_) return;
  refused_ = refused;
  if (!refused && answered()) RunResponseRules(LogicStage::kEnd);
  stage_ = LogicStage::kEnd;
  ended_ = true;
  for (size_t i = 0; i < rules_.size(); ++i) {
    if (!progress_[i].open) continue;
    const LogicRule& rule = model_.rules[rules_[i]];
    rule.op->OnEnd(*this, rule, progress_[i]);
  }
}

}  // namespace rasp
