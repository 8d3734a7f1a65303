// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/event.h"
#include "rasp/result.h"
#include "rasp/settings.h"

namespace rasp {

// Who writes the event, for ECS `observer.*`.
struct Observer {
  std::string_view hostname;
  std::string_view version;
};

// Appends the event as one line of JSON without the newline, ECS 8 field names and `rasp.*` for
// what ECS has no name for; schema in rulesets/schema/event.schema.json. Values that look secret,
// by their parameter's name or by their own shape, are replaced before anything is appended; bytes
// that are not UTF-8 are escaped, never dropped.
void AppendEcsJson(const Event& event, const Observer& observer, std::string& out);

// The same line of an event that two engines came to, with `event.action` "compare" and what they
// differ in under `rasp.comparison`. REQUIRES: event.comparison.
void AppendComparisonJson(const Event& event, const Observer& observer, std::string& out);

// ModSecurity's way of telling a match, for log parsers and fail2ban filters that read it.
struct ModsecMessage {
  const RuleMatch* match = nullptr;  // nullptr: no rule, but the score or a limit decided
  bool denies = false;               // it is why the request was refused
};

// One message for each rule that matched and is to be logged, in order, and one for a refusal that
// no rule decided. They point into the event.
std::vector<ModsecMessage> ModsecMessages(const Event& event);

// How much of it is written down.
struct ModsecText {
  bool redact = true;    // secrets are replaced; what rules want masked is replaced in any case
  size_t max_bytes = 0;  // of one line: tags are left out beyond that; 0: no bound
};

// Appends "ModSecurity: Warning. Matched ..." or "ModSecurity: Access denied with code 403 ...", as
// libmodsecurity 3 words it: one line of printable ASCII without its end. Other bytes, and quotes
// within quotes, are \xHH.
void AppendModsecLine(const Event& event, const ModsecMessage& message, const ModsecText& text,
                      std::string& out);

// What the audit log tells of the host.
struct AuditHost {
  std::string_view product;    // "ngx-rasp v1.2.3"
  std::string_view server_id;  // the same for all records of a server
  std::string_view boundary;   // of the native format: letters and digits nobody can guess
  uint64_t response_bytes = 0;
  bool redact = true;
};

// ModSecurity's audit log, as a ruleset's SecAudit* directives want it. Immutable.
class ModsecAuditLog {
 public:
  // Fails with a text if SecAuditLogRelevantStatus is no regular expression.
  static Result<ModsecAuditLog> Make(const EngineSettings& settings);
  ~ModsecAuditLog();
  ModsecAuditLog(ModsecAuditLog&&) noexcept;
  ModsecAuditLog& operator=(ModsecAuditLog&&) noexcept;

  // The transaction is to be logged: its audit engine is on, or it is relevant by its status or by
  // a rule that matched.
  bool Wants(const Event& event) const;
  // Appends the transaction as one record, which ends in a line break.
  void AppendRecord(const Event& event, const AuditHost& host, std::string& out) const;

  // For the concurrent type: each record is a file of its own under SecAuditLogStorageDir, and a
  // line in SecAuditLog, without its end, says which.
  std::string PathOf(const Event& event) const;
  void AppendIndexLine(const Event& event, const AuditHost& host, std::string_view record,
                       std::string& out) const;

  const AuditLogSettings& settings() const;

 private:
  struct Impl;
  explicit ModsecAuditLog(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

// A value as it may be written down: secrets by shape (card numbers, tokens, keys, e-mail
// addresses, IBANs) replaced by
// "[redacted:KIND]". `name` is the parameter, header or cookie it belongs to; if that says it is
// secret, all of it goes.
std::string RedactValue(std::string_view name, std::string_view value);

// The same for a query string, pair by pair, names and separators kept.
std::string RedactQuery(std::string_view query);

}  // namespace rasp
