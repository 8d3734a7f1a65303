// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <vector>

#include "logic/scenario.h"

namespace rasp {
namespace {

constexpr std::string_view kLogins = R"(
  {"id": 300100, "name": "Too many failed logins", "count": "login.fail", "by": "user",
   "over": "10m", "limit": 5, "then": "block 15m"})";

Ask Login(std::string user, uint16_t status, std::string address = "192.0.2.1") {
  Ask ask = Post("/login", "username=" + std::move(user) + "&password=x", status);
  ask.address = std::move(address);
  return ask;
}

TEST(Count, BlocksWhatGoesBeyondTheLimit) {
  Scenario shop(kLogins);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(shop.Send(Login("ann", 401)).blocked) << i;
  const Got sixth = shop.Send(Login("ann", 401));
  EXPECT_TRUE(sixth.blocked);
  EXPECT_EQ(sixth.status, 403);
  EXPECT_EQ(sixth.rules, std::vector<uint64_t>{300100});
  EXPECT_EQ(sixth.log_data.front(), "more than the limit: 6");
  EXPECT_FALSE(shop.Send(Login("bob", 401)).blocked);
}

TEST(Count, AddressesDoNotMatterToARuleByUser) {
  Scenario shop(kLogins);
  int passed = 0;
  for (int i = 0; i < 50; ++i)
    passed += !shop.Send(Login("ann", 401, "192.0.2." + std::to_string(i))).blocked;
  EXPECT_EQ(passed, 5);
}

TEST(Count, SuccessIsNotCounted) {
  Scenario shop(kLogins);
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(shop.Send(Login("ann", 200)).blocked) << i;
}

TEST(Count, TheBlockLastsAndEnds) {
  Scenario shop(kLogins);
  for (int i = 0; i < 6; ++i) shop.Send(Login("ann", 401));
  shop.clock.now_us += 14 * kMinute;
  const Got still = shop.Send(Login("ann", 200));
  EXPECT_TRUE(still.blocked);
  EXPECT_EQ(still.retry_after_s, 60u);
  shop.clock.now_us += 7 * kMinute;
  EXPECT_FALSE(shop.Send(Login("ann", 200)).blocked);
}

// 200 at once: what has not been answered yet counts as if it had failed.
TEST(Count, ParallelAttemptsAreCountedBeforeTheyAreAnswered) {
  Scenario shop(kLogins);
  std::vector<std::unique_ptr<OpenTransaction>> open;
  int passed = 0;
  for (int i = 0; i < 200; ++i) {
    open.push_back(shop.Open(Login("ann", 401)));
    passed += !open.back()->blocked();
  }
  EXPECT_EQ(passed, 5);
}

TEST(Count, ParallelSuccessesGiveBackWhatTheyTook) {
  Scenario shop(R"({"id": 1, "name": "n", "count": "login.fail", "by": "user", "over": "10m",
                    "limit": 5, "then": "block"})");
  std::vector<std::unique_ptr<OpenTransaction>> open;
  for (int i = 0; i < 5; ++i) open.push_back(shop.Open(Login("ann", 200)));
  EXPECT_TRUE(shop.Open(Login("ann", 200))->blocked());
  for (auto& transaction : open) EXPECT_FALSE(transaction->Answer().blocked);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(shop.Send(Login("ann", 401)).blocked) << i;
  EXPECT_TRUE(shop.Send(Login("ann", 401)).blocked);
}

TEST(Count, AnAttemptWithoutAnswerStaysCounted) {
  Scenario shop(kLogins);
  Ask gone = Login("ann", 401);
  gone.answered = false;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(shop.Send(gone).blocked) << i;
  EXPECT_TRUE(shop.Send(gone).blocked);
}

TEST(Count, TheWindowSlides) {
  Scenario shop(R"({"id": 1, "name": "n", "count": "report", "by": "ip/64", "over": "10m",
                    "limit": 10, "then": "limit"})");
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(shop.Send(Get("/report")).blocked) << i;
  const Got refused = shop.Send(Get("/report"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_GE(refused.retry_after_s, 600u);
  EXPECT_LE(refused.retry_after_s, 700u);
  shop.clock.now_us += (refused.retry_after_s + 1) * kSecond;
  EXPECT_FALSE(shop.Send(Get("/report")).blocked);
}

TEST(Count, RefusedRequestsAreNotCounted) {
  Scenario shop(R"({"id": 1, "name": "n", "count": "report", "by": "ip/64", "over": "10m",
                    "limit": 10, "then": "limit"})");
  for (int i = 0; i < 1000; ++i) shop.Send(Get("/report"));
  shop.clock.now_us += 12 * kMinute;
  EXPECT_FALSE(shop.Send(Get("/report")).blocked);
}

TEST(Count, WeighsByAFieldOfTheRequest) {
  Scenario shop(R"({"id": 1, "name": "n", "count": "report", "by": "ip/64", "over": "10m",
                    "limit": 100, "weight": "query.rows", "then": "limit"})");
  EXPECT_FALSE(shop.Send(Get("/report?rows=60")).blocked);
  EXPECT_TRUE(shop.Send(Get("/report?rows=60")).blocked);
  EXPECT_FALSE(shop.Send(Get("/report?rows=40")).blocked);
  EXPECT_TRUE(shop.Send(Get("/report?rows=-5")).blocked);  // counts as one
}

TEST(Count, WeighsByAFieldOfTheResponse) {
  Scenario shop(R"({"id": 1, "name": "n", "count": "report", "by": "ip/64", "over": "10m",
                    "limit": 100, "weight": "resp.header.x-cost", "then": "limit"})");
  Ask ask = Get("/report");
  ask.response_headers = {{"X-Cost", "99"}};
  EXPECT_FALSE(shop.Send(ask).blocked);
  EXPECT_FALSE(shop.Send(ask).blocked);
  EXPECT_TRUE(shop.Send(ask).blocked);
}

TEST(Count, EventsOfTheBodyAreSettledWhenItIsThere) {
  Scenario shop(R"({"id": 1, "name": "n", "count": "coupon.bad", "by": "ip/64", "over": "10m",
                    "limit": 2, "then": "block"})");
  Ask good = Post("/coupon", "code=a");
  good.response_body = R"({"ok": true})";
  Ask bad = good;
  bad.response_body = R"({"error": "no such coupon"})";
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(shop.Send(good).blocked) << i;
  EXPECT_FALSE(shop.Send(bad).blocked);
  EXPECT_FALSE(shop.Send(bad).blocked);
  EXPECT_TRUE(shop.Send(bad).blocked);
}

TEST(Count, AShadowRuleCountsOnAndSaysWhatItWould) {
  Scenario shop(R"({"id": 1, "name": "n", "mode": "shadow", "count": "report", "by": "ip/64",
                    "over": "10m", "limit": 2, "then": "block 10m"})");
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(shop.Send(Get("/report")).would_block);
  for (int i = 3; i < 10; ++i) {
    const Got got = shop.Send(Get("/report"));
    EXPECT_FALSE(got.blocked);
    EXPECT_TRUE(got.would_block);
    EXPECT_EQ(got.log_data.front(), "more than the limit: " + std::to_string(i));
  }
}

TEST(Count, ALocationThatDetectsDoesTheSame) {
  Scenario shop(kLogins, Mode::kDetect);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(shop.Send(Login("ann", 401)).would_block);
  const Got got = shop.Send(Login("ann", 401));
  EXPECT_FALSE(got.blocked);
  EXPECT_TRUE(got.would_block);
}

TEST(Count, TwoValuesForTheKeyAreRefused) {
  Scenario shop(kLogins);
  const Got got = shop.Send(Post("/login", "username=ann&username=bob", 401));
  EXPECT_TRUE(got.blocked);
  EXPECT_EQ(got.status, 400);
  EXPECT_FALSE(shop.Send(Post("/login", "username=ann&username=ann", 401)).blocked);
}

TEST(Count, ACanaryActsOnItsShareOfKeys) {
  Scenario shop(R"({"id": 1, "name": "n", "count": "report", "by": "who", "canary": 30,
                    "over": "10m", "limit": 1, "then": "block"})");
  int blocked = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string session = "s" + std::to_string(i);
    shop.Send(Get("/report", session));
    const bool second = shop.Send(Get("/report", session)).blocked;
    EXPECT_EQ(shop.Send(Get("/report", session)).blocked, second) << i;
    blocked += second ? 1 : 0;
  }
  EXPECT_NEAR(blocked, 150, 45);
}

TEST(Count, OpenWithoutItsStore) {
  Scenario shop(kLogins);
  shop.store = nullptr;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(shop.Send(Login("ann", 401)).blocked);
}

TEST(Count, ClosedWithoutItsStoreIfItSaysSo) {
  Scenario shop(R"({"id": 1, "name": "n", "count": "report", "by": "who", "over": "10m",
                    "limit": 1, "then": "block", "unavailable": "closed"})");
  shop.store = nullptr;
  const Got got = shop.Send(Get("/report"));
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.retry_after_s, 1u);
}

}  // namespace
}  // namespace rasp
