// SPDX-License-Identifier: Apache-2.0
#include "modsec_log.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <string>

#include "adapt.h"
#include "event_sink.h"
#include "guarded.h"
#include "rasp/audit.h"

namespace rasp {
namespace {

// nginx cuts a line at 2048 bytes, its own beginning and end included.
constexpr std::size_t kMaxErrorLine = 1800;

constexpr std::string_view kProduct = "ngx-rasp v" RASP_VERSION;

// The levels are ModSecurity-nginx's: warnings are for who looks, refusals for every log.
ngx_uint_t LevelOf(const ModsecMessage& message) {
  return message.denies ? NGX_LOG_ERR : NGX_LOG_INFO;
}

void WriteErrorLine(ngx_http_request_t* r, const Event& event, const ModsecMessage& message,
                    const ModsecText& text) {
  ngx_log_t* const log = r->connection->log;
  if (log->log_level < LevelOf(message)) return;
  std::string line;
  if (message.denies) line.append("[client ").append(event.request->client.address).append("] ");
  AppendModsecLine(event, message, text, line);
  ngx_log_error(LevelOf(message), log, 0, "%*s", line.size(), line.data());
}

void WriteErrorLines(ngx_http_request_t* r, const LocationConf& conf, const Event& event) {
  ModsecText text;
  text.redact = conf.audit_redact == 1;
  text.max_bytes = kMaxErrorLine;
  char* const action = r->connection->log->action;
  r->connection->log->action = nullptr;  // "while logging request" is no news
  for (const ModsecMessage& message : ModsecMessages(event)) {
    WriteErrorLine(r, event, message, text);
  }
  r->connection->log->action = action;
}

// Eight letters and digits that no client can foresee, so that a body cannot end its part.
std::array<char, 8> MakeBoundary() {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::array<unsigned char, 8> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(ngx_random());
  }
  std::array<char, 8> text{};
  std::transform(bytes.begin(), bytes.end(), text.begin(),
                 [&](unsigned char byte) { return kAlphabet[byte % kAlphabet.size()]; });
  return text;
}

uint64_t BodyBytesSent(ngx_http_request_t* r) {
  const off_t sent = r->connection->sent - static_cast<off_t>(r->header_size);
  return sent > 0 ? static_cast<uint64_t>(sent) : 0;
}

std::string Absolute(std::string path) {
  if (!path.starts_with('/')) {
    path.insert(0, ViewOf(const_cast<const ngx_cycle_t*>(ngx_cycle)->prefix));
  }
  return path;
}

void WriteAudit(const LocationConf& conf, const Event& event, const AuditHost& host) {
  const AuditLogSettings& settings = conf.audit->settings();
  std::string record;
  conf.audit->AppendRecord(event, host, record);
  if (settings.type != AuditLogType::kConcurrent) {
    record.pop_back();  // the writer ends each record
    WriteAuditRecord(*conf.audit_file, record);
    return;
  }
  AuditFile file;
  file.path = Absolute(conf.audit->PathOf(event));
  file.file_mode = settings.file_mode.value_or(file.file_mode);
  file.dir_mode = settings.dir_mode.value_or(file.dir_mode);
  WriteAuditFile(file, record);
  if (conf.audit_file == nullptr) return;
  std::string line;
  conf.audit->AppendIndexLine(event, host, record, line);
  WriteAuditRecord(*conf.audit_file, line);
}

void Audit(ngx_http_request_t* r, const LocationConf& conf, Event event) {
  if (conf.audit == nullptr || !conf.audit->Wants(event)) return;
  // nginx's own answers, error pages among them, are not shown to the engine.
  ResponseView response;
  if (event.audit.response_headers.empty() && event.response_status != 0 &&
      ViewResponse(r, response)) {
    event.audit.response_headers = response.headers;
  }
  const std::array<char, 8> boundary = MakeBoundary();
  AuditHost host;
  host.product = kProduct;
  host.server_id = ViewOf(const_cast<const ngx_cycle_t*>(ngx_cycle)->hostname);
  host.boundary = {boundary.data(), boundary.size()};
  host.response_bytes = BodyBytesSent(r);
  host.redact = conf.audit_redact == 1;
  WriteAudit(conf, event, host);
}

}  // namespace

void WriteModsecLogs(ngx_http_request_t* r, const LocationConf& conf, const Event& event) noexcept {
  Guarded(r->connection->log, false, [&] {
    if (event.request == nullptr) return false;
    if (conf.WritesErrorLog()) WriteErrorLines(r, conf, event);
    Audit(r, conf, event);
    return true;
  });
}

}  // namespace rasp
