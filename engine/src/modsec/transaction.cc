// SPDX-License-Identifier: Apache-2.0
#include "modsec/transaction.h"

#include <algorithm>
#include <charconv>
#include <new>

#include "core/ascii.h"

namespace rasp {
namespace {

using modsecurity::RulesSetProperties;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// "1.1" of "HTTP/1.1".
std::string VersionOf(std::string_view protocol) {
  constexpr std::string_view kPrefix = "HTTP/";
  if (StartsWithIgnoreCase(protocol, kPrefix)) protocol.remove_prefix(kPrefix.size());
  return std::string(protocol);
}

// What the library says is to be done; its texts are malloc'ed for us.
class Intervention {
 public:
  explicit Intervention(modsecurity::Transaction& transaction) {
    modsecurity::intervention::clean(&what_);
    wanted_ = transaction.intervention(&what_);
  }
  ~Intervention() { modsecurity::intervention::free(&what_); }
  Intervention(const Intervention&) = delete;
  Intervention& operator=(const Intervention&) = delete;

  bool wanted() const { return wanted_; }
  int status() const { return what_.status; }
  const char* url() const { return what_.url; }
  std::string_view log() const {
    return what_.log != nullptr ? std::string_view(what_.log) : std::string_view();
  }

 private:
  modsecurity::ModSecurityIntervention what_{};
  bool wanted_ = false;
};

// The last rule that logged a refusal. Rules with `nolog`, and scripts, leave only the sentence
// that the host should log.
uint64_t RuleThatRefused(const modsecurity::Transaction& transaction, std::string_view sentence) {
  const auto& messages = transaction.m_rulesMessages;
  const auto last = std::find_if(messages.rbegin(), messages.rend(),
                                 [](const auto& message) { return message.m_isDisruptive; });
  if (last != messages.rend()) return static_cast<uint64_t>(std::max(last->m_ruleId, 0));
  constexpr std::string_view kBefore = "\"] [id \"";
  const size_t at = sentence.find(kBefore);
  uint64_t id = 0;
  if (at != std::string_view::npos) {
    std::from_chars(sentence.data() + at + kBefore.size(), sentence.data() + sentence.size(), id);
  }
  return id;
}

}  // namespace

ModsecTransaction::ModsecTransaction(const ModsecRuleset& rules, const ModsecLocation& location,
                                     const Clock& clock)
    : rules_(*rules.impl().rules),
      ruleset_(rules),
      location_(location),
      clock_(clock),
      arrived_us_(clock.UnixMicros()) {}

template <typename Work>
Verdict ModsecTransaction::Run(Phase phase, Work work) noexcept {
  const int64_t began_us = clock_.MonotonicMicros();
  phase_ = phase;
  try {
    work();
    if (transaction_) TakeIntervention();
  } catch (const std::bad_alloc&) {
    Degrade(DegradedReason::kMemoryLimit);
  } catch (...) {
    Degrade(DegradedReason::kInternal);
  }
  spent_us_ += clock_.MonotonicMicros() - began_us;
  return verdict_;
}

void ModsecTransaction::Refuse(Decision decision, uint16_t status) {
  if (verdict_.would_block || verdict_.Blocks()) return;
  const bool enforced = location_.mode == Mode::kBlock;
  verdict_.decision = enforced ? decision : Decision::kPass;
  verdict_.would_block = !enforced;
  verdict_.status = status;
  verdict_phase_ = phase_;
}

void ModsecTransaction::Degrade(DegradedReason reason) noexcept {
  verdict_.degraded.Add(reason);
  if (location_.on_error == FailPolicy::kBlock) {
    Refuse(Decision::kBlock, DegradedReasonStatus(reason));
  }
}

void ModsecTransaction::TakeIntervention() {
  const Intervention intervention(*transaction_);
  if (!intervention.wanted() || verdict_.Blocks() || verdict_.would_block) return;
  const bool redirects = intervention.url() != nullptr;
  Refuse(redirects ? Decision::kRedirect : Decision::kBlock,
         static_cast<uint16_t>(intervention.status()));
  if (redirects) redirect_to_ = intervention.url();
  verdict_.redirect_to = redirect_to_;
  verdict_.rule_id = RuleThatRefused(*transaction_, intervention.log());
}

// What nginx's limits let through is libmodsecurity's to judge.
Verdict ModsecTransaction::OnGate(const RequestView& request) noexcept {
  request_ = request;
  return verdict_;
}

void ModsecTransaction::Begin(const RequestView& request) {
  std::string id(request.unique_id);
  transaction_.emplace(&ModsecLibrary(), &rules_, id.data(), nullptr);
  transaction_->processConnection(std::string(request.client.address).c_str(), request.client.port,
                                  std::string(request.server.address).c_str(), request.server.port);
  transaction_->processURI(std::string(request.target).c_str(), std::string(request.method).c_str(),
                           VersionOf(request.protocol).c_str());
  for (const HeaderField& field : request.headers) {
    transaction_->addRequestHeader(Bytes(field.name), field.name.size(), Bytes(field.value),
                                   field.value.size());
  }
}

Verdict ModsecTransaction::OnRequestHeaders(const RequestView& request) noexcept {
  if (transaction_ || verdict_.Blocks()) return verdict_;
  request_ = request;
  return Run(Phase::kRequestHeaders, [&] {
    Begin(request_);
    transaction_->processRequestHeaders();
  });
}

bool ModsecTransaction::WantsRequestBody() const noexcept {
  return !Settled() && (rules_.m_secRequestBodyAccess != RulesSetProperties::FalseConfigBoolean ||
                        transaction_->m_requestBodyAccess == RulesSetProperties::TrueConfigBoolean);
}

Verdict ModsecTransaction::OnRequestBodyChunk(std::string_view chunk) noexcept {
  if (!WantsRequestBody()) return verdict_;
  body_bytes_ += chunk.size();
  return Run(Phase::kRequestBody,
             [&] { transaction_->appendRequestBody(Bytes(chunk), chunk.size()); });
}

void ModsecTransaction::OnRequestBodyUnreadable() noexcept {
  if (WantsRequestBody()) Degrade(DegradedReason::kRequestBodyUnread);
}

Verdict ModsecTransaction::OnRequestBodyEnd() noexcept {
  if (Settled()) return verdict_;
  return Run(Phase::kRequestBody, [&] { transaction_->processRequestBody(); });
}

Verdict ModsecTransaction::OnResponseHeaders(const ResponseView& response) noexcept {
  if (Settled()) return verdict_;
  return Run(Phase::kResponseHeaders, [&] {
    for (const HeaderField& field : response.headers) {
      transaction_->addResponseHeader(Bytes(field.name), field.name.size(), Bytes(field.value),
                                      field.value.size());
    }
    transaction_->processResponseHeaders(response.status, std::string(response.protocol));
  });
}

bool ModsecTransaction::WantsResponseBody() const noexcept {
  if (Settled() || !ruleset_.wants_response_bodies()) return false;
  const modsecurity::ConfigSet& types = rules_.m_responseBodyTypeToBeInspected;
  return !types.m_set ||
         types.m_value.count(transaction_->m_variableResponseContentType.m_value) != 0;
}

Verdict ModsecTransaction::OnResponseBodyChunk(std::string_view chunk) noexcept {
  if (Settled()) return verdict_;
  return Run(Phase::kResponseBody,
             [&] { transaction_->appendResponseBody(Bytes(chunk), chunk.size()); });
}

Verdict ModsecTransaction::OnResponseBodyEnd() noexcept {
  if (Settled()) return verdict_;
  return Run(Phase::kResponseBody, [&] { transaction_->processResponseBody(); });
}

const Event& ModsecTransaction::Finish(uint16_t status, bool enforced) noexcept {
  if (finished_) return event_;
  finished_ = true;
  if (transaction_) {
    const Phase reached = phase_;
    Run(Phase::kLogging, [&] {
      if (status != 0) transaction_->updateStatusCode(status);
      transaction_->processLogging();
    });
    phase_ = reached;
  }
  event_.response_status = status;
  event_.enforced = enforced && verdict_.Blocks();
  UpdateEvent();
  return event_;
}

const Event& ModsecTransaction::event() const noexcept {
  if (!finished_) UpdateEvent();
  return event_;
}

void ModsecTransaction::UpdateEvent() const {
  const bool refused = verdict_.Blocks() || verdict_.would_block;
  event_.time_us = arrived_us_;
  event_.id = request_.unique_id;
  event_.request = &request_;
  event_.request_body_bytes = body_bytes_;
  event_.mode = location_.mode;
  event_.verdict = verdict_;
  event_.phase = refused ? verdict_phase_ : phase_;
  event_.degraded = verdict_.degraded;
  try {
    if (transaction_) matches_.Update(transaction_->m_rulesMessages);
  } catch (const std::bad_alloc&) {
    event_.degraded.Add(DegradedReason::kMemoryLimit);
  }
  event_.matches = matches_.matches();
  event_.ruleset_hash = ruleset_.hash();
  event_.inspection_time_us = static_cast<uint64_t>(spent_us_);
  event_.worth_logging = refused || !event_.matches.empty() || event_.degraded.Any();
}

std::unique_ptr<Inspector> MakeModsecInspector(const ModsecRuleset& rules,
                                               const ModsecLocation& location, const Clock& clock) {
  return std::make_unique<ModsecTransaction>(rules, location, clock);
}

}  // namespace rasp
