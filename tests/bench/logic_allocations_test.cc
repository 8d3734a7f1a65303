// SPDX-License-Identifier: Apache-2.0
// Business logic asks the heap for nothing: what a transaction needs is in its host's memory, what
// outlives it in the region.
#include <gtest/gtest.h>

#include <memory_resource>
#include <string>
#include <vector>

#include "allocation_counter.h"
#include "rasp/entity_region.h"
#include "rasp/host.h"
#include "rasp/ruleset.h"
#include "rasp/transaction.h"

namespace rasp {
namespace {

constexpr std::string_view kModel = R"json({
  "model": "shop", "version": "1.0.0",
  "operations": {"login": {"match": "POST /login/{realm}"}},
  "events": {"login.fail": {"on": "login", "when": "resp.status in (401, 403) or resp.body ~ 'Inval[i]d'"}},
  "keys": {"sid": {"first": ["cookie.sid"], "follow": true}},
  "rules": [
    {"id": 1, "name": "a", "count": "login.fail", "by": "body.username", "over": "10m", "limit": 5000,
     "then": "block 15m"},
    {"id": 2, "name": "b", "distinct": "body.username", "on": "login", "by": "ip/64", "over": "10m",
     "limit": 5, "then": ["tag many +1", "delay 10ms", "ban 1h"], "mode": "shadow"},
    {"id": 3, "name": "c", "once": "header.idempotency-key", "on": "login", "by": "sid", "ttl": "1h",
     "mismatch": 422},
    {"id": 4, "name": "d", "in_flight": "login", "by": "sid", "limit": 5},
    {"id": 5, "name": "e", "flow": ["login.fail", "login"], "by": "sid", "within": "1h", "unknown": "pass"},
    {"id": 6, "name": "f", "memo": "changed", "watch": ["agent", "network"], "by": "sid", "then": "tag moved"},
    {"id": 7, "name": "g", "count": "login", "by": "path.realm", "over": "1m", "limit": 0, "then": "tag busy"}]
})json";

class Exchanges {
 public:
  Exchanges() : memory_(8 << 20) {
    RulesetCompiler compiler;
    compiler.AddText("shop.json", std::string(kModel));
    auto ruleset = compiler.Compile();
    if (!ruleset) return;
    ruleset_.emplace(*std::move(ruleset));
    OverlaySpec spec;
    spec.mode = Mode::kBlock;
    spec.threshold = 1000;
    auto overlay = Overlay::Make(*ruleset_, spec);
    if (overlay) overlay_.emplace(*std::move(overlay));
  }
  bool ready() const { return overlay_.has_value(); }

  // The number of the rules that matched.
  size_t Run(int number) {
    std::pmr::monotonic_buffer_resource memory(memory_.data(), memory_.size(),
                                               std::pmr::null_memory_resource());
    const HeaderField head[] = {
        {"Host", "shop.example"},
        {"Cookie", number % 2 == 0 ? "sid=first" : "sid=second-of-them"},
        {"User-Agent", number % 3 == 0 ? "Mozilla/5.0 (X11; Linux x86_64)" : "curl/7.88.1"},
        {"Idempotency-Key", "2b0b2a5e-5b1f-4a3b-8f2e-000000000001"},
        {"Content-Type", "application/x-www-form-urlencoded"}};
    RequestView view;
    view.method = "POST";
    view.target = "/login/customers";
    view.protocol = "HTTP/1.1";
    view.client.address = "2001:db8:1:2:3:4:5:6";
    view.headers = head;
    Transaction transaction(*ruleset_, *overlay_, &memory, SystemClock());
    transaction.SetEntities(store_.get());
    Verdict verdict = transaction.OnRequestHeaders(view);
    if (!verdict.Blocks()) {
      transaction.OnRequestBodyChunk("username=ann.of.cleves%40example.org&password=secret");
      verdict = transaction.OnRequestBodyEnd();
    }
    if (!verdict.Blocks()) {
      const HeaderField answer[] = {{"Content-Type", "text/html"},
                                    {"Set-Cookie", "sid=another-session-id; Path=/; HttpOnly"}};
      ResponseView response;
      response.status = 401;
      response.headers = answer;
      transaction.OnResponseHeaders(response);
      if (transaction.WantsResponseBody()) {
        transaction.OnResponseBodyChunk("<p>Invalid password</p>");
        transaction.OnResponseBodyEnd();
      }
    }
    return transaction.Finish(401, verdict.Blocks()).matches.size();
  }

 private:
  std::vector<std::byte> memory_;
  std::unique_ptr<EntityRegion> store_ = MakeMemoryEntityRegion(1 << 20, HashKey{6});
  std::optional<Ruleset> ruleset_;
  std::optional<Overlay> overlay_;
};

TEST(LogicAllocations, ThereAreNone) {
  Exchanges exchanges;
  ASSERT_TRUE(exchanges.ready());
  size_t matches = 0;
  for (int i = 0; i < 100; ++i) matches += exchanges.Run(i);
  ASSERT_GT(matches, 100u);
  StartCountingAllocations();
  for (int i = 0; i < 100; ++i) exchanges.Run(i);
  const AllocationCounts counts = StopCountingAllocations();
  EXPECT_EQ(counts.of(Allocator::kOurs).calls, 0u) << AllocationSites(8);
}

}  // namespace
}  // namespace rasp
