// SPDX-License-Identifier: Apache-2.0
#include "logic/client_network.h"
#include "logic/scenario.h"

namespace rasp {
namespace {

Ask As(std::string session, std::string agent = "Firefox", std::string address = "192.0.2.1") {
  Ask ask = Get("/report", std::move(session));
  ask.headers.emplace_back("User-Agent", std::move(agent));
  ask.address = std::move(address);
  return ask;
}

TEST(Memo, ALabelClosesASession) {
  Scenario shop(R"(
    {"id": 1, "name": "Logged out", "memo": "set", "label": "dead", "on": "logout", "by": "sid",
     "for": "24h"},
    {"id": 2, "name": "Used after logout", "memo": "has", "label": "dead", "by": "sid",
     "then": "block"})");
  EXPECT_FALSE(shop.Send(Get("/report", "a")).blocked);
  Ask logout = Post("/logout", "");
  logout.headers.emplace_back("Cookie", "sid=a");
  EXPECT_FALSE(shop.Send(logout).blocked);
  EXPECT_TRUE(shop.Send(Get("/report", "a")).blocked);
  EXPECT_FALSE(shop.Send(Get("/report", "b")).blocked);
  shop.clock.now_us += int64_t{25} * 60 * kMinute;
  EXPECT_FALSE(shop.Send(Get("/report", "a")).blocked);
}

TEST(Memo, ASessionThatTheServerNeverGaveLacksItsLabel) {
  Scenario shop(R"(
    {"id": 1, "name": "Given", "memo": "set", "label": "given", "on": "login.ok", "by": "sid",
     "as": "resp.cookie.sid", "for": "24h"},
    {"id": 2, "name": "Invented session", "memo": "lacks", "label": "given", "on": "report",
     "by": "sid", "then": "block"})");
  EXPECT_TRUE(shop.Send(Get("/report", "invented")).blocked);
  Ask login = Post("/login", "username=ann");
  login.headers.emplace_back("Cookie", "sid=before");
  login.response_headers = {{"Set-Cookie", "sid=real; Path=/; HttpOnly"}};
  EXPECT_FALSE(shop.Send(login).blocked);
  EXPECT_FALSE(shop.Send(Get("/report", "real")).blocked);
  EXPECT_TRUE(shop.Send(Get("/report", "before")).blocked);
}

TEST(Memo, ChangesOfAgentAndNetwork) {
  Scenario shop(R"({"id": 1, "name": "n", "memo": "changed", "watch": ["network", "agent"],
                    "by": "sid", "then": "block"})");
  EXPECT_FALSE(shop.Send(As("a")).blocked);
  EXPECT_FALSE(shop.Send(As("a", "Firefox", "192.0.2.200")).blocked);  // the same /24
  for (int i = 0; i < 3; ++i) {
    const Got got = shop.Send(As("a", "curl"));
    EXPECT_TRUE(got.blocked) << i;  // it does not become the session's agent
    EXPECT_EQ(got.log_data.front(), "another agent than before");
  }
  EXPECT_TRUE(shop.Send(As("a", "Firefox", "198.51.100.1")).blocked);
  EXPECT_FALSE(shop.Send(As("a")).blocked);
  EXPECT_FALSE(shop.Send(As("b", "curl")).blocked);
}

TEST(Memo, TellsTheNewFromTheKnown) {
  Scenario shop(R"({"id": 1, "name": "n", "memo": "younger", "for": "10m", "on": "coupon",
                    "by": "who", "then": "tag new-session +2"},
                   {"id": 2, "name": "n", "memo": "younger", "for": "1s", "on": "report",
                    "by": "who", "then": "log"})");
  EXPECT_EQ(shop.Send(Post("/coupon", "a=1")).upstream_tags, "new-session;score=2");
  shop.clock.now_us += 11 * kMinute;
  EXPECT_EQ(shop.Send(Post("/coupon", "a=1")).upstream_tags, "");
}

TEST(Memo, ImpossibleTravel) {
  Scenario shop(R"({"id": 1, "name": "n", "memo": "travel", "limit_kmh": 1000, "on": "report",
                    "by": "sid", "then": "block"})");
  const auto from = [&](int latitude, int longitude) {
    const auto open = shop.Open(Get("/nothing"));
    RequestView view;
    view.method = "GET";
    view.target = "/report";
    const HeaderField cookie{"Cookie", "sid=a"};
    view.headers = {&cookie, 1};
    auto overlay = Overlay::Make(shop.ruleset(), shop.spec);
    Transaction transaction(shop.ruleset(), *overlay, std::pmr::new_delete_resource(), shop.clock);
    transaction.SetEntities(shop.store);
    transaction.SetClientNetwork(
        {0, static_cast<int16_t>(latitude), static_cast<int16_t>(longitude)});
    const bool blocked = transaction.OnRequestHeaders(view).Blocks();
    transaction.Finish(200, blocked);
    return blocked;
  };
  EXPECT_FALSE(from(5251, 1338));  // Berlin
  shop.clock.now_us += 5 * kMinute;
  EXPECT_FALSE(from(5239, 1306));  // Potsdam
  shop.clock.now_us += 5 * kMinute;
  EXPECT_TRUE(from(3568, 13969));  // Tokyo
  EXPECT_FALSE(from(5251, 1338));  // still in Berlin
  shop.clock.now_us += int64_t{12} * 60 * kMinute;
  EXPECT_FALSE(from(3568, 13969));                     // flown
  EXPECT_FALSE(from(Memo::kNoPlace, Memo::kNoPlace));  // not known
}

TEST(Kilometres, AreThoseOfTheGlobe) {
  EXPECT_NEAR(Kilometres(5252, 1341, 4886, 235), 878, 10);  // Berlin, Paris
  EXPECT_NEAR(Kilometres(0, 17999, 0, -17999), 2.2, 0.1);
  EXPECT_EQ(Kilometres(1, 1, 1, 1), 0);
}

}  // namespace
}  // namespace rasp
