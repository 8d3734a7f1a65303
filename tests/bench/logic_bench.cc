// SPDX-License-Identifier: Apache-2.0
// What business logic costs: each operation of a region alone (store/...), and one transaction's
// session under a model with one rule of each operator (rule/...), the request and its response
// included. rule/none is a model whose rules are on another operation. Times are CPU time of the
// one thread; no two requests are of the same entity, and the region is half full.
#include <benchmark/benchmark.h>

#include <memory>
#include <memory_resource>
#include <string>

#include "json_rules/document.h"
#include "logic/session.h"
#include "logic_rules/load.h"
#include "rasp/entity_region.h"

namespace rasp {
namespace {

constexpr int64_t kNow = 1'700'000'400'000'000;
constexpr int64_t kMinute = 60'000'000;
constexpr HashKey kHashKey = {3};
constexpr uint64_t kEntities = 200'000;

EntityKey KeyOf(uint64_t number) {
  return HashText(kHashKey, {reinterpret_cast<const char*>(&number), sizeof(number)});
}

EntityRegion& Store() {
  static const auto kStore = [] {
    auto store = MakeMemoryEntityRegion(64 << 20, kHashKey);
    for (uint64_t i = 0; i < kEntities; ++i) {
      store->Add(KeyOf(i), {10 * kMinute, 1, UINT32_MAX}, kNow);
      store->AddDistinct(KeyOf(i), {10 * kMinute, i, 0}, kNow);
    }
    return store;
  }();
  return *kStore;
}

template <typename Operation>
void OnStore(benchmark::State& state, Operation operation) {
  EntityRegion& store = Store();
  uint64_t number = 0;
  for ([[maybe_unused]] auto iteration : state) {
    number = (number + 7919) % kEntities;
    operation(store, KeyOf(number));
  }
}

std::unique_ptr<const CompiledLogic> Model(const std::string& rule) {
  const std::string text = R"json({
    "model": "bench", "version": "1.0.0",
    "operations": {"login": {"match": "POST /login"}, "cart": {"match": "GET /cart/{id}"},
                   "pay": {"match": "POST /cart/{id}/pay"}},
    "events": {"login.fail": {"on": "login", "when": "resp.status in (401, 403)"},
               "pay.ok": {"on": "pay", "when": "resp.status < 400"}},
    "keys": {"who": {"first": ["cookie.sid", "ip/64"]}},
    "rules": [)json" + rule +
                           "]}";
  Diagnostics diagnostics;
  LogicLoader loader(diagnostics);
  loader.Add(ParseJsonDocument(text, "bench.json", diagnostics), "bench.json");
  return loader.Finish();
}

// A request for `target` of a client of its own, through every stage.
void OnRule(benchmark::State& state, const std::string& rule, std::string_view method,
            std::string_view target) {
  const auto model = Model(rule);
  if (model == nullptr) {
    state.SkipWithError("the model could not be loaded");
    return;
  }
  EntityRegion& store = Store();
  const std::vector<bool> active(model->rules.size(), true);
  std::array<std::byte, 16384> bytes;
  uint64_t number = 0;
  for ([[maybe_unused]] auto iteration : state) {
    std::pmr::monotonic_buffer_resource arena(bytes.data(), bytes.size(),
                                              std::pmr::null_memory_resource());
    char session_id[24] = "session-";
    for (int i = 8; i < 20; ++i)
      session_id[i] = static_cast<char>('a' + (number >> (i - 8) * 2) % 16);
    ++number;
    FieldList query(&arena);
    FieldList cookies(&arena);
    cookies.push_back({"sid", {session_id, 20}});
    BodyFacts body(&arena);
    body.arguments.push_back({"username", {session_id, 20}});
    const HeaderField headers[] = {{"Host", "shop.example"},
                                   {"User-Agent", "Mozilla/5.0"},
                                   {"Idempotency-Key", {session_id, 20}}};
    RequestView request;
    request.method = method;
    request.target = target;
    request.client.address = "192.0.2.1";
    request.headers = headers;
    LogicSession session(*model, active, true, &store, arena);
    session.now_us = kNow + static_cast<int64_t>(number);
    session.in.request = &request;
    session.in.path = target;
    session.in.query = &query;
    session.in.cookies = &cookies;
    session.Reach(LogicStage::kRequestHeaders);
    session.in.body_kind = BodyKind::kUrlEncoded;
    session.in.body = &body;
    session.in.raw_body = "username=x";
    session.Reach(LogicStage::kRequestBody);
    session.in.status = 200;
    session.in.response_headers = headers;
    benchmark::DoNotOptimize(session.Reach(LogicStage::kResponseHeaders));
    session.End(false);
  }
}

void RegisterStore() {
  const auto add = [](const char* name, auto operation) {
    benchmark::RegisterBenchmark((std::string("store/") + name).c_str(),
                                 [=](benchmark::State& state) { OnStore(state, operation); });
  };
  add("hash", [](EntityRegion&, const EntityKey& key) { benchmark::DoNotOptimize(key); });
  add("count", [](EntityRegion& store, const EntityKey& key) {
    benchmark::DoNotOptimize(store.Add(key, {10 * kMinute, 1, UINT32_MAX}, kNow));
  });
  add("distinct", [](EntityRegion& store, const EntityKey& key) {
    benchmark::DoNotOptimize(store.AddDistinct(key, {10 * kMinute, key.low, 0}, kNow));
  });
  add("claim", [](EntityRegion& store, const EntityKey& key) {
    benchmark::DoNotOptimize(store.TryClaim(key, {1, kMinute, kMinute, 1}, kNow));
  });
  add("lease", [](EntityRegion& store, const EntityKey& key) {
    store.Return(key, store.Acquire(key, {1, kMinute}, kNow).id, kNow);
  });
  add("step", [](EntityRegion& store, const EntityKey& key) {
    const Step step{1, true, kNow};
    benchmark::DoNotOptimize(store.PushStep(key, &step, kMinute, kNow));
  });
  add("label", [](EntityRegion& store, const EntityKey& key) {
    benchmark::DoNotOptimize(store.GetLabel(key, kNow));
  });
  add("memo", [](EntityRegion& store, const EntityKey& key) {
    benchmark::DoNotOptimize(store.Exchange(key, {}, kMinute, kNow));
  });
}

void RegisterRules() {
  struct Row {
    const char* name;
    const char* rule;
    const char* method;
    const char* target;
  };
  constexpr Row kRows[] = {
      {"none",
       R"({"id": 1, "name": "n", "count": "login", "by": "who", "over": "10m", "limit": 5})", "GET",
       "/elsewhere"},
      {"count",
       R"({"id": 1, "name": "n", "count": "cart", "by": "who", "over": "10m", "limit": 5})", "GET",
       "/cart/7"},
      {"count_reserved",
       R"({"id": 1, "name": "n", "count": "login.fail", "by": "body.username", "over": "10m",
           "limit": 5, "then": "block 15m"})",
       "POST", "/login"},
      {"distinct",
       R"({"id": 1, "name": "n", "distinct": "body.username", "on": "login", "by": "ip/64",
           "over": "10m", "limit": 200})",
       "POST", "/login"},
      {"once",
       R"({"id": 1, "name": "n", "once": "header.idempotency-key", "on": "pay", "by": "who",
           "ttl": "24h", "mismatch": 422})",
       "POST", "/cart/7/pay"},
      {"in_flight", R"({"id": 1, "name": "n", "in_flight": "pay", "by": "who"})", "POST",
       "/cart/7/pay"},
      {"flow",
       R"({"id": 1, "name": "n", "flow": ["cart", "pay.ok"], "by": "who", "within": "30m",
           "unknown": "pass"})",
       "POST", "/cart/7/pay"},
      {"memo_label", R"({"id": 1, "name": "n", "memo": "has", "label": "dead", "by": "who"})",
       "GET", "/cart/7"},
      {"memo_changed",
       R"({"id": 1, "name": "n", "memo": "changed", "watch": ["agent"], "by": "who"})", "GET",
       "/cart/7"},
      {"ban_check",
       R"({"id": 1, "name": "n", "count": "login", "by": "who", "over": "10m", "limit": 5,
           "then": "ban 1h"})",
       "GET", "/elsewhere"},
  };
  for (const Row& row : kRows) {
    benchmark::RegisterBenchmark(
        (std::string("rule/") + row.name).c_str(),
        [row](benchmark::State& state) { OnRule(state, row.rule, row.method, row.target); });
  }
}

}  // namespace
}  // namespace rasp

int main(int argc, char** argv) {
  rasp::RegisterStore();
  rasp::RegisterRules();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
