// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "rasp/network.h"

namespace rasp {
namespace {

constexpr std::string_view kRuleset = "network-gate";

struct GateRow {
  std::string_view reason;
  uint64_t id;
  std::string_view name;
  Severity severity;
};

// In the order of GateReason. The ids belong to the gate alone.
constexpr std::array<GateRow, kGateReasonCount> kRows = {{
    {"none", 0, "", Severity::kDebug},
    {"denied", 409001, "Address on a deny list", Severity::kWarning},
    {"header-flood", 409002, "More header fields, or bytes of them, than allowed",
     Severity::kWarning},
    {"body-flood", 409003, "A longer body than allowed", Severity::kWarning},
    {"argument-flood", 409004, "More arguments in the query, or bytes of it, than allowed",
     Severity::kWarning},
    {"country", 409005, "Address in a country that is not let in", Severity::kWarning},
    {"asn", 409006, "Address of an autonomous system that is not let in", Severity::kWarning},
    {"geo-unavailable", 409007, "Country or autonomous system could not be looked up",
     Severity::kError},
    {"rate", 409008, "More requests than the rate allows", Severity::kNotice},
    {"slow-body", 409009, "A body that came more slowly than the least rate", Severity::kNotice},
}};

constexpr std::string_view kTags[] = {"network-gate"};

constexpr std::array<RuleInfo, kGateReasonCount> MakeRules() {
  std::array<RuleInfo, kGateReasonCount> rules{};
  for (size_t i = 0; i < rules.size(); ++i) {
    rules[i].id = kRows[i].id;
    rules[i].name = kRows[i].name;
    rules[i].ruleset = kRuleset;
    rules[i].version = RASP_VERSION;
    rules[i].phase = Phase::kRequestHeaders;
    rules[i].severity = kRows[i].severity;
    rules[i].tags = kTags;
  }
  return rules;
}
constexpr std::array<RuleInfo, kGateReasonCount> kRules = MakeRules();

}  // namespace

std::string_view GateReasonName(GateReason reason) {
  return kRows[static_cast<size_t>(reason)].reason;
}

const RuleInfo& GateRule(GateReason reason) { return kRules[static_cast<size_t>(reason)]; }

}  // namespace rasp
