// SPDX-License-Identifier: Apache-2.0
// Sends exchanges through the native engine and libmodsecurity, both with the same SecLang, and
// prints one JSON line for each exchange on which they differ, then one with sums.
//
//   differential RULES EXCHANGES [--all]
//
// EXCHANGES: for each exchange a little-endian uint32 and the request's bytes, then the same for
// the response. --all prints a line for every exchange.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <iterator>
#include <memory_resource>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "exchange_file.h"
#include "rasp/modsec.h"
#include "rasp/raw_http.h"
#include "rasp/ruleset.h"
#include "rasp/transaction.h"

namespace rasp {
namespace {

using Json = nlohmann::ordered_json;

// A host's limits are not what is compared.
constexpr uint64_t kPlenty = 1 << 30;

// As a host does, in one piece each; nothing is carried out, so all phases run.
const Event& Inspect(Inspector& inspector, const RawMessage& request, const RawMessage& response) {
  RequestView view = request.AsRequest();
  view.unique_id = "differential";
  inspector.OnRequestHeaders(view);
  if (!request.body.empty() && inspector.WantsRequestBody()) {
    inspector.OnRequestBodyChunk(request.body);
  }
  inspector.OnRequestBodyEnd();
  inspector.OnResponseHeaders(response.AsResponse());
  if (inspector.WantsResponseBody()) {
    inspector.OnResponseBodyChunk(response.body);
    inspector.OnResponseBodyEnd();
  }
  return inspector.Finish(response.AsResponse().status, false);
}

std::set<uint64_t> LoggedIds(const Event& event) {
  std::set<uint64_t> ids;
  for (const RuleMatch& match : event.matches) {
    if (match.rule->logged) ids.insert(match.rule->id);
  }
  return ids;
}

Json VerdictJson(const Event& event) {
  const Verdict& verdict = event.verdict;
  Json json = {{"refuses", verdict.would_block || verdict.Blocks()},
               {"status", verdict.status},
               {"rule", verdict.rule_id}};
  for (int i = 0; i < kDegradedReasonCount; ++i) {
    const auto reason = static_cast<DegradedReason>(i);
    if (verdict.degraded.Has(reason)) json["degraded"].push_back(DegradedReasonName(reason));
  }
  return json;
}

// The matches of rules that the other engine's event has not.
Json Extra(const Event& event, const std::set<uint64_t>& others) {
  Json extra = Json::array();
  for (const RuleMatch& match : event.matches) {
    if (!match.rule->logged || others.count(match.rule->id) != 0) continue;
    extra.push_back({{"id", match.rule->id},
                     {"target", Latin1(match.target)},
                     {"value", Latin1(match.value)},
                     {"data", Latin1(match.log_data)}});
  }
  return extra;
}

bool SameVerdict(const Event& a, const Event& b) {
  const bool refuses = a.verdict.would_block;
  return refuses == b.verdict.would_block && (!refuses || a.verdict.status == b.verdict.status);
}

struct Sums {
  uint64_t compared = 0;
  uint64_t unreachable = 0;
  uint64_t differing = 0;
  uint64_t verdicts_differing = 0;
  uint64_t matched_rules = 0;  // that both logged, over all exchanges
  uint64_t refused = 0;        // by both
  uint64_t native_us = 0;
  uint64_t reference_us = 0;
};

class Comparer {
 public:
  Comparer(const Ruleset& ruleset, const Overlay& overlay, const ModsecRuleset& reference)
      : ruleset_(ruleset), overlay_(overlay), reference_(reference) {}

  void Compare(size_t number, const Exchange& exchange, bool print_all) {
    const auto request = ParseRawMessage(exchange.request);
    const auto response = ParseRawMessage(exchange.response);
    if (!request || !response || !IsReachable(**request)) {
      ++sums_.unreachable;
      return;
    }
    std::pmr::monotonic_buffer_resource memory;
    Transaction native(ruleset_, overlay_, &memory, SystemClock());
    const auto reference =
        MakeModsecInspector(reference_, {Mode::kDetect, FailPolicy::kPass}, SystemClock());
    const Event& a = Inspect(native, **request, **response);
    const Event& b = Inspect(*reference, **request, **response);
    Judge(number, a, b, print_all);
  }

  Json SumsJson() const {
    return {
        {"compared", sums_.compared},           {"unreachable", sums_.unreachable},
        {"differing", sums_.differing},         {"verdicts_differing", sums_.verdicts_differing},
        {"matched_rules", sums_.matched_rules}, {"refused", sums_.refused},
        {"native_us", sums_.native_us},         {"reference_us", sums_.reference_us}};
  }

 private:
  void Judge(size_t number, const Event& a, const Event& b, bool print_all) {
    const std::set<uint64_t> here = LoggedIds(a);
    const std::set<uint64_t> there = LoggedIds(b);
    const bool same_verdict = SameVerdict(a, b);
    ++sums_.compared;
    sums_.native_us += a.inspection_time_us;
    sums_.reference_us += b.inspection_time_us;
    for (const uint64_t id : here) sums_.matched_rules += there.count(id);
    if (same_verdict && a.verdict.would_block) ++sums_.refused;
    if (!same_verdict) ++sums_.verdicts_differing;
    const bool differs = !same_verdict || here != there;
    if (differs) ++sums_.differing;
    if (!differs && !print_all) return;
    const Json line = {{"exchange", number},
                       {"native", VerdictJson(a)},
                       {"reference", VerdictJson(b)},
                       {"both", Both(here, there)},
                       {"only_native", Extra(a, there)},
                       {"only_reference", Extra(b, here)}};
    std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }

  static std::vector<uint64_t> Both(const std::set<uint64_t>& a, const std::set<uint64_t>& b) {
    std::vector<uint64_t> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both;
  }

  const Ruleset& ruleset_;
  const Overlay& overlay_;
  const ModsecRuleset& reference_;
  Sums sums_;
};

OverlaySpec DetectingSpec(const Ruleset& ruleset) {
  OverlaySpec spec;
  spec.mode = Mode::kDetect;
  spec.on_error = FailPolicy::kPass;
  spec.limits = LimitsOf(ruleset);
  spec.limits.request_headers = kPlenty;
  spec.limits.request_header_bytes = kPlenty;
  spec.limits.memory_bytes = kPlenty;
  spec.limits.time_us = 0;
  spec.limits.matches = 4096;
  return spec;
}

int Main(const std::string& rules, const std::string& exchanges, bool print_all) {
  RulesetCompiler compiler;
  compiler.AddFile(rules);
  const Result<Ruleset, Diagnostics> ruleset = compiler.Compile();
  for (const Diagnostic& diagnostic : compiler.diagnostics()) {
    if (!ruleset || diagnostic.severity == DiagnosticSeverity::kError)
      std::cerr << FormatDiagnostic(diagnostic) << '\n';
  }
  const ModsecSource source{rules, "", false};
  const auto reference = ModsecRuleset::Load({&source, 1}, {.silent = true});
  if (!reference) std::cerr << reference.error() << '\n';
  if (!ruleset || !reference) return 2;
  const auto overlay = Overlay::Make(*ruleset, DetectingSpec(*ruleset));
  if (!overlay) return 2;

  Comparer comparer(*ruleset, *overlay, **reference);
  const std::vector<Exchange> all = ReadExchanges(exchanges);
  for (size_t i = 0; i < all.size(); ++i) comparer.Compare(i, all[i], print_all);
  std::cout << Json{{"sums", comparer.SumsJson()}}.dump() << '\n';
  return std::cout.flush() ? 0 : 2;
}

}  // namespace
}  // namespace rasp

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: differential RULES EXCHANGES [--all]\n";
    return 2;
  }
  return rasp::Main(argv[1], argv[2], argc > 3 && std::strcmp(argv[3], "--all") == 0);
}
