// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rasp/http.h"
#include "rasp/settings.h"
#include "rasp/verdict.h"

namespace rasp {

// Ordered from worst to least, numbered as in syslog (RFC 5424) and SecLang.
enum class Severity : uint8_t {
  kEmergency,
  kAlert,
  kCritical,
  kError,
  kWarning,
  kNotice,
  kInfo,
  kDebug
};
std::string_view SeverityName(Severity severity);  // "critical"

enum class Phase : uint8_t {
  kRequestHeaders = 1,
  kRequestBody = 2,
  kResponseHeaders = 3,
  kResponseBody = 4,
  kLogging = 5
};
std::string_view PhaseName(Phase phase);  // "request_headers"

// What the log, raspctl and the reference say of a rule. Views point into the Ruleset.
struct RuleInfo {
  uint64_t id = 0;
  std::string_view name;     // a line that tells a reviewer what happened
  std::string_view ruleset;  // the ruleset's name
  std::string_view version;  // the ruleset's version
  std::string_view file;
  uint32_t line = 0;
  Phase phase = Phase::kRequestBody;
  Severity severity = Severity::kNotice;
  RuleMode mode = RuleMode::kEnforce;
  int score = 0;
  // SecLang's.
  std::string_view revision;
  uint8_t maturity = 0;
  uint8_t accuracy = 0;
  bool has_severity = true;  // the author gave one
  bool logged = true;   // a match is told in the event and, for ModSecurity's users, the error log
  bool audited = true;  // a match is a reason for ModSecurity's audit log
  std::span<const std::string_view> owasp;  // "A05:2025"
  std::span<const uint32_t> cwe;
  std::span<const uint32_t> capec;
  std::span<const std::string_view> tags;
};

// One value that one rule matched. `value` is what the operator saw (after the transformations),
// [offset, offset + length) the part of it that matched; both raw: whoever writes them down redacts
// first (rasp/audit.h does). Of a value over 2 KiB only the surroundings of that part are kept.
struct RuleMatch {
  const RuleInfo* rule = nullptr;
  std::string_view target;  // "ARGS:id"
  std::string_view operator_name;
  std::string_view operator_argument;  // macros expanded
  bool negated = false;
  std::string_view value;
  uint32_t offset = 0;
  uint32_t length = 0;
  std::span<const std::string_view> transforms;  // those that changed the value, in order
  std::string_view message;                      // the rule's name with macros expanded
  std::string_view log_data;                     // expanded; empty if the rule has none
  std::string_view original;  // the value before the transformations, up to 2 KiB of it
};

// What a rule wants masked wherever it is written down (SecLang's sanitiseArg and its kin).
struct Masked {
  enum class Kind : uint8_t { kArgument, kRequestHeader, kResponseHeader, kMatched };
  Kind kind = Kind::kArgument;
  std::string_view name;   // of the argument or header; kMatched: the target, "ARGS:card"
  std::string_view bytes;  // kMatched: the value that matched, before its transformations
  // kMatched: how many bytes of it stay legible at its beginning and end (sanitiseMatchedBytes).
  uint32_t keep_before = 0;
  uint32_t keep_after = 0;
};

struct UploadedFile {
  std::string_view field_name;
  std::string_view file_name;
  std::string_view content_type;
  uint64_t size = 0;
};

// What ModSecurity's audit log tells besides the event: as the ruleset's settings, changed by ctl,
// want it for this transaction.
struct AuditInput {
  AuditEngine engine = AuditEngine::kOff;
  std::string_view parts;         // "ABIJDEFHZ"
  std::string_view request_body;  // as far as it was kept
  std::string_view response_protocol;
  std::span<const HeaderField> response_headers;
  std::string_view response_body;  // as far as it was kept
  std::span<const UploadedFile> files;
};

// What a second engine made of the same transaction (rasp_engine compare).
struct Comparison {
  Verdict reference;  // the second engine's
  // False: the rules themselves only detect, so the second engine never says what it would refuse.
  bool verdicts_compared = true;
  bool verdicts_differ = false;
  std::span<const uint64_t> only_here;       // rules whose match only this event's engine logs
  std::span<const uint64_t> only_reference;  // rules whose match only the second engine logs

  bool RulesDiffer() const { return !only_here.empty() || !only_reference.empty(); }
  bool Differs() const { return verdicts_differ || RulesDiffer(); }
};

// The whole story of one transaction, as the log tells it. All views live until the Transaction is
// destroyed.
struct Event {
  int64_t time_us = 0;  // Unix time of the request's arrival
  std::string_view id;  // reference shown to the blocked client
  const RequestView* request = nullptr;
  uint64_t request_body_bytes = 0;
  uint16_t response_status = 0;  // what the client got
  Mode mode = Mode::kOff;
  Verdict verdict;  // the first that was not kPass (or would not have been), else the last
  Phase phase = Phase::kRequestHeaders;  // in which that verdict fell
  bool enforced = false;  // the client got the verdict; false: bytes had left, or would_block
  int score = 0;          // request side
  int response_score = 0;
  int threshold = 0;
  int response_threshold = 0;
  std::span<const RuleMatch> matches;
  uint32_t matches_left_out = 0;  // beyond the limit on matches kept
  DegradedReasons degraded;
  std::string_view ruleset_hash;    // hex
  uint64_t inspection_time_us = 0;  // spent in the engine

  std::span<const Masked> masked;
  AuditInput audit;

  // nullptr: no second engine looked
  const Comparison* comparison = nullptr;

  // malformed or oversized: the host answered it before anything could be inspected
  bool refused_by_host = false;

  // A block, a would-be block, a match that is to be logged, a degraded inspection, or a refusal by
  // the host.
  bool worth_logging = false;
};

}  // namespace rasp
