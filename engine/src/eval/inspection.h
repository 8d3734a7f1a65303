// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"
#include "core/capped_memory.h"
#include "eval/record.h"
#include "eval/transformer.h"
#include "eval/tx_store.h"
#include "http/body/body.h"
#include "http/body/xml_query.h"
#include "http/coding/body_decoder.h"
#include "http/field.h"
#include "http/uri.h"
#include "operator/operator.h"
#include "rasp/event.h"
#include "rasp/host.h"
#include "rasp/http.h"
#include "rasp/profile.h"
#include "rasp/store.h"
#include "rule/compiled_overlay.h"
#include "rule/compiled_rules.h"

namespace rasp {

// One value of one variable. `name` is its key in the collection, empty for a single value.
struct Value {
  const Target* target = nullptr;
  std::string_view name;
  std::string_view value;
  bool stable = false;  // the bytes stay where and as they are until the transaction ends
};

// A value that a link of the current chain has matched.
struct MatchedValue {
  std::string_view name;       // "ARGS:id"
  const Link* link = nullptr;  // that matched it
  std::string_view original;   // before the transformations
  std::string_view value;      // after them
  std::string_view part;       // of `value`: what matched
  uint32_t transforms = 0;     // the chain's node
  uint32_t changed = 0;        // bit i: step i changed the value
};

// What a link has matched in a value of the body that was too large to be kept.
struct StreamHit {
  uint32_t rule = 0;
  const Link* link = nullptr;
  VariableId variable = VariableId::kArgs;
  std::string_view name;
  std::string_view original;  // what of the value is kept of before the transformations
  std::string_view value;     // and of after them
  std::string_view part;      // of `value`: what matched
  uint32_t changed = 0;       // as MatchedValue has it
  std::array<std::string_view, MatchContext::kMaxCaptures> captures;
  int capture_count = 0;
};

// The tree of an XML body, made when a rule asks for an XPath that the parser's facts do not
// answer.
struct XmlTree {
  std::unique_ptr<const XmlDocument> document;
  size_t bytes = 0;  // of the body, as it was then
};

// What the request's body is and what became of it.
struct RequestBody {
  explicit RequestBody(std::pmr::memory_resource* memory, std::pmr::memory_resource* arena)
      : facts(arena), raw(memory), raw_piece(memory) {}

  ContentType type;
  BodyKind kind = BodyKind::kNone;  // of `type`, or what a ctl said
  BodyFacts facts;
  BodyParserPtr parser;
  ByteBuffer raw;
  uint64_t raw_limit = 0;
  ByteBuffer raw_piece;        // beyond it: what the watcher gets next
  bool raw_watched = false;    // it has got a piece
  uint64_t limit = 0;          // bytes of the whole body from which on it is too large; 0: none
  bool access = true;          // it is looked at (SecRequestBodyAccess)
  bool too_large = false;      // SecRequestBodyLimit
  bool too_much_text = false;  // SecRequestBodyNoFilesLimit
  uint64_t bytes = 0;          // as they came
  uint64_t decoded = 0;        // without their coding, if they have one
  bool begun = false;
  XmlArguments xml_arguments = XmlArguments::kOff;
  bool forced = false;         // ctl:forceRequestBodyVariable
  bool repeated_type = false;  // two Content-Type fields, or two charsets or boundaries in one
  ContentCodings codings;
  BodyDecoderPtr decoder;          // if there are any
  bool decoder_stopped = false;    // and takes nothing more
  bool decodable_encoding = true;  // `codings` are known, and so far the body is what they say
  bool unread = false;
  XmlTree tree;

  bool HasError() const {
    return facts.error != BodyError::kNone || repeated_type || unread || too_much_text;
  }
};

struct Response {
  explicit Response(std::pmr::memory_resource* memory) : headers(memory), body(memory) {}

  uint16_t status = 0;
  std::string_view protocol;
  std::pmr::vector<HeaderField> headers;
  ByteBuffer body;
  uint64_t body_bytes = 0;
  uint64_t body_limit = 0;  // bytes that are held back
  bool access = true;       // it is looked at (SecResponseBodyAccess)
  bool wants_body = false;
  bool too_large = false;
  BodyDecoderPtr decoder;            // if it has a Content-Encoding
  const BodyFacts* facts = nullptr;  // of `body`, once a rule has looked; in the arena
  XmlTree tree;
};

struct WatcherDeleter {
  void operator()(BodyWatcher* watcher) const { watcher->~BodyWatcher(); }
};

inline constexpr uint32_t kNoRule = 0xffffffff;

// One transaction under inspection: what is known of it, what its rules have found, what was
// decided.
struct Inspection {
  Inspection(const CompiledRules& the_rules, const CompiledOverlay& the_overlay,
             std::pmr::memory_resource* upstream, const Clock& the_clock);

  const CompiledRules& rules;
  const CompiledOverlay& overlay;
  const Clock& clock;
  Store* store = nullptr;      // may be none
  bool store_is_down = false;  // and is asked no more
  Profile* profile = nullptr;  // may be none

  // `memory` gives back what is freed; `arena` keeps everything until the end; `chain_arena` until
  // the next chain.
  CappedMemory memory;
  std::pmr::monotonic_buffer_resource arena;
  std::array<std::byte, 1024> chain_bytes;
  std::pmr::monotonic_buffer_resource chain_arena;

  // The request.
  bool started = false;
  int64_t arrived_unix_us = 0;
  int64_t arrived_us = 0;  // monotonic
  RequestView request;
  TargetParts parts;
  std::string_view filename;
  FieldList query_arguments;
  FieldList cookies;
  bool invalid_escape = false;  // in the query
  RequestBody body;
  std::unique_ptr<BodyWatcher, WatcherDeleter> watcher;  // of `body`, in the arena
  std::pmr::vector<StreamHit> stream_hits;               // that it has found
  Response response;

  // What rules have done.
  Mode mode;                                 // the overlay's, or lower by a ctl
  bool allowed = false;                      // for the rest of the transaction
  bool request_allowed = false;              // for the phases of the request
  uint32_t allowed_phase = 0;                // for this phase alone; 0: none
  std::optional<Severity> highest_severity;  // of the rules that matched
  AuditEngine audit_engine = AuditEngine::kOff;
  std::string_view audit_parts = "ABCFHZ";  // libmodsecurity's default
  std::pmr::vector<Masked> masked;
  std::pmr::vector<UploadedFile> files;  // for the event
  TxStore tx;
  std::array<ByteBuffer, MatchContext::kMaxCaptures> captures;
  int capture_count = 0;
  GeoRecord geo;                                 // of the last geoLookup
  TxStore env;                                   // setenv's
  std::array<Record, kCollectionCount> records;  // by CollectionId; kTx's is never bound
  std::pmr::vector<bool> removed_rules;          // empty: none
  std::pmr::vector<const Action*> removed_targets;
  uint32_t phases_run = 0;  // bit p: phase p
  int score = 0;
  int shadow_score = 0;  // what shadow rules would have added
  int response_score = 0;
  int response_shadow_score = 0;

  // The chain being evaluated.
  uint32_t rule_index = kNoRule;
  std::pmr::vector<Value> values;
  std::pmr::vector<MatchedValue> matched;
  ByteBuffer argument;  // an operator's, expanded
  ByteBuffer text;      // a setvar's name or a message, expanded
  ByteBuffer text2;
  ByteBuffer full_request;           // FULL_REQUEST, if a rule has looked
  bool expanding_rule_text = false;  // RULE:msg or RULE:logdata
  Transformer transformer;

  // What Scan() has found out of the phase's planned rules, as bits by rule.
  bool scanned = false;
  std::pmr::vector<uint64_t> hits;       // some value matches, or could
  std::pmr::vector<uint8_t> chain_hits;  // by Plan::chains: the links with a hit
  std::pmr::vector<uint64_t> reach;      // was looked for
  std::pmr::vector<uint64_t> agenda;     // the rules that are still to be run
  std::span<const uint64_t> done;        // and those that the prologue has run; empty: none

  // What was decided.
  Phase phase = Phase::kRequestHeaders;
  bool decided = false;  // `verdict` is to be carried out
  Verdict verdict;
  Phase verdict_phase = Phase::kRequestHeaders;
  DegradedReasons degraded;
  bool out_of_time = false;

  // The event.
  std::pmr::vector<RuleMatch> matches;
  uint32_t matches_left_out = 0;
  int64_t call_began_us = 0;
  int64_t spent_us = 0;
  Event event;
  bool finished = false;

  // No more rules are to be run, but for the logging phase's.
  bool Settled() const { return decided || allowed || mode == Mode::kOff; }
  // The same of this phase alone.
  bool PhaseAllowed() const {
    const bool of_request = phase == Phase::kRequestHeaders || phase == Phase::kRequestBody;
    return allowed_phase == static_cast<uint32_t>(phase) || (request_allowed && of_request);
  }
  bool OutOfTime();
};

inline bool HasBit(std::span<const uint64_t> bits, uint32_t index) {
  return ((bits[index >> 6] >> (index & 63)) & 1) != 0;
}
inline void SetBit(std::span<uint64_t> bits, uint32_t index) {
  bits[index >> 6] |= uint64_t{1} << (index & 63);
}

// The rule is on here, and no other has removed it.
inline bool IsOn(const Inspection& in, uint32_t rule) {
  return in.overlay.active[rule] && (in.removed_rules.empty() || !in.removed_rules[rule]);
}

// Copies of what must outlive its source: numbers as text for the chain.
std::string_view NumberText(Inspection& in, int64_t number);

}  // namespace rasp
