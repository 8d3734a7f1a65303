// SPDX-License-Identifier: Apache-2.0
#include "eval/logic_stage.h"

#include <algorithm>
#include <charconv>

#include "eval/decision.h"

namespace rasp {
namespace {

constexpr size_t kKeptBytes = 2048;

bool OfRequest(LogicStage stage) { return stage <= LogicStage::kRequestBody; }

// "more than the limit: 6"
std::string_view Explanation(Inspection& in, const Finding& finding) {
  if (finding.number == 0) return finding.why;
  char number[20];
  const char* const end = std::to_chars(number, number + sizeof(number), finding.number).ptr;
  in.text.assign(finding.why);
  in.text += ": ";
  in.text.append(number, static_cast<size_t>(end - number));
  return CopyTo(in.arena, in.text);
}

}  // namespace

const PendingClaim& LogicEvaluation::pending() const {
  static const PendingClaim kNone;
  return session_ == nullptr ? kNone : session_->pending();
}

std::span<const BodyEdit> LogicEvaluation::edits() const {
  const bool is_whole =
      !in_.response.too_large && !in_.degraded.Has(DegradedReason::kResponseBodyEncoding);
  if (session_ == nullptr || !is_whole) return {};
  return session_->response_edits();
}

void LogicEvaluation::Begin() {
  std::pmr::polymorphic_allocator<> allocator(&in_.arena);
  session_ = allocator.new_object<LogicSession>(model_->compiled(), in_.overlay.logic_active,
                                                in_.mode == Mode::kBlock, entities_, in_.arena);
  session_->in.request = &in_.request;
  session_->in.path = in_.request.routed_path.empty() ? in_.filename : in_.request.routed_path;
  session_->in.query = &in_.query_arguments;
  session_->in.cookies = &in_.cookies;
  session_->in.network = network_;
}

// What the stage has added. Of the response the parts are set as they come: that there is none yet
// is what an operator goes by.
void LogicEvaluation::Fill(LogicStage stage) {
  LogicInputs& inputs = session_->in;
  session_->now_us = in_.clock.UnixMicros();
  if (stage == LogicStage::kRequestBody) {
    inputs.body_kind = in_.body.kind;
    inputs.body = &in_.body.facts;
    inputs.raw_body = in_.body.raw;
    inputs.body_complete = in_.body.facts.error == BodyError::kNone && !in_.body.unread;
  } else if (stage >= LogicStage::kResponseHeaders && stage != LogicStage::kEnd) {
    inputs.status = in_.response.status;
    inputs.response_headers = in_.response.headers;
    inputs.response_body = in_.response.body;
  }
}

void LogicEvaluation::Keep(const LogicHit& hit) {
  const RuleInfo& info = model_->rules()[hit.rule];
  if (in_.matches.size() >= in_.overlay.limits.matches) {
    ++in_.matches_left_out;
    return;
  }
  const LogicRule& rule = model_->compiled().rules[hit.rule];
  RuleMatch match;
  match.rule = &info;
  match.target =
      rule.key < 0 ? std::string_view("*") : model_->keys()[static_cast<size_t>(rule.key)];
  match.operator_name = rule.operator_name;
  match.message = info.name;
  match.log_data = Explanation(in_, hit.finding);
  match.value = CopyTo(in_.arena, hit.finding.value.substr(0, kKeptBytes));
  match.original = match.value;
  match.length = static_cast<uint32_t>(match.value.size());
  in_.matches.push_back(match);
}

void LogicEvaluation::Wish(const LogicOutcome::Act& act, bool shadow) {
  if (act.kind == LogicAction::Kind::kLog) return;
  rasp::Wish wish;
  wish.decision = act.kind == LogicAction::Kind::kRedirect ? Decision::kRedirect : Decision::kBlock;
  wish.status = act.status;
  wish.rule_id = model_->rules()[act.rule].id;
  wish.redirect_to = act.redirect_to;
  wish.retry_after_s = act.retry_after_s;
  wish.shadow = shadow;
  Decide(in_, wish);
}

void LogicEvaluation::Take(const LogicOutcome& outcome) {
  for (const LogicHit& hit : outcome.hits) Keep(hit);
  if (outcome.store_failed) Degrade(in_, DegradedReason::kStoreUnavailable);
  const bool of_request = OfRequest(session_->stage());
  (of_request ? in_.score : in_.response_score) += outcome.score;
  (of_request ? in_.shadow_score : in_.response_shadow_score) += outcome.shadow_score;
  Wish(outcome.enforced, false);
  Wish(outcome.shadow, true);
  if (outcome.score != 0 || outcome.shadow_score != 0) DecideByScore(in_);
  if (!of_request) return;
  in_.verdict.pending = outcome.pending && !in_.decided;
  in_.verdict.delay_ms = in_.decided ? 0 : std::max(in_.verdict.delay_ms, outcome.delay_ms);
  const std::string& header = model_->compiled().upstream_header;
  if (header.empty()) return;
  upstream_headers_[0] = {header, session_->tags()};
  in_.verdict.upstream_headers = upstream_headers_;
}

void LogicEvaluation::Reach(LogicStage stage) {
  if (in_.decided || in_.mode == Mode::kOff) return;
  if (session_ == nullptr) {
    // What was allowed before its operation was looked at is nobody's attempt.
    if (in_.Settled() || !OfRequest(stage)) return;
    Begin();
  }
  Fill(stage);
  Take(session_->Reach(stage));
}

void LogicEvaluation::Resume(const ClaimResult& answer) {
  if (session_ == nullptr) return;
  session_->now_us = in_.clock.UnixMicros();
  Take(session_->Resume(answer));
}

void LogicEvaluation::End() {
  if (session_ == nullptr || ended_) return;
  ended_ = true;
  session_->now_us = in_.clock.UnixMicros();
  // What other rules allowed before an answer came is nobody's attempt either.
  session_->End((in_.decided || in_.allowed) && !session_->answered());
}

}  // namespace rasp
