// SPDX-License-Identifier: Apache-2.0
// Whatever a request holds, a line of ModSecurity's is one line of printable ASCII in which nothing
// forges a field, a record in JSON is JSON of one line, and a native record has its own parts only.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/audit.h"
#include "rasp/event.h"

namespace {

using namespace rasp;

void Require(bool holds) {
  if (!holds) std::abort();
}

size_t Count(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

void CheckLine(const std::string& line) {
  for (const char c : line) Require(c >= 0x20 && c < 0x7f);
  // A value may hold `] [id ` up to the quote that ends it, but what follows that is never a value.
  size_t ids = 0;
  for (char digit = '0'; digit <= '9'; ++digit) ids += Count(line, std::string("[id \"") + digit);
  Require(ids == 1);
}

void CheckRecord(const Event& event, AuditLogFormat format) {
  EngineSettings settings;
  settings.audit_log.format = format;
  settings.audit_log.storage_dir = "/store";
  const Result<ModsecAuditLog> log = ModsecAuditLog::Make(settings);
  Require(static_cast<bool>(log));
  std::string record;
  log->AppendRecord(event, {"product", "server", "Zq8Zq8Zq", 0, true}, record);
  if (format == AuditLogFormat::kJson) {
    Require(!nlohmann::json::parse(record, nullptr, false).is_discarded());
    Require(record.find('\n') == record.size() - 1);
  } else {
    Require(Count(record, "---Zq8Zq8Zq---") <= 12);
  }
  const std::string path = log->PathOf(event);
  Require(path.starts_with("/store/") && Count(path, "/") == 4);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::vector<char> exact(data + 1, data + size);
  const std::string_view all(exact.data(), exact.size());
  // The boundary is the host's secret, so no input knows it.
  if (all.find("Zq8Zq8Zq") != all.npos) return 0;
  const size_t half = all.size() / 2;
  const std::string_view first = all.substr(0, half);
  const std::string_view second = all.substr(half);
  const bool redact = (data[0] & 1) != 0;

  RuleInfo rule;
  rule.id = 1;
  rule.file = "/rules.conf";
  RuleMatch match;
  match.rule = &rule;
  match.target = "ARGS:a";
  match.operator_name = "rx";
  match.operator_argument = "x";
  match.value = match.original = match.message = first;
  match.log_data = second;
  const std::array<HeaderField, 2> headers = {{{"Host", first}, {second, first}}};
  const std::array<Masked, 2> masked = {
      {{Masked::Kind::kArgument, first.substr(0, 8), "", 0, 0},
       {Masked::Kind::kMatched, "ARGS:a", second.substr(0, 8), data[0] % 3u, 1}}};
  const std::array<UploadedFile, 1> files = {{{first, second, first, 1}}};

  RequestView request;
  request.method = "GET";
  request.target = all;
  request.protocol = second;
  request.headers = headers;
  Event event;
  event.id = first;
  event.request = &request;
  event.matches = {&match, 1};
  event.audit.parts = "ABCDEFGHIJKZ";
  event.audit.request_body = event.audit.response_body = all;
  event.audit.response_headers = headers;
  if ((data[0] & 2) != 0) event.masked = masked;
  if ((data[0] & 4) != 0) event.audit.files = files;

  for (const ModsecMessage& message : ModsecMessages(event)) {
    std::string line;
    AppendModsecLine(event, message, {redact, 0}, line);
    CheckLine(line);
  }
  CheckRecord(event, AuditLogFormat::kNative);
  CheckRecord(event, AuditLogFormat::kJson);
  return 0;
}
