// SPDX-License-Identifier: Apache-2.0
// Inspects exchanges twice, with the rules that their bytes rule out left out, as everywhere, and
// with every rule run on every value, and prints one JSON line for each exchange whose events
// differ in anything that a reader could see, then one with sums.
//
//   prefilter EXCHANGES SEED FIRST RULES... [--plain RULES...]
//
// SEED decides at which places bodies are handed over in pieces (by the one without a prefilter
// they are taken whole) and which transactions may block; FIRST is the number of the first
// exchange, so that a part of a run does the same as the whole.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory_resource>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/ruleset_files.h"
#include "cli/traffic.h"
#include "exchange_file.h"
#include "rasp/transaction.h"

namespace rasp {
namespace {

using Json = nlohmann::ordered_json;

// Rules that look at the time see the same one.
class StoppedClock final : public Clock {
 public:
  int64_t UnixMicros() const override { return 1'767'225'600'000'000; }
  int64_t MonotonicMicros() const override { return 1'000'000; }
};

struct Engine {
  Ruleset ruleset;
  Overlay detect;
  Overlay block;
};

OverlaySpec SpecOf(const Ruleset& ruleset, Mode mode) {
  OverlaySpec spec;
  spec.mode = mode;
  spec.on_error = FailPolicy::kPass;
  spec.limits = LimitsOf(ruleset);
  spec.limits.time_us = 0;
  spec.limits.matches = 4096;
  return spec;
}

std::optional<Engine> Load(const std::vector<std::string>& files, bool prefilter) {
  std::optional<Ruleset> ruleset = LoadRuleset(files, {.prefilter = prefilter});
  if (!ruleset) return std::nullopt;
  auto detect = Overlay::Make(*ruleset, SpecOf(*ruleset, Mode::kDetect));
  auto block = Overlay::Make(*ruleset, SpecOf(*ruleset, Mode::kBlock));
  if (!detect || !block) return std::nullopt;
  return Engine{*std::move(ruleset), *std::move(detect), *std::move(block)};
}

// The pieces in which a host might hand a body over; one, or up to five.
std::vector<std::string_view> Pieces(std::string_view body, Dice& dice) {
  std::vector<size_t> cuts = {0, body.size()};
  if (body.size() > 1) {
    for (size_t left = dice.Below(5); left > 0; --left) cuts.push_back(dice.Below(body.size()));
  }
  std::sort(cuts.begin(), cuts.end());
  std::vector<std::string_view> pieces;
  for (size_t i = 1; i < cuts.size(); ++i) {
    if (cuts[i] > cuts[i - 1]) pieces.push_back(body.substr(cuts[i - 1], cuts[i] - cuts[i - 1]));
  }
  return pieces;
}

struct Bodies {
  std::vector<std::string_view> request;
  std::vector<std::string_view> response;
};

// Goes on after a refusal: what is inspected then must be the same, too.
const Event& Inspect(Transaction& transaction, const RawMessage& request,
                     const RawMessage& response, const Bodies& bodies) {
  RequestView view = request.AsRequest();
  view.unique_id = "prefilter";
  transaction.OnRequestHeaders(view);
  if (transaction.WantsRequestBody()) {
    for (const std::string_view piece : bodies.request) transaction.OnRequestBodyChunk(piece);
  }
  transaction.OnRequestBodyEnd();
  transaction.OnResponseHeaders(response.AsResponse());
  if (transaction.WantsResponseBody()) {
    for (const std::string_view piece : bodies.response) transaction.OnResponseBodyChunk(piece);
  }
  transaction.OnResponseBodyEnd();
  const Event& now = transaction.event();
  return transaction.Finish(now.verdict.Blocks() ? now.verdict.status : 200, true);
}

Json MatchJson(const RuleMatch& match) {
  Json transforms = Json::array();
  for (const std::string_view name : match.transforms) transforms.push_back(name);
  return {{"id", match.rule->id},
          {"target", Latin1(match.target)},
          {"operator", match.operator_name},
          {"argument", Latin1(match.operator_argument)},
          {"value", Latin1(match.value)},
          {"span", {match.offset, match.length}},
          {"transforms", transforms},
          {"message", Latin1(match.message)},
          {"data", Latin1(match.log_data)},
          {"original", Latin1(match.original)}};
}

// All that a reader of the event could see.
Json EventJson(const Event& event) {
  Json degraded = Json::array();
  for (int i = 0; i < kDegradedReasonCount; ++i) {
    const auto reason = static_cast<DegradedReason>(i);
    if (event.degraded.Has(reason)) degraded.push_back(DegradedReasonName(reason));
  }
  Json matches = Json::array();
  for (const RuleMatch& match : event.matches) matches.push_back(MatchJson(match));
  Json masked = Json::array();
  for (const Masked& m : event.masked) {
    masked.push_back({static_cast<int>(m.kind), Latin1(m.name), Latin1(m.bytes)});
  }
  return {{"decision", static_cast<int>(event.verdict.decision)},
          {"would_block", event.verdict.would_block},
          {"status", event.verdict.status},
          {"rule", event.verdict.rule_id},
          {"phase", static_cast<int>(event.phase)},
          {"score", event.score},
          {"response_score", event.response_score},
          {"degraded", degraded},
          {"left_out", event.matches_left_out},
          {"audit", {static_cast<int>(event.audit.engine), event.audit.parts}},
          {"masked", masked},
          {"matches", matches}};
}

bool SameMatch(const RuleMatch& a, const RuleMatch& b) {
  return a.rule->id == b.rule->id && a.target == b.target && a.operator_name == b.operator_name &&
         a.operator_argument == b.operator_argument && a.negated == b.negated &&
         a.value == b.value && a.offset == b.offset && a.length == b.length &&
         std::ranges::equal(a.transforms, b.transforms) && a.message == b.message &&
         a.log_data == b.log_data && a.original == b.original;
}

bool SameMask(const Masked& a, const Masked& b) {
  return a.kind == b.kind && a.name == b.name && a.bytes == b.bytes &&
         a.keep_before == b.keep_before && a.keep_after == b.keep_after;
}

bool Same(const Event& a, const Event& b) {
  return a.verdict.decision == b.verdict.decision &&
         a.verdict.would_block == b.verdict.would_block && a.verdict.status == b.verdict.status &&
         a.verdict.rule_id == b.verdict.rule_id && a.phase == b.phase && a.score == b.score &&
         a.response_score == b.response_score && a.degraded.bits() == b.degraded.bits() &&
         a.matches_left_out == b.matches_left_out && a.audit.engine == b.audit.engine &&
         a.audit.parts == b.audit.parts && a.worth_logging == b.worth_logging &&
         std::ranges::equal(a.masked, b.masked, SameMask) &&
         std::ranges::equal(a.matches, b.matches, SameMatch);
}

struct Sums {
  uint64_t compared = 0;
  uint64_t unreachable = 0;
  uint64_t differing = 0;
  uint64_t matches = 0;
  uint64_t refused = 0;
  uint64_t degraded = 0;
  uint64_t in_pieces = 0;
};

class Comparer {
 public:
  Comparer(const Engine& filtered, const Engine& plain, uint64_t seed)
      : filtered_(filtered), plain_(plain), seed_(seed) {}

  void Compare(size_t number, const Exchange& exchange) {
    const auto request = ParseRawMessage(exchange.request);
    const auto response = ParseRawMessage(exchange.response);
    if (!request || !response || !IsReachable(**request)) {
      ++sums_.unreachable;
      return;
    }
    Dice dice(seed_ ^ number * 0x100000001B3u);
    const bool block = dice.Below(4) == 0;
    const Bodies whole = {{(*request)->body}, {(*response)->body}};
    const Bodies pieces = {Pieces((*request)->body, dice), Pieces((*response)->body, dice)};
    std::pmr::monotonic_buffer_resource memory;
    Transaction a(filtered_.ruleset, block ? filtered_.block : filtered_.detect, &memory, clock_);
    Transaction b(plain_.ruleset, block ? plain_.block : plain_.detect, &memory, clock_);
    const Event& filtered = Inspect(a, **request, **response, pieces);
    const Event& plain = Inspect(b, **request, **response, whole);
    ++sums_.compared;
    sums_.matches += plain.matches.size();
    sums_.refused += plain.verdict.Blocks() || plain.verdict.would_block ? 1 : 0;
    sums_.degraded += plain.degraded.Any() ? 1 : 0;
    sums_.in_pieces += pieces.request.size() > 1 ? 1 : 0;
    if (Same(filtered, plain)) return;
    ++sums_.differing;
    if (sums_.differing > 1000) return;  // the first ones tell enough
    const Json line = {{"exchange", number},
                       {"block", block},
                       {"filtered", EventJson(filtered)},
                       {"plain", EventJson(plain)}};
    std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }

  Json SumsJson() const {
    return {{"compared", sums_.compared},   {"unreachable", sums_.unreachable},
            {"differing", sums_.differing}, {"matches", sums_.matches},
            {"refused", sums_.refused},     {"degraded", sums_.degraded},
            {"in_pieces", sums_.in_pieces}};
  }

 private:
  const Engine& filtered_;
  const Engine& plain_;
  const uint64_t seed_;
  const StoppedClock clock_;
  Sums sums_;
};

int Main(const std::vector<std::string>& arguments) {
  if (arguments.size() < 4) {
    std::cerr << "usage: prefilter EXCHANGES SEED FIRST RULES... [--plain RULES...]\n";
    return 2;
  }
  const auto separator = std::find(arguments.begin(), arguments.end(), "--plain");
  const std::vector<std::string> rules(arguments.begin() + 3, separator);
  const bool others = separator != arguments.end();
  const auto filtered = Load(rules, true);
  const auto plain = Load(others ? std::vector(separator + 1, arguments.end()) : rules, false);
  if (!filtered || !plain) return 2;
  Comparer comparer(*filtered, *plain, std::stoull(arguments[1]));
  size_t number = std::stoull(arguments[2]);
  for (const Exchange& exchange : ReadExchanges(arguments[0])) comparer.Compare(number++, exchange);
  std::cout << Json{{"sums", comparer.SumsJson()}}.dump() << '\n';
  return std::cout.flush() ? 0 : 2;
}

}  // namespace
}  // namespace rasp

int main(int argc, char** argv) { return rasp::Main({argv + 1, argv + argc}); }
