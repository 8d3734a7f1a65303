// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ngx.h"

namespace rasp {

// A file that events, or records of ModSecurity's audit log, go to. nginx opens it in the master,
// so its rights and owner are nginx's business, and opens it again at USR1.
struct EventLog {
  ngx_open_file_t* file;
  uint16_t index;  // among the cycle's logs
  bool is_open;    // the worker's writer has this file's descriptor
  uint32_t mode;   // of the file; 0: as nginx creates its logs
};

// The log at `path`, one object however often it is named; nullptr after a message.
EventLog* OpenEventLog(ngx_conf_t* cf, ngx_str_t path, ngx_array_t& logs);

// The same for an audit log.
struct AuditFileOf {
  ngx_str_t path;  // with a NUL behind it
  uint32_t mode;
};
EventLog* OpenAuditFile(ngx_conf_t* cf, const AuditFileOf& file, ngx_array_t& logs);

// Gives the files that nginx has opened the modes that were asked for. For the master, which owns
// them.
void SetFileModes(const ngx_array_t& logs);

}  // namespace rasp
