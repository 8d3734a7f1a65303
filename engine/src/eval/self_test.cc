// SPDX-License-Identifier: Apache-2.0
#include <memory_resource>
#include <utility>

#include "rasp/logic.h"
#include "rasp/transaction.h"
#include "rule/canary.h"
#include "rule/compiled_overlay.h"

namespace rasp {
namespace {

constexpr HeaderField kBrowserHeaders[] = {
    {"Host", "www.example.com"},
    {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
    {"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
    {"Accept-Language", "en-US,en;q=0.5"},
    {"Accept-Encoding", "gzip, deflate, br"},
    {"Connection", "keep-alive"},
    {"Cookie", "session=8f14e45fceea167a5a36dedd4bea2543"},
};

RequestView BrowserRequest(std::string_view target, std::string_view line) {
  RequestView request;
  request.method = "GET";
  request.target = target;
  request.protocol = "HTTP/1.1";
  request.request_line = line;
  request.host = "www.example.com";
  request.server_name = "www.example.com";
  request.routed_path = "/products/list";
  request.unique_id = "self-test";
  request.headers = kBrowserHeaders;
  request.client = {"192.0.2.10", 50000};
  request.server = {"192.0.2.1", 443};
  return request;
}

// "rule 400100 on ARGS:id, ...".
std::string MatchedRules(const Event& event) {
  std::string text;
  for (const RuleMatch& match : event.matches) {
    text += std::string(text.empty() ? "" : ", ") + "rule " + std::to_string(match.rule->id) +
            " on " + std::string(match.target);
  }
  return text;
}

}  // namespace

Result<bool> SelfTest(const Ruleset& ruleset) {
  using Outcome = Result<bool>;
  // SecRuleEngine: Off runs nothing, and DetectionOnly blocks nothing.
  if (ruleset.settings().mode == Mode::kOff) return true;
  // Business logic is off: there is nothing yet that it could remember in.
  auto settings = std::make_unique<CompiledOverlay>(MakeOverlay(ruleset.compiled(), Mode::kBlock));
  if (ruleset.logic() != nullptr) settings->logic_active.resize(ruleset.logic()->rules().size());
  const Overlay overlay(std::move(settings));
  {
    constexpr std::string_view kTarget = "/products/list?rasp-canary=%3Ccanary%3E%20%27or%201%3D1";
    constexpr std::string_view kLine =
        "GET /products/list?rasp-canary=%3Ccanary%3E%20%27or%201%3D1 HTTP/1.1";
    Transaction tx(ruleset, overlay, std::pmr::new_delete_resource(), SystemClock());
    Verdict verdict = tx.OnRequestHeaders(BrowserRequest(kTarget, kLine));
    if (!verdict.Blocks()) verdict = tx.OnRequestBodyEnd();
    if (!verdict.Blocks() && !verdict.would_block)
      return Outcome::Failure("the engine let the planted attack pass");
  }
  constexpr std::string_view kTarget = "/products/list?page=2&sort=price";
  constexpr std::string_view kLine = "GET /products/list?page=2&sort=price HTTP/1.1";
  Transaction tx(ruleset, overlay, std::pmr::new_delete_resource(), SystemClock());
  Verdict verdict = tx.OnRequestHeaders(BrowserRequest(kTarget, kLine));
  if (!verdict.Blocks()) verdict = tx.OnRequestBodyEnd();
  const Event& event = tx.Finish(200, false);
  if (verdict.degraded.Any())
    return Outcome::Failure("an ordinary GET could not be inspected in full");
  if (verdict.Blocks() || verdict.would_block)
    return Outcome::Failure("an ordinary GET is blocked; it matches " + MatchedRules(event));
  return true;
}

}  // namespace rasp
