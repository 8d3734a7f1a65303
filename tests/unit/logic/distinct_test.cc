// SPDX-License-Identifier: Apache-2.0
#include "logic/scenario.h"

namespace rasp {
namespace {

Ask Login(std::string user) { return Post("/login", "username=" + std::move(user), 401); }

constexpr std::string_view kStuffing = R"(
  {"id": 300200, "name": "Many users from one address", "distinct": "body.username", "on": "login",
   "by": "ip/64", "over": "10m", "limit": 20, "then": "block"})";

TEST(Distinct, BlocksNewValuesBeyondTheLimit) {
  Scenario shop(kStuffing);
  int passed = 0;
  for (int i = 0; i < 200; ++i) passed += !shop.Send(Login("user" + std::to_string(i))).blocked;
  EXPECT_NEAR(passed, 20, 3);
}

TEST(Distinct, RepeatedValuesDoNotCount) {
  Scenario shop(kStuffing);
  for (int i = 0; i < 200; ++i)
    EXPECT_FALSE(shop.Send(Login("user" + std::to_string(i % 15))).blocked);
}

// A bitmap cannot tell the known for sure: who has tried too many tries no more.
TEST(Distinct, BeyondTheLimitNothingPassesUntilTheWindowHasSlid) {
  Scenario shop(kStuffing);
  for (int i = 0; i < 100; ++i) shop.Send(Login("user" + std::to_string(i)));
  EXPECT_TRUE(shop.Send(Login("user3")).blocked);
  EXPECT_TRUE(shop.Send(Login("user99")).blocked);
  shop.clock.now_us += 12 * kMinute;
  EXPECT_FALSE(shop.Send(Login("user3")).blocked);
}

TEST(Distinct, OfPathParametersThatWereFound) {
  Scenario shop(R"({
    "model": "shop", "version": "1.0.0",
    "operations": {"order": {"match": "GET /orders/{id}"}},
    "events": {"order.seen": {"on": "order", "when": "resp.status == 200"}},
    "rules": [{"id": 1, "name": "n", "distinct": "path.id", "on": "order.seen", "by": "cookie.sid",
               "over": "10m", "limit": 10, "then": "ban 1h"}]})");
  int passed = 0;
  for (int i = 0; i < 100; ++i) {
    Ask ask = Get("/orders/" + std::to_string(i), "a");
    ask.status = i % 2 == 0 ? 200 : 404;
    passed += !shop.Send(ask).blocked;
  }
  EXPECT_NEAR(passed, 21, 4);
  EXPECT_TRUE(shop.Send(Get("/elsewhere", "a")).blocked);
  EXPECT_FALSE(shop.Send(Get("/orders/1", "b")).blocked);
}

TEST(Distinct, LargeLimitsAreSampled) {
  Scenario shop(R"({"id": 1, "name": "n", "distinct": "query.page", "on": "report", "by": "ip/64",
                    "over": "1h", "limit": 2000, "then": "limit"})");
  int passed = 0;
  for (int i = 0; i < 4000; ++i)
    passed += !shop.Send(Get("/report?page=" + std::to_string(i))).blocked;
  EXPECT_GT(passed, 1500);
  EXPECT_LT(passed, 4000);
}

}  // namespace
}  // namespace rasp
