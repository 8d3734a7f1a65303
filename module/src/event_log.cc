// SPDX-License-Identifier: Apache-2.0
#include "event_log.h"

#include <span>

#include "event_sink.h"
#include "guarded.h"

namespace rasp {
namespace {

constexpr ngx_uint_t kMaxLogs = 65535;

// nginx calls this before it opens the file again.
void OnReopen(ngx_open_file_t* file, ngx_log_t*) noexcept {
  CloseInWriter(*static_cast<EventLog*>(file->data));
}

}  // namespace

EventLog* OpenEventLog(ngx_conf_t* cf, ngx_str_t path, ngx_array_t& logs) {
  ngx_open_file_t* const file = ngx_conf_open_file(cf->cycle, &path);
  if (file == nullptr) return nullptr;
  for (EventLog* const log : std::span(static_cast<EventLog**>(logs.elts), logs.nelts)) {
    if (log->file == file) return log;
  }
  if (file->flush != nullptr || logs.nelts == kMaxLogs) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "log \"%V\": the file is used by another log", &path);
    return nullptr;
  }
  auto* const log = static_cast<EventLog*>(ngx_pcalloc(cf->pool, sizeof(EventLog)));
  auto** const slot = static_cast<EventLog**>(ngx_array_push(&logs));
  if (log == nullptr || slot == nullptr) return nullptr;
  *log = {file, static_cast<uint16_t>(logs.nelts - 1), false, 0};
  *slot = log;
  file->flush = OnReopen;
  file->data = log;
  return log;
}

EventLog* OpenAuditFile(ngx_conf_t* cf, const AuditFileOf& file, ngx_array_t& logs) {
  EventLog* const log = OpenEventLog(cf, file.path, logs);
  if (log != nullptr) log->mode = file.mode;
  return log;
}

void SetFileModes(const ngx_array_t& logs) {
  for (EventLog* const log : std::span(static_cast<EventLog**>(logs.elts), logs.nelts)) {
    if (log->mode != 0) fchmod(log->file->fd, log->mode);
  }
}

}  // namespace rasp
