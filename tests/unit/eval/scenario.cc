// SPDX-License-Identifier: Apache-2.0
#include "eval/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <stdexcept>

namespace rasp {
namespace {

// Copies of strings, each in a heap buffer of its exact size, so that a read past its end is seen.
class Exact {
 public:
  std::string_view operator()(std::string_view text) {
    copies_.emplace_back(text.begin(), text.end());
    return {copies_.back().data(), copies_.back().size()};
  }
  std::vector<HeaderField> operator()(const Headers& headers) {
    std::vector<HeaderField> fields;
    for (const auto& [name, value] : headers) fields.push_back({(*this)(name), (*this)(value)});
    return fields;
  }

 private:
  std::deque<std::vector<char>> copies_;
};

std::string_view DecisionName(const Verdict& verdict) {
  if (verdict.would_block) return "would-block";
  switch (verdict.decision) {
    case Decision::kPass:
      return "pass";
    case Decision::kBlock:
      return "block";
    case Decision::kRedirect:
      return "redirect";
    case Decision::kDrop:
      return "drop";
  }
  return "";
}

std::string StoryOf(const Event& event) {
  const Verdict& verdict = event.verdict;
  std::string story(DecisionName(verdict));
  if (verdict.Blocks() || verdict.would_block) {
    story += " " + std::to_string(verdict.status);
    if (verdict.rule_id != 0) story += " by " + std::to_string(verdict.rule_id);
  }
  if (event.score != 0) story += ", score " + std::to_string(event.score);
  if (event.response_score != 0) story += ", response " + std::to_string(event.response_score);
  const char* separator = ": ";
  for (const RuleMatch& match : event.matches) {
    story += separator + std::to_string(match.rule->id);
    if (!match.target.empty())
      story += " " + std::string(match.target) + "=" + std::string(match.value);
    separator = "; ";
  }
  for (int i = 0; i < kDegradedReasonCount; ++i) {
    const auto reason = static_cast<DegradedReason>(i);
    if (event.degraded.Has(reason)) story += " [" + std::string(DegradedReasonName(reason)) + "]";
  }
  return story;
}

template <typename Feed>
Verdict FeedInChunks(std::string_view body, size_t chunk_bytes, Feed feed) {
  Verdict verdict;
  if (chunk_bytes == 0) chunk_bytes = std::max<size_t>(body.size(), 1);
  for (size_t at = 0; at < body.size() && !verdict.Blocks(); at += chunk_bytes) {
    const std::string_view part = body.substr(at, chunk_bytes);
    const std::vector<char> exact(part.begin(), part.end());
    verdict = feed(std::string_view(exact.data(), exact.size()));
  }
  return verdict;
}

Verdict PlayRequest(Transaction& tx, const RequestView& view, const Exchange& exchange,
                    size_t chunk_bytes) {
  Verdict verdict = tx.OnRequestHeaders(view);
  if (verdict.Blocks()) return verdict;
  if (tx.WantsRequestBody()) {
    verdict = FeedInChunks(exchange.body, chunk_bytes,
                           [&](std::string_view chunk) { return tx.OnRequestBodyChunk(chunk); });
    if (verdict.Blocks()) return verdict;
  }
  return tx.OnRequestBodyEnd();
}

Verdict PlayResponse(Transaction& tx, const Exchange& exchange, size_t chunk_bytes) {
  Verdict verdict;
  {
    Exact exact;  // views need only live as long as the call
    const std::vector<HeaderField> headers = exact(exchange.response_headers);
    ResponseView response;
    response.status = exchange.status;
    response.protocol = exact("HTTP/1.1");
    response.headers = headers;
    verdict = tx.OnResponseHeaders(response);
  }
  if (verdict.Blocks()) return verdict;
  if (tx.WantsResponseBody()) {
    verdict = FeedInChunks(exchange.response_body, chunk_bytes,
                           [&](std::string_view chunk) { return tx.OnResponseBodyChunk(chunk); });
    if (verdict.Blocks()) return verdict;
  }
  return tx.OnResponseBodyEnd();
}

}  // namespace

OverlaySpec Blocking() {
  OverlaySpec spec;
  spec.mode = Mode::kBlock;
  return spec;
}

Outcome Play(const Ruleset& ruleset, const OverlaySpec& overlay_spec, const Exchange& exchange,
             size_t chunk_bytes, const Clock* clock, std::pmr::memory_resource* memory,
             Store* store) {
  auto overlay = Overlay::Make(ruleset, overlay_spec);
  if (!overlay) {
    for (const std::string& error : overlay.error()) ADD_FAILURE() << error;
    return {};
  }
  const FakeClock still;
  Exact exact;
  const std::vector<HeaderField> headers = exact(exchange.headers);
  RequestView view;
  view.method = exact(exchange.method);
  view.target = exact(exchange.target);
  view.protocol = exact("HTTP/1.1");
  view.request_line =
      exact(std::string(exchange.method) + " " + std::string(exchange.target) + " HTTP/1.1");
  view.host = exact("shop.example");
  view.server_name = exact("default.example");
  view.routed_path = exact("/routed");
  view.unique_id = exact("id-1");
  view.headers = headers;
  view.client = {exact("192.0.2.7"), 4711};
  view.server = {exact("192.0.2.1"), 443};

  Outcome outcome;
  Transaction tx(ruleset, *overlay, memory, clock == nullptr ? still : *clock, store);
  outcome.verdict = PlayRequest(tx, view, exchange, chunk_bytes);
  if (!outcome.verdict.Blocks() && exchange.status != 0) {
    outcome.verdict = PlayResponse(tx, exchange, chunk_bytes);
  }
  const bool blocks = outcome.verdict.Blocks();
  const Event& event = tx.Finish(blocks ? outcome.verdict.status : exchange.status, blocks);
  EXPECT_EQ(event.enforced, blocks);
  outcome.phase = event.phase;
  outcome.story = StoryOf(event);
  for (const RuleMatch& match : event.matches) outcome.messages.emplace_back(match.message);
  return outcome;
}

Ruleset FromSecLang(std::string_view rules) {
  RulesetCompiler compiler;
  compiler.AddText("rules.conf", std::string(rules));
  Result<Ruleset, Diagnostics> ruleset = compiler.Compile();
  for (const Diagnostic& d : compiler.diagnostics())
    EXPECT_NE(d.severity, DiagnosticSeverity::kError) << FormatDiagnostic(d);
  if (!ruleset) throw std::runtime_error("the rules have errors");
  return *std::move(ruleset);
}

}  // namespace rasp
