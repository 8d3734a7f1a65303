// SPDX-License-Identifier: Apache-2.0
#include "offload.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "adapt.h"
#include "counters.h"
#include "request_context.h"

namespace rasp {

Verdict InspectBuffers(RequestContext& ctx, const ngx_chain_t* buffers) noexcept {
  for (; buffers != nullptr; buffers = buffers->next) {
    const std::string_view bytes = BytesOf(*buffers->buf);
    if (!bytes.empty()) {
      const Verdict verdict = ctx.tx.OnRequestBodyChunk(bytes);
      if (verdict.Blocks()) return verdict;
    }
    if (!buffers->buf->last_buf) continue;
    ctx.judged = true;
    ctx.judgement = ctx.tx.OnRequestBodyEnd();
    return ctx.judgement;
  }
  return {};
}

Verdict InspectArrived(RequestContext& ctx) noexcept {
  if (ctx.offload.state.load(std::memory_order_relaxed) == Offload::kDone) {
    ctx.offload.state.store(Offload::kIdle, std::memory_order_relaxed);
    if (ctx.offload.verdict.Blocks()) return ctx.offload.verdict;
  }
  return InspectBuffers(ctx, std::exchange(ctx.arrived, nullptr));
}

#if (NGX_THREADS)

namespace {

// Inspection must not compete with the event loop for a processor: short requests wait on that.
constexpr int kNiceness = 10;

void Finish(RequestContext& ctx) {
  Offload& offload = ctx.offload;
  ctx.clock.EnterThread();
  offload.verdict = InspectBuffers(ctx, offload.work);
  ctx.clock.LeaveThread();
  offload.state.store(Offload::kDone, std::memory_order_release);
}

bool TakeOver(Offload& offload) {
  uint32_t expected = Offload::kQueued;
  return offload.state.compare_exchange_strong(expected, Offload::kRunning,
                                               std::memory_order_acq_rel);
}

// In the pool's thread. The task's memory is the request's, which stays until the task is back.
void Run(void* data, ngx_log_t*) noexcept {
  RequestContext& ctx = **static_cast<RequestContext**>(data);
  if (!TakeOver(ctx.offload)) return;
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNiceness);
  Finish(ctx);
  ctx.offload.state.notify_one();
}

// In the event loop. A request that was ended meanwhile was left standing for the task's sake.
void OnReturn(ngx_event_t* event) noexcept {
  auto* const r = static_cast<ngx_http_request_t*>(event->data);
  ngx_connection_t* const c = r->connection;
  RequestContext& ctx = *FindContext(r);
  ngx_http_set_log_request(c->log, r);
  ctx.offload.posted = false;
  ctx.memory.SetThreaded(false);
  r->main->blocked--;
  if (c->error) {
    ngx_http_finalize_request(r, NGX_ERROR);
  } else {
    r->read_event_handler(r);
    ngx_http_finalize_request(r, NGX_DONE);  // gives back the task's reference
  }
  ngx_http_run_posted_requests(c);
}

ngx_thread_task_t* TaskOf(ngx_http_request_t* r, RequestContext& ctx) {
  if (ctx.offload.task == nullptr) {
    ctx.offload.task = ngx_thread_task_alloc(r->pool, sizeof(RequestContext*));
    if (ctx.offload.task == nullptr) return nullptr;
    *static_cast<RequestContext**>(ctx.offload.task->ctx) = &ctx;
    ctx.offload.task->handler = Run;
    ctx.offload.task->event.data = r;
    ctx.offload.task->event.handler = OnReturn;
  }
  return ctx.offload.task;
}

void ReportOverflow(ngx_http_request_t* r) {
  static bool reported = false;  // once a worker: nginx has a line of its own for each
  Add(CountersOf(MainConfOf(r).counters).pool_overflows);
  if (reported) return;
  reported = true;
  ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                "rasp: the thread pool's queue is full; bodies are inspected on the event loop, "
                "rasp_status counts them");
}

}  // namespace

bool MayOffload(const RequestContext& ctx, off_t body_bytes) {
  // libmodsecurity is not asked to run in threads that it did not see the request begin in.
  if (ctx.conf->pool == nullptr || ctx.modsec != nullptr) return false;
  return body_bytes < 0 || body_bytes > static_cast<off_t>(ctx.conf->offload_bytes);
}

bool Post(ngx_http_request_t* r, RequestContext& ctx, ngx_chain_t* buffers) noexcept {
  // A task that was taken back by Join() is still in the pool's queue.
  if (ctx.offload.posted) return false;
  ngx_thread_task_t* const task = TaskOf(r, ctx);
  if (task == nullptr) return false;
  ctx.offload.work = buffers;
  ctx.memory.SetThreaded(true);
  ctx.offload.state.store(Offload::kQueued, std::memory_order_release);
  if (ngx_thread_task_post(ctx.conf->pool, task) != NGX_OK) {
    ctx.memory.SetThreaded(false);
    ctx.offload.state.store(Offload::kIdle, std::memory_order_relaxed);
    ctx.offload.work = nullptr;
    ReportOverflow(r);
    return false;
  }
  ctx.offload.posted = true;
  r->main->count++;
  r->main->blocked++;
  Add(CountersOf(MainConfOf(r).counters).offloaded);
  return true;
}

void Join(RequestContext& ctx) noexcept {
  Offload& offload = ctx.offload;
  if (offload.state.load(std::memory_order_acquire) == Offload::kIdle) return;
  if (TakeOver(offload)) Finish(ctx);
  offload.state.wait(Offload::kRunning, std::memory_order_acquire);
  ctx.memory.SetThreaded(false);
}

#else

bool MayOffload(const RequestContext&, off_t) { return false; }
bool Post(ngx_http_request_t*, RequestContext&, ngx_chain_t*) noexcept { return false; }
void Join(RequestContext&) noexcept {}

#endif

}  // namespace rasp
