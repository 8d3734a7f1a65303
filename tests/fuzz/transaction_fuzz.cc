// SPDX-License-Identifier: Apache-2.0
// Any bytes as a request, under any small memory cap and in any chunks: nothing crashes, nothing
// leaks (AddressSanitizer sees both), and what the transaction finds does not depend on how the
// body was cut.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory_resource>
#include <string>
#include <string_view>

#include "rasp/raw_http.h"
#include "rasp/ruleset.h"
#include "rasp/transaction.h"

namespace {

constexpr std::string_view kRules = R"json({
  "ruleset": "fuzz", "version": "1.0.0", "summary": "One rule for each thing that evaluation does.",
  "rules": [
    {"id": 1, "name": "r", "severity": "notice", "phase": "request_headers", "targets": ["REQUEST_HEADERS", "REQUEST_LINE"],
     "transforms": ["urlDecodeUni", "lowercase"], "operator": {"rx": "evil|\\x00"}, "action": "score"},
    {"id": 2, "name": "r", "severity": "notice", "phase": "request_headers", "targets": ["REQUEST_HEADERS:x-off"],
     "operator": {"streq": "1"}, "ctl": ["ruleRemoveById=3"], "action": "log"},
    {"id": 3, "name": "r", "severity": "notice", "phase": "request_headers", "targets": ["REQUEST_FILENAME", "REQUEST_BASENAME"],
     "transforms": ["normalizePath"], "operator": {"contains": ".."}, "action": "score"},
    {"id": 4, "name": "r", "severity": "notice", "phase": "request_headers", "targets": ["REQUEST_HEADERS:x-json"],
     "operator": {"streq": "1"}, "ctl": ["requestBodyProcessor=JSON", "forceRequestBodyVariable=On"],
     "action": "log"},
    {"id": 5, "name": "r", "severity": "notice", "phase": "request_body", "targets": ["ARGS", "ARGS_NAMES", "REQUEST_COOKIES"],
     "transforms": ["urlDecodeUni", "htmlEntityDecode", "jsDecode", "removeNulls", "compressWhitespace"],
     "operator": {"rx": "(?i)(union)\\s+(select)"}, "capture": true, "action": "score"},
    {"id": 6, "name": "r", "severity": "notice", "phase": "request_body", "targets": ["ARGS"], "transforms": ["base64Decode", "lowercase"],
     "multi_match": true, "operator": {"pm": ["evil", "eval", "exec"]}, "action": "score"},
    {"id": 7, "name": "r", "severity": "notice", "phase": "request_body", "targets": ["ARGS", "XML:/*", "XML://@*"],
     "operator": {"detectSQLi": ""}, "action": "score"},
    {"id": 8, "name": "r", "severity": "notice", "phase": "request_body", "targets": ["FILES", "FILES_NAMES", "FILES_HEAD",
     "MULTIPART_PART_HEADERS"], "operator": {"rx": "\\.php"}, "action": "score"},
    {"id": 9, "name": "r", "severity": "notice", "phase": "request_body", "targets": ["REQUEST_BODY"], "operator": {"rx": "a.*b"},
     "action": "log"},
    {"id": 10, "name": "r", "severity": "notice", "phase": "request_body", "targets": ["ARGS"], "operator": {"rx": "^(.)(.)"},
     "capture": true, "set": ["tx.seen_%{MATCHED_VAR_NAME}=%{TX.1}%{MATCHED_VAR}", "tx.n=+1"], "action": "log"},
    {"id": 11, "name": "r", "severity": "notice", "phase": "request_body", "targets": ["TX"], "operator": {"rx": "x"}, "action": "log"},
    {"id": 12, "name": "r", "message": "%{MATCHED_VAR}", "severity": "notice", "phase": "request_body", "targets": ["&ARGS"], "operator": {"gt": 3},
     "action": "block"},
    {"id": 13, "name": "r", "severity": "notice", "phase": "request_body", "targets": ["REQBODY_ERROR", "MULTIPART_STRICT_ERROR"],
     "operator": {"eq": 1}, "action": "log"},
    {"id": 14, "name": "r", "severity": "notice", "phase": "request_body", "mode": "shadow", "targets": ["ARGS"], "operator": {"rx": "a"},
     "set": ["tx.shadow=1"], "action": "block"}
  ]
})json";

const rasp::Ruleset& Rules() {
  static const rasp::Ruleset kRuleset = [] {
    rasp::RulesetCompiler compiler;
    compiler.AddText("fuzz.json", std::string(kRules));
    auto ruleset = compiler.Compile();
    for (const rasp::Diagnostic& diagnostic : compiler.diagnostics()) {
      fprintf(stderr, "%s\n", rasp::FormatDiagnostic(diagnostic).c_str());
    }
    if (!ruleset) std::abort();
    return *std::move(ruleset);
  }();
  return kRuleset;
}

class StillClock final : public rasp::Clock {
 public:
  int64_t UnixMicros() const override { return 0; }
  int64_t MonotonicMicros() const override { return 0; }
};

struct Found {
  rasp::Decision decision;
  uint64_t rule_id;
  int score;
  uint32_t degraded;
  std::string matches;
  bool operator==(const Found&) const = default;
};

Found Inspect(const rasp::Overlay& overlay, const rasp::RawMessage& message, size_t chunk_bytes) {
  const StillClock clock;
  rasp::Transaction tx(Rules(), overlay, std::pmr::new_delete_resource(), clock);
  rasp::Verdict verdict = tx.OnRequestHeaders(message.AsRequest());
  const std::string_view body = message.body;
  for (size_t at = 0; at < body.size() && !verdict.Blocks() && tx.WantsRequestBody();
       at += chunk_bytes) {
    verdict = tx.OnRequestBodyChunk(body.substr(at, chunk_bytes));
  }
  if (!verdict.Blocks()) verdict = tx.OnRequestBodyEnd();
  const rasp::Event& event = tx.Finish(verdict.status, verdict.Blocks());
  Found found{verdict.decision, verdict.rule_id, verdict.score, verdict.degraded.bits(), ""};
  for (const rasp::RuleMatch& match : event.matches) {
    if (match.offset + match.length > match.value.size()) std::abort();
    found.matches.append(std::to_string(match.rule->id)).append(match.target).append(match.value);
    found.matches.append(match.message);
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const size_t chunk_bytes = 1 + data[0];
  const uint8_t memory = data[1];
  const auto message =
      rasp::ParseRawMessage(std::string(reinterpret_cast<const char*>(data) + 2, size - 2));
  if (!message) return 0;

  rasp::OverlaySpec spec;
  spec.mode = rasp::Mode::kBlock;
  spec.on_error = (data[0] & 1) != 0 ? rasp::FailPolicy::kPass : rasp::FailPolicy::kBlock;
  spec.limits.arguments = 50;
  spec.limits.request_body_bytes = 4096;
  // An even byte: memory enough. An odd one: so little that it runs out somewhere.
  if ((memory & 1) != 0) spec.limits.memory_bytes = size_t{memory} * 256;
  const auto overlay = rasp::Overlay::Make(Rules(), spec);
  if (!overlay) std::abort();
  const Found cut = Inspect(*overlay, **message, chunk_bytes);
  if ((memory & 1) == 0 && !(cut == Inspect(*overlay, **message, 1 << 20))) std::abort();
  return 0;
}
