// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rasp/http.h"

namespace rasp {

enum class Decision : uint8_t {
  kPass,
  kBlock,     // answer `status` instead of going on
  kRedirect,  // answer `status` with `Location: redirect_to`
  kDrop,      // close the connection without an answer
};

// A location's mode is the ceiling of what may happen there; a rule's own mode lies under it.
enum class Mode : uint8_t { kOff, kDetect, kBlock };
enum class RuleMode : uint8_t { kOff, kShadow, kEnforce };

// How far an allow reaches: the rest of the transaction, of this phase, or of the request's phases.
enum class AllowScope : uint8_t { kTransaction, kPhase, kRequest };

// What happens to a request that could not be inspected in full. A response whose body was too
// large or compressed is never blocked for that: such answers are ordinary, and what was held back
// of them was inspected. Nor is a request for want of the store: its rules ran, on what they had.
enum class FailPolicy : uint8_t { kPass, kBlock };

// Why a transaction was not inspected in full. Each has a name (`DegradedReasonName`), which the
// event log and the counters use, and a status for when the policy says block.
enum class DegradedReason : uint8_t {
  kRequestHeaderLimit,    // more header fields or bytes than the limits allow
  kRequestArgumentLimit,  // more arguments than the limits allow
  kRequestBodyLimit,      // the body would need more memory than rasp_body_limit
  kRequestBodyEncoding,   // Content-Encoding that is not decoded, or that is malformed
  kRequestBodyExpansion,  // the body decodes to more bytes than the limit on the ratio allows
  kRequestBodyCharset,    // a charset that is not decoded (UTF-7, UTF-16, EBCDIC, ...)
  kRequestBodyDepth,      // JSON or XML nested deeper than the limit
  kRequestBodyUnread,     // the host could not give the body
  kResponseBodyLimit,     // larger than what may be held back
  kResponseBodyEncoding,  // compressed by the upstream in a way that is not decoded
  kMemoryLimit,           // the transaction's memory cap was reached
  kTimeLimit,             // the transaction's time budget was spent
  kMatcherMemory,         // a regular expression gave up for want of memory
  kStoreUnavailable,      // the persistent collections or entities could not be read or written
  kInternal,              // a fault of ours
};
inline constexpr int kDegradedReasonCount = 15;
std::string_view DegradedReasonName(DegradedReason reason);  // "request-body-limit"
// 413 for limits on the request, 503 for faults, ...
uint16_t DegradedReasonStatus(DegradedReason reason);

class DegradedReasons {
 public:
  void Add(DegradedReason reason) { bits_ |= 1u << static_cast<unsigned>(reason); }
  bool Has(DegradedReason reason) const { return (bits_ >> static_cast<unsigned>(reason)) & 1u; }
  bool Any() const { return bits_ != 0; }
  uint32_t bits() const { return bits_; }

 private:
  uint32_t bits_ = 0;
};

// What the host should do now. Views point into the Ruleset or the transaction's memory.
struct Verdict {
  Decision decision = Decision::kPass;
  uint16_t status = 0;  // for kBlock and kRedirect
  // the rule that decided; 0: the score's threshold, a fail policy, or nothing
  uint64_t rule_id = 0;
  std::string_view redirect_to;  // for kRedirect
  // a decision other than kPass was held back: mode detect, or a shadow rule
  bool would_block = false;
  int score = 0;             // anomaly score so far, of the direction being inspected
  DegradedReasons degraded;  // so far

  // What business-logic rules want besides. The host carries these out in whichever mode: they are
  // set only where the mode and the rule allow.
  //
  // The decision waits for the store that all nodes share: the host keeps the request, asks for
  // Transaction::pending(), and calls Transaction::Resume with the answer or, when its budget is
  // spent, without. The verdict that Resume returns holds.
  bool pending = false;
  // kPass: the request goes on after so long. A request that has waited does not wait again.
  uint32_t delay_ms = 0;
  // kBlock: the answer says `Retry-After: N`, 0: it does not.
  uint32_t retry_after_s = 0;
  // kPass: each replaces every field of that name in what the upstream gets; an empty value removes
  // them, so that no client can pretend.
  std::span<const HeaderField> upstream_headers;

  bool Blocks() const { return decision != Decision::kPass; }
};

}  // namespace rasp
