// SPDX-License-Identifier: Apache-2.0
#include "event_sink.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
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
// Room for a record with two bodies of which every byte is escaped.
constexpr std::size_t kAuditQueueBytes = 4 << 20;

enum Kind : uint16_t { kRecord, kAuditRecord, kAuditFile, kOpen, kClose };

// What precedes the path and the record of a kAuditFile.
struct FileHead {
  uint32_t path_size;
  uint32_t file_mode;
  uint32_t dir_mode;
};

constexpr time_t kFailureReportSeconds = 60;

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
  EventSink(ngx_cycle_t* cycle, Counters& counters, bool audits)
      : hostname_(ViewOf(cycle->hostname)),
        counters_(counters),
        ring_(audits ? kAuditQueueBytes : kQueueBytes) {
    StartThread();
  }

  ~EventSink() {
    stopping_.store(true, std::memory_order_release);
    Wake();
    if (thread_.joinable()) thread_.join();
  }

  void Record(EventLog& log, std::string_view record) {
    ReportFailure();
    if (!EnsureOpen(log) || !Push(log, kRecord, record)) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      Add(counters_.events_dropped);
    }
  }

  void AuditRecord(EventLog& log, std::string_view record) {
    ReportFailure();
    if (!EnsureOpen(log) || !Push(log, kAuditRecord, record)) Add(counters_.audit_dropped);
  }

  void File(const AuditFile& file, std::string_view record) {
    ReportFailure();
    const FileHead head = {static_cast<uint32_t>(file.path.size()), file.file_mode, file.dir_mode};
    std::string payload(reinterpret_cast<const char*>(&head), sizeof(head));
    payload.append(file.path).append(record);
    if (!Push({nullptr, 0, false, 0}, kAuditFile, payload)) Add(counters_.audit_dropped);
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
    if (log.mode != 0) fchmod(fd, log.mode);  // works once nginx has opened it again for the worker
    log.is_open = Push(log, kOpen, {reinterpret_cast<const char*>(&fd), sizeof(fd)});
    if (!log.is_open) close(fd);
    return log.is_open;
  }

  // The writer must not log by itself: nginx's log is for its own thread.
  void ReportFailure() {
    const int failure = failure_.load(std::memory_order_relaxed);
    if (failure == 0 || ngx_time() < next_report_) return;
    failure_.store(0, std::memory_order_relaxed);
    next_report_ = ngx_time() + kFailureReportSeconds;
    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, failure,
                  "rasp: event or audit log records are lost, writing them fails; rasp_status "
                  "counts them");
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
      case kAuditFile:
        CountAudit(WriteFile(payload));
        break;
      case kAuditRecord:
        CountAudit(sinks_.at(frame.log)->Write(payload));
        break;
      default:
        Append(*sinks_.at(frame.log), payload);
    }
  }

  void CountAudit(bool written) {
    if (!written) failure_.store(errno, std::memory_order_relaxed);
    Add(written ? counters_.audit_written : counters_.audit_failed);
  }

  // Both may be there already; what else is wrong, opening the file says.
  static void MakeDirectories(const std::string& path, mode_t mode) {
    const std::size_t minute = path.rfind('/');
    const std::size_t day = minute == 0 ? 0 : path.rfind('/', minute - 1);
    for (const std::size_t end : {day, minute}) {
      const std::string directory = path.substr(0, end);
      if (mkdir(directory.c_str(), mode) == 0) chmod(directory.c_str(), mode);
    }
  }

  static bool WriteFile(const std::string& payload) {
    FileHead head{};
    std::memcpy(&head, payload.data(), sizeof(head));
    const std::string path = payload.substr(sizeof(head), head.path_size);
    const std::string_view record = std::string_view(payload).substr(sizeof(head) + head.path_size);
    constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(path.c_str(), kFlags, head.file_mode);
    if (fd == -1 && errno == ENOENT) {
      MakeDirectories(path, head.dir_mode);
      fd = open(path.c_str(), kFlags, head.file_mode);
    }
    if (fd == -1) return false;
    fchmod(fd, head.file_mode);
    const bool written =
        write(fd, record.data(), record.size()) == static_cast<ssize_t>(record.size());
    const int failure = errno;
    close(fd);
    errno = failure;
    return written;
  }

  void Append(AppendSink& sink, const std::string& record) {
    if (!sink.Write(record)) {
      failure_.store(errno, std::memory_order_relaxed);
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
  std::atomic<int> failure_{0};                            // errno of the last one; 0: none
  time_t next_report_ = 0;                                 // not before then; the event loop's
  uint64_t failed_ = 0;                                    // the same; the writer's
  std::map<uint16_t, std::unique_ptr<AppendSink>> sinks_;  // the writer's
  std::thread thread_;
};

EventSink* worker_sink;

}  // namespace

void StartEventSink(ngx_cycle_t* cycle, Counters& counters, bool audits) noexcept {
  worker_sink = Guarded<EventSink*>(cycle->log, nullptr,
                                    [&] { return new EventSink(cycle, counters, audits); });
}

void StopEventSink() noexcept {
  delete worker_sink;
  worker_sink = nullptr;
}

void WriteEvent(EventLog& log, std::string_view record) noexcept {
  if (worker_sink != nullptr) worker_sink->Record(log, record);
}

void WriteAuditRecord(EventLog& log, std::string_view record) noexcept {
  if (worker_sink != nullptr) worker_sink->AuditRecord(log, record);
}

void WriteAuditFile(const AuditFile& file, std::string_view record) noexcept {
  Guarded(ngx_cycle->log, false, [&] {
    if (worker_sink != nullptr) worker_sink->File(file, record);
    return true;
  });
}

void CloseInWriter(EventLog& log) noexcept {
  if (worker_sink != nullptr) worker_sink->Close(log);
}

}  // namespace rasp
