// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include "logic/scenario.h"

namespace rasp {
namespace {

TEST(Actions, TagsAddUpAndReachTheUpstream) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "report", "by": "ip/64", "over": "1m", "limit": 0,
     "then": "tag busy +2"},
    {"id": 2, "name": "b", "count": "report", "by": "who", "over": "1m", "limit": 0,
     "then": ["tag again", "delay 300ms"]})");
  const Got got = shop.Send(Get("/report"));
  EXPECT_FALSE(got.blocked);
  EXPECT_EQ(got.upstream_tags, "busy;score=2, again");
  EXPECT_EQ(got.delay_ms, 300u);
  EXPECT_EQ(got.rules, (std::vector<uint64_t>{1, 2}));
}

TEST(Actions, ScoresReachTheThreshold) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "report", "by": "ip/64", "over": "1m", "limit": 0,
     "then": "tag a +3"},
    {"id": 2, "name": "b", "count": "report", "by": "who", "over": "1m", "limit": 1,
     "then": "tag b +2"})");
  EXPECT_FALSE(shop.Send(Get("/report")).blocked);
  EXPECT_TRUE(shop.Send(Get("/report")).blocked);
}

TEST(Actions, TheStrongestActs) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "report", "by": "ip/64", "over": "1m", "limit": 0,
     "then": ["redirect /verify", "block 451"]})");
  EXPECT_EQ(shop.Send(Get("/report")).status, 451);
}

TEST(Actions, ABanHoldsEverywhereAndEnds) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "report", "by": "ip/64", "over": "1m", "limit": 1,
     "then": "ban 1h 404"})");
  shop.Send(Get("/report"));
  EXPECT_EQ(shop.Send(Get("/report")).status, 404);
  const Got elsewhere = shop.Send(Get("/anything"));
  EXPECT_TRUE(elsewhere.blocked);
  EXPECT_EQ(elsewhere.status, 404);
  EXPECT_EQ(elsewhere.retry_after_s, 3600u);
  Ask other = Get("/anything");
  other.address = "192.0.2.2";
  EXPECT_FALSE(shop.Send(other).blocked);
  shop.clock.now_us += 60 * kMinute;
  EXPECT_FALSE(shop.Send(Get("/anything")).blocked);
}

TEST(Actions, AnEditedBanIsObeyed) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "report", "by": "ip/64", "over": "1m", "limit": 1000,
     "then": "ban 1h"})");
  const EntityKey key = LabelKey(shop.store->hash_key(), kBanLabel, "ip/64", "192.0.2.1");
  shop.store->SetLabel(key, 403, shop.clock.now_us + kMinute, shop.clock.now_us);
  EXPECT_TRUE(shop.Send(Get("/")).blocked);
  shop.store->Forget(key, RecordKind::kLabel, shop.clock.now_us);
  EXPECT_FALSE(shop.Send(Get("/")).blocked);
}

TEST(Actions, ShadowRulesBanNobody) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "mode": "shadow", "count": "report", "by": "ip/64", "over": "1m",
     "limit": 1, "then": ["ban 1h", "tag x +9", "delay 5s"]})");
  shop.Send(Get("/report"));
  const Got got = shop.Send(Get("/report"));
  EXPECT_TRUE(got.would_block);
  EXPECT_FALSE(got.blocked);
  EXPECT_EQ(got.delay_ms, 0u);
  EXPECT_EQ(got.upstream_tags, "");
  EXPECT_FALSE(shop.Send(Get("/anything")).would_block);
}

TEST(Sessions, ExcludedRulesAreOff) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "report", "by": "ip/64", "over": "1m", "limit": 0,
     "then": "block", "tags": ["quota"]})");
  EXPECT_TRUE(shop.Send(Get("/report")).blocked);
  shop.Exclude("1");
  EXPECT_FALSE(shop.Send(Get("/report")).blocked);
  shop.spec.exclusions.clear();
  shop.Exclude("tag:quota");
  EXPECT_FALSE(shop.Send(Get("/report")).blocked);
}

TEST(Sessions, RulesOfOtherOperationsCostNothing) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "report", "by": "ip/64", "over": "1m", "limit": 0})");
  EXPECT_TRUE(shop.Send(Get("/elsewhere")).rules.empty());
  EXPECT_EQ(shop.store->stats().records, 0u);
}

TEST(Sessions, WhatARuleRefusesIsNotCountedBehindIt) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "report", "by": "ip/64", "over": "10m", "limit": 1,
     "then": "limit"},
    {"id": 2, "name": "b", "count": "report", "by": "who", "over": "10m", "limit": 3,
     "then": "block"})");
  for (int i = 0; i < 10; ++i) shop.Send(Get("/report", "s"));
  const auto records = shop.ruleset().logic()->RecordsOf(shop.store->hash_key(), "who", "s");
  EXPECT_EQ(shop.store->Sum(records[0].at, 10 * kMinute, shop.clock.now_us).sum, 1u);
}

TEST(Sessions, KeysTakeTheFirstThatIsThere) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "report", "by": "who", "over": "1m", "limit": 1,
     "then": "block"})");
  EXPECT_FALSE(shop.Send(Get("/report", "a")).blocked);
  EXPECT_FALSE(shop.Send(Get("/report", "b")).blocked);
  EXPECT_FALSE(shop.Send(Get("/report")).blocked);
  EXPECT_TRUE(shop.Send(Get("/report")).blocked);
}

constexpr std::string_view kFollowing = R"json({
  "model": "shop", "version": "1.0.0",
  "operations": {"cart": {"match": "GET /cart"}, "login": {"match": "POST /login"},
                 "pay": {"match": "POST /pay"}, "report": {"match": "GET /report"}},
  "keys": {"sid": {"first": ["cookie.sid"], "follow": true}},
  "rules": [
    {"id": 1, "name": "a", "flow": ["cart", "pay"], "by": "sid", "within": "30m", "then": "block"},
    {"id": 2, "name": "b", "count": "report", "by": "sid", "over": "10m", "limit": 2,
     "then": "ban 1h"}]})json";

Ask Giving(Ask ask, std::string session) {
  ask.response_headers = {{"Set-Cookie", "sid=" + std::move(session) + "; HttpOnly"}};
  return ask;
}
Ask With(Ask ask, std::string session) {
  ask.headers.emplace_back("Cookie", "sid=" + std::move(session));
  return ask;
}

TEST(Sessions, AreFollowedWhenALoginChangesTheirId) {
  Scenario shop(kFollowing);
  shop.Send(Get("/cart", "before"));
  shop.Send(Giving(With(Post("/login", ""), "before"), "after"));
  shop.Send(Giving(With(Post("/login", ""), "after"), "again"));
  EXPECT_FALSE(shop.Send(With(Post("/pay", ""), "again")).blocked);
  EXPECT_FALSE(shop.Send(With(Post("/pay", ""), "after")).blocked);
  EXPECT_TRUE(shop.Send(With(Post("/pay", ""), "other")).blocked);
}

TEST(Sessions, LimitsAndBansFollowToo) {
  Scenario shop(kFollowing);
  shop.Send(Get("/report", "before"));
  shop.Send(Giving(Get("/report", "before"), "after"));
  EXPECT_TRUE(shop.Send(Get("/report", "after")).blocked);
  EXPECT_TRUE(shop.Send(Get("/elsewhere", "after")).blocked);
  EXPECT_TRUE(shop.Send(Get("/elsewhere", "before")).blocked);
  const auto records = shop.ruleset().logic()->RecordsOf(shop.store->hash_key(), "sid", "after",
                                                         shop.store, shop.clock.now_us);
  bool banned = false;
  for (const auto& record : records)
    banned |= record.label == "ban" && shop.store->GetLabel(record.at, shop.clock.now_us).present;
  EXPECT_TRUE(banned);
}

TEST(Sessions, AFlowMayBeginWithTheRequestThatBeginsTheSession) {
  Scenario shop(kFollowing);
  EXPECT_FALSE(shop.Send(Giving(Get("/cart"), "first")).blocked);
  EXPECT_FALSE(shop.Send(With(Post("/pay", ""), "first")).blocked);
  EXPECT_TRUE(shop.Send(With(Post("/pay", ""), "second")).blocked);
}

// Workers at the same time: no more than the limit pass, and one coupon is redeemed once.
TEST(Sessions, ThreadsShareLimitsAndNonces) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "login.fail", "by": "user", "over": "10m", "limit": 5,
     "then": "block"},
    {"id": 2, "name": "b", "once": "body.code", "on": "coupon", "ttl": "1h"})");
  std::atomic<int> logins{0};
  std::atomic<int> coupons{0};
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 8; ++worker) {
    workers.emplace_back([&] {
      for (int i = 0; i < 60; ++i) {
        logins += shop.Send(Post("/login", "username=ann", 401)).blocked ? 0 : 1;
        coupons += shop.Send(Post("/coupon", "code=SPRING")).blocked ? 0 : 1;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(logins, 5);
  EXPECT_EQ(coupons, 1);
}

TEST(Sessions, NoNamesAreKept) {
  Scenario shop(R"(
    {"id": 1, "name": "a", "count": "login", "by": "user", "over": "1m", "limit": 9},
    {"id": 2, "name": "b", "flow": ["cart", "address"], "by": "who", "within": "1m"})");
  std::vector<uint64_t> memory((1 << 20) / 8);
  EntityRegion::Format(memory.data(), 1 << 20, HashKey{5});
  EntityRegion region(memory.data(), 1 << 20, SingleProcess());
  shop.store = &region;
  shop.Send(Post("/login", "username=annabella@example.org"));
  shop.Send(Get("/cart/7", "sessionsecret"));
  EXPECT_EQ(region.stats().records, 2u);
  const std::string_view bytes(reinterpret_cast<const char*>(memory.data()), 1 << 20);
  for (const char* name : {"annabella", "sessionsecret", "192.0.2.1"})
    EXPECT_EQ(bytes.find(name), std::string_view::npos) << name;
}

}  // namespace
}  // namespace rasp
