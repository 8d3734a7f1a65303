// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "rasp/event.h"
#include "rasp/verdict.h"

namespace rasp {
namespace {

struct ReasonRow {
  std::string_view name;
  uint16_t status;
};

// In the order of DegradedReason.
constexpr std::array<ReasonRow, kDegradedReasonCount> kReasons = {{
    {"request-header-limit", 431},
    {"request-argument-limit", 413},
    {"request-body-limit", 413},
    {"request-body-encoding", 415},
    {"request-body-expansion", 413},
    {"request-body-charset", 415},
    {"request-body-depth", 413},
    {"request-body-unread", 503},
    {"response-body-limit", 502},
    {"response-body-encoding", 502},
    {"memory-limit", 503},
    {"time-limit", 503},
    {"matcher-memory", 503},
    {"store-unavailable", 503},
    {"internal", 503},
}};
static_assert(kReasons.size() == static_cast<size_t>(DegradedReason::kInternal) + 1);

constexpr std::string_view kSeverities[] = {"emergency", "alert",  "critical", "error",
                                            "warning",   "notice", "info",     "debug"};
constexpr std::string_view kPhases[] = {
    "", "request_headers", "request_body", "response_headers", "response_body", "logging"};

}  // namespace

std::string_view DegradedReasonName(DegradedReason reason) {
  return kReasons[static_cast<size_t>(reason)].name;
}

uint16_t DegradedReasonStatus(DegradedReason reason) {
  return kReasons[static_cast<size_t>(reason)].status;
}

std::string_view SeverityName(Severity severity) {
  return kSeverities[static_cast<size_t>(severity)];
}

std::string_view PhaseName(Phase phase) { return kPhases[static_cast<size_t>(phase)]; }

}  // namespace rasp
