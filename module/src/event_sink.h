// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "counters.h"
#include "event_log.h"

namespace rasp {

// The way of events from a worker's event loop to their files: a bounded queue and one thread that
// writes, so that a slow or full disk never holds up a request. One for each worker process,
// between Start and Stop, since a thread does not survive nginx's fork.
// `audits`: records of ModSecurity's audit log come too, which are larger.
void StartEventSink(ngx_cycle_t* cycle, Counters& counters, bool audits) noexcept;
void StopEventSink() noexcept;  // writes what is queued

// Queues one record, which gets its newline when it is written. If the queue is full the record is
// dropped and counted; the log says how many were, once it can.
void WriteEvent(EventLog& log, std::string_view record) noexcept;

// The same for a record of ModSecurity's audit log, which may have several lines.
void WriteAuditRecord(EventLog& log, std::string_view record) noexcept;

// A file of its own for one record. The writer creates the last two directories of its path if need
// be (a day's and a minute's), not those above them.
struct AuditFile {
  std::string path;
  uint32_t file_mode = 0640;
  uint32_t dir_mode = 0750;
};
void WriteAuditFile(const AuditFile& file, std::string_view record) noexcept;

// The writer finishes what is queued for `log`, then closes its descriptor; the next record opens
// it again.
void CloseInWriter(EventLog& log) noexcept;

}  // namespace rasp
