// SPDX-License-Identifier: Apache-2.0
#include "rasp/transaction.h"

#include <array>
#include <memory>
#include <new>

#include "eval/decision.h"
#include "eval/inspection.h"
#include "eval/logic_stage.h"
#include "eval/request.h"
#include "eval/response.h"
#include "eval/rules.h"

namespace rasp {

class Transaction::Impl {
 public:
  Impl(const Ruleset& ruleset, const Overlay& overlay, std::pmr::memory_resource* memory,
       const Clock& clock, Store* store)
      : upstream(memory),
        in(ruleset.compiled(), overlay.compiled(), memory, clock),
        logic(ruleset.logic(), in) {
    in.store = store;
    in.arrived_us = clock.MonotonicMicros();
    in.arrived_unix_us = clock.UnixMicros();
    in.call_began_us = in.arrived_us;
  }

  // Runs `work` as one of the host's calls: its time is counted, what it throws becomes a reason in
  // the verdict.
  template <typename Work>
  void Guarded(Work work) noexcept {
    in.call_began_us = in.clock.MonotonicMicros();
    try {
      work();
    } catch (const std::bad_alloc&) {
      Degrade(in, DegradedReason::kMemoryLimit);
    } catch (...) {
      Degrade(in, DegradedReason::kInternal);
    }
    in.spent_us += in.clock.MonotonicMicros() - in.call_began_us;
  }

  void UpdateEvent() noexcept;

  void ReachLogic(LogicStage stage) noexcept {
    if (logic.active()) Guarded([&] { logic.Reach(stage); });
  }

  std::pmr::memory_resource* upstream;
  Inspection in;
  LogicEvaluation logic;
};

namespace {

// What is left to say when there is not even memory for the Impl.
Verdict WithoutMemory(const CompiledOverlay& overlay) noexcept {
  Verdict verdict;
  if (overlay.mode == Mode::kOff) return verdict;
  verdict.degraded.Add(DegradedReason::kMemoryLimit);
  if (overlay.on_error == FailPolicy::kPass) return verdict;
  verdict.status = DegradedReasonStatus(DegradedReason::kMemoryLimit);
  verdict.would_block = overlay.mode == Mode::kDetect;
  if (overlay.mode == Mode::kBlock) verdict.decision = Decision::kBlock;
  return verdict;
}

// The events of transactions without memory: one for each mode, policy and whether the host carried
// the verdict out.
struct EventsWithoutMemory {
  EventsWithoutMemory() {
    for (size_t i = 0; i < events.size(); ++i) {
      CompiledOverlay overlay;
      overlay.mode = static_cast<Mode>(i / 4);
      overlay.on_error = static_cast<FailPolicy>(i / 2 % 2);
      Event& event = events[i];
      event.request = &request;
      event.mode = overlay.mode;
      event.verdict = WithoutMemory(overlay);
      event.degraded = event.verdict.degraded;
      event.enforced = i % 2 != 0 && event.verdict.Blocks();
      event.worth_logging = event.degraded.Any();
    }
  }
  RequestView request;
  std::array<Event, 12> events;
};

// The uploaded files, for the audit log.
void ListFiles(Inspection& in) {
  if (in.audit_engine == AuditEngine::kOff) return;
  for (const FilePart& file : in.body.facts.files)
    in.files.push_back({file.field_name, file.file_name, file.content_type, file.size});
}

const Event& EventWithoutMemory(const CompiledOverlay& overlay, bool enforced) noexcept {
  static const EventsWithoutMemory kEvents;
  const auto mode = static_cast<size_t>(overlay.mode);
  const auto policy = static_cast<size_t>(overlay.on_error);
  return kEvents.events[mode * 4 + policy * 2 + (enforced ? 1 : 0)];
}

}  // namespace

Transaction::Transaction(const Ruleset& ruleset, const Overlay& overlay,
                         std::pmr::memory_resource* memory, const Clock& clock,
                         Store* store) noexcept
    : overlay_(overlay) {
  void* place = nullptr;
  try {
    place = memory->allocate(sizeof(Impl), alignof(Impl));
    impl_ = new (place) Impl(ruleset, overlay, memory, clock, store);
  } catch (...) {
    if (place != nullptr) memory->deallocate(place, sizeof(Impl), alignof(Impl));
  }
}

Transaction::~Transaction() {
  if (impl_ == nullptr) return;
  if (impl_->logic.active()) impl_->Guarded([this] { impl_->logic.End(); });
  std::pmr::memory_resource* const memory = impl_->upstream;
  impl_->~Impl();
  memory->deallocate(impl_, sizeof(Impl), alignof(Impl));
}

void Transaction::SetProfile(Profile* profile) noexcept {
  if (impl_ == nullptr) return;
  if (profile != nullptr) ++profile->transactions;
  impl_->in.profile = profile;
}

void Transaction::SetEntities(EntityStore* entities) noexcept {
  if (impl_ != nullptr) impl_->logic.SetEntities(entities);
}

void Transaction::SetClientNetwork(const ClientNetwork& network) noexcept {
  if (impl_ != nullptr) impl_->logic.SetNetwork(network);
}

const PendingClaim& Transaction::pending() const noexcept {
  static const PendingClaim kNone;
  return impl_ == nullptr ? kNone : impl_->logic.pending();
}

Verdict Transaction::Resume(const ClaimResult& answer) noexcept {
  if (impl_ == nullptr) return WithoutMemory(overlay_.compiled());
  if (impl_->in.verdict.pending) {
    impl_->in.verdict.pending = false;
    impl_->Guarded([&] { impl_->logic.Resume(answer); });
  }
  return CurrentVerdict(impl_->in);
}

std::span<const BodyEdit> Transaction::response_edits() const noexcept {
  if (impl_ == nullptr || impl_->in.decided) return {};
  return impl_->logic.edits();
}

Verdict Transaction::OnGate(const RequestView& request) noexcept {
  if (impl_ == nullptr) return WithoutMemory(overlay_.compiled());
  Inspection& in = impl_->in;
  if (!in.Settled()) {
    impl_->Guarded([&] {
      in.request = request;
      CheckHeaderLimits(in, request);
    });
  }
  return CurrentVerdict(in);
}

Verdict Transaction::OnRequestHeaders(const RequestView& request) noexcept {
  if (impl_ == nullptr) return WithoutMemory(overlay_.compiled());
  Inspection& in = impl_->in;
  if (!in.Settled() && !in.started) {
    in.started = true;
    impl_->Guarded([&] { ReadRequest(in, request); });
    impl_->Guarded([&] { RunPhase(in, Phase::kRequestHeaders); });
    impl_->ReachLogic(LogicStage::kRequestHeaders);
  }
  return CurrentVerdict(in);
}

bool Transaction::WantsRequestBody() const noexcept {
  if (impl_ == nullptr) return false;
  const Inspection& in = impl_->in;
  return in.started && !in.Settled() && !in.request_allowed && in.body.access;
}

Verdict Transaction::OnRequestBodyChunk(std::string_view chunk) noexcept {
  if (impl_ == nullptr) return WithoutMemory(overlay_.compiled());
  Inspection& in = impl_->in;
  if (WantsRequestBody()) impl_->Guarded([&] { FeedBody(in, chunk); });
  return CurrentVerdict(in);
}

void Transaction::OnRequestBodyUnreadable() noexcept {
  if (!WantsRequestBody()) return;
  impl_->in.body.unread = true;
  Degrade(impl_->in, DegradedReason::kRequestBodyUnread);
}

Verdict Transaction::OnRequestBodyEnd() noexcept {
  if (impl_ == nullptr) return WithoutMemory(overlay_.compiled());
  Inspection& in = impl_->in;
  if (in.started && !in.Settled()) {
    impl_->Guarded([&] { FinishBody(in); });
    impl_->Guarded([&] { RunPhase(in, Phase::kRequestBody); });
    impl_->ReachLogic(LogicStage::kRequestBody);
  }
  return CurrentVerdict(in);
}

Verdict Transaction::OnResponseHeaders(const ResponseView& response) noexcept {
  if (impl_ == nullptr) return WithoutMemory(overlay_.compiled());
  Inspection& in = impl_->in;
  if (in.started && !in.Settled() && in.response.status == 0) {
    in.phase = Phase::kResponseHeaders;
    impl_->Guarded([&] { ReadResponse(in, response); });
    impl_->ReachLogic(LogicStage::kResponseHeaders);
    impl_->Guarded([&] { RunPhase(in, Phase::kResponseHeaders); });
  }
  return CurrentVerdict(in);
}

bool Transaction::WantsResponseBody() const noexcept {
  return impl_ != nullptr && impl_->in.response.wants_body && !impl_->in.Settled();
}

Verdict Transaction::OnResponseBodyChunk(std::string_view chunk) noexcept {
  if (impl_ == nullptr) return WithoutMemory(overlay_.compiled());
  Inspection& in = impl_->in;
  if (!in.Settled()) impl_->Guarded([&] { FeedResponse(in, chunk); });
  return CurrentVerdict(in);
}

Verdict Transaction::OnResponseBodyEnd() noexcept {
  if (impl_ == nullptr) return WithoutMemory(overlay_.compiled());
  Inspection& in = impl_->in;
  if (in.started && !in.Settled()) {
    in.phase = Phase::kResponseBody;
    impl_->ReachLogic(LogicStage::kResponseBody);
    impl_->Guarded([&] { RunPhase(in, Phase::kResponseBody); });
    in.response.wants_body = false;
  }
  return CurrentVerdict(in);
}

const Event& Transaction::Finish(uint16_t status, bool enforced) noexcept {
  if (impl_ == nullptr) return EventWithoutMemory(overlay_.compiled(), enforced);
  Inspection& in = impl_->in;
  if (in.finished) return in.event;
  if (impl_->logic.active()) impl_->Guarded([&] { impl_->logic.End(); });
  if (in.started && in.mode != Mode::kOff) {
    const Phase reached = in.phase;
    if (status != 0) in.response.status = status;
    impl_->Guarded([&] { ListFiles(in); });
    impl_->Guarded([&] { RunPhase(in, Phase::kLogging); });
    in.phase = reached;
  }
  in.finished = true;
  in.event.response_status = status;
  in.event.enforced = enforced && in.decided;
  impl_->UpdateEvent();
  return in.event;
}

const Event& Transaction::event() const noexcept {
  if (impl_ == nullptr) return EventWithoutMemory(overlay_.compiled(), false);
  if (!impl_->in.finished) impl_->UpdateEvent();
  return impl_->in.event;
}

void Transaction::Impl::UpdateEvent() noexcept {
  Event& event = in.event;
  event.time_us = in.arrived_unix_us;
  event.id = in.request.unique_id;
  event.request = &in.request;
  event.request_body_bytes = in.body.bytes;
  event.mode = in.overlay.mode;
  event.verdict = CurrentVerdict(in);
  event.phase = event.verdict.Blocks() || event.verdict.would_block ? in.verdict_phase : in.phase;
  event.score = in.score;
  event.response_score = in.response_score;
  event.threshold = in.overlay.threshold;
  event.response_threshold = in.overlay.response_threshold;
  event.matches = in.matches;
  event.matches_left_out = in.matches_left_out;
  event.masked = in.masked;
  event.audit.engine = in.audit_engine;
  event.audit.parts = in.audit_parts;
  event.audit.request_body = std::string_view(in.body.raw);
  event.audit.response_protocol = in.response.protocol;
  event.audit.response_headers = in.response.headers;
  event.audit.response_body = std::string_view(in.response.body);
  event.audit.files = in.files;
  event.degraded = in.degraded;
  event.ruleset_hash = in.rules.hash;
  event.inspection_time_us = static_cast<uint64_t>(in.spent_us);
  event.worth_logging = event.verdict.Blocks() || event.verdict.would_block ||
                        !in.matches.empty() || in.matches_left_out != 0 || in.degraded.Any();
}

}  // namespace rasp
