// SPDX-License-Identifier: Apache-2.0
#include "event_sink.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "byte_ring.h"
#include "guarded.h"

namespace rasp {
namespace {

constexpr std::size_t kQueueBytes = 1 << 20;

enum Kind : uint16_t { kRecord, kOpen, kClose };

// Appends each record with one write(2), so that lines of several workers never interleave. Owns
// its descriptor.
class AppendSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit AppendSink(int fd) : fd_(fd) {
    set_formatter_(std::make_unique<spdlog::pattern_formatter>("%v"));
  }
  ~AppendSink() override { close(fd_); }

  bool Write(std::string_view record) {
    log(spdlog::details::log_msg({}, spdlog::level::info, {record.data(), record.size()}));
    return !failed_;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    if (torn_) line.push_back('\n');  // what was left of a record must not swallow this one
    formatter_->format(message, line);
    const ssize_t written = write(fd_, line.data(), line.size());
    failed_ = written != static_cast<ssize_t>(line.size());
    torn_ = failed_ ? torn_ || written > 0 : false;
  }
  void flush_() override {}

  int fd_;
  bool failed_ = false;
  bool torn_ = false;
};

class EventSink {
 public:
  EventSink(ngx_cycle_t* cycle, Counters& counters)
      : hostname_(ViewOf(cycle->hostname)), counters_(counters), ring_(kQueueBytes) {
    StartThread();
  }

  ~EventSink() {
    stopping_.store(true, std::memory_order_release);
    Wake();
    if (thread_.joinable()) thread_.join();
  }

  void Record(EventLog& log, std::string_view record) {
    if (!EnsureOpen(log) || !Push(log, kRecord, record)) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      Add(counters_.events_dropped);
    }
  }

  void Close(EventLog& log) {
    if (log.is_open && Push(log, kClose, {})) log.is_open = false;
  }

 private:
  // nginx's signals are for its own thread.
  void StartThread() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    try {
      thread_ = std::thread([this] { Run(); });
    } catch (...) {
      pthread_sigmask(SIG_SETMASK, &before, nullptr);
      throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  bool Push(const EventLog& log, Kind kind, std::string_view payload) {
    if (!ring_.Push({static_cast<uint32_t>(payload.size()), log.index, kind}, payload))
      return false;
    Wake();
    return true;
  }

  // A descriptor of the writer's own: nginx closes its one when it likes.
  bool EnsureOpen(EventLog& log) {
    if (log.is_open) return true;
    const int fd = fcntl(log.file->fd, F_DUPFD_CLOEXEC, 0);
    if (fd == -1) return false;
    log.is_open = Push(log, kOpen, {reinterpret_cast<const char*>(&fd), sizeof(fd)});
    if (!log.is_open) close(fd);
    return log.is_open;
  }

  void Wake() {
    signal_.fetch_add(1, std::memory_order_release);
    signal_.notify_one();
  }

  // From here on: the writer's thread.

  void Run() {
    RingFrame frame{};
    std::string payload;
    for (;;) {
      const uint32_t seen = signal_.load(std::memory_order_acquire);
      const bool last_round = stopping_.load(std::memory_order_acquire);
      while (ring_.Pop(frame, payload)) Handle(frame, payload);
      if (last_round) return;
      signal_.wait(seen, std::memory_order_acquire);
    }
  }

  void Handle(const RingFrame& frame, const std::string& payload) {
    switch (frame.kind) {
      case kOpen: {
        int fd = -1;
        std::memcpy(&fd, payload.data(), sizeof(fd));
        sinks_[frame.log] = std::make_unique<AppendSink>(fd);
        break;
      }
      case kClose:
        sinks_.erase(frame.log);
        break;
      default:
        Append(*sinks_.at(frame.log), payload);
    }
  }

  void Append(AppendSink& sink, const std::string& record) {
    if (!sink.Write(record)) {
      failed_ += 1;
      Add(counters_.events_failed);
      return;
    }
    Add(counters_.events_written);
    const uint64_t dropped = dropped_.exchange(0, std::memory_order_relaxed);
    if (dropped + failed_ == 0) return;
    if (sink.Write(LossRecord(dropped, failed_))) {
      failed_ = 0;
    } else {
      dropped_.fetch_add(dropped, std::memory_order_relaxed);
    }
  }

  // Says in the log itself that it is not complete.
  std::string LossRecord(uint64_t dropped, uint64_t failed) const {
    char time[32];
    const time_t now = ::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &utc);
    const nlohmann::json record = {
        {"@timestamp", time},
        {"ecs", {{"version", "8.11.0"}}},
        {"event",
         {{"kind", "pipeline_error"},
          {"category", {"web"}},
          {"type", {"error"}},
          {"action", "dropped"},
          {"module", "rasp"},
          {"dataset", "rasp.log"}}},
        {"observer", {{"hostname", hostname_}, {"product", "ngx-rasp"}, {"version", RASP_VERSION}}},
        {"rasp", {{"dropped", {{"queue_full", dropped}, {"write_failed", failed}}}}}};
    return record.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  }

  std::string hostname_;
  Counters& counters_;
  ByteRing ring_;
  std::atomic<uint32_t> signal_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> dropped_{0};                       // since the log last said so
  uint64_t failed_ = 0;                                    // the same; the writer's
  std::map<uint16_t, std::unique_ptr<AppendSink>> sinks_;  // the writer's
  std::thread thread_;
};

EventSink* worker_sink;

}  // namespace

void StartEventSink(ngx_cycle_t* cycle, Counters& counters) noexcept {
  worker_sink =
      Guarded<EventSink*>(cycle->log, nullptr, [&] { return new EventSink(cycle, counters); });
}

void StopEventSink() noexcept {
  delete worker_sink;
  worker_sink = nullptr;
}

void WriteEvent(EventLog& log, std::string_view record) noexcept {
  if (worker_sink != nullptr) worker_sink->Record(log, record);
}

void CloseInWriter(EventLog& log) noexcept {
  if (worker_sink != nullptr) worker_sink->Close(log);
}

}  // namespace rasp
