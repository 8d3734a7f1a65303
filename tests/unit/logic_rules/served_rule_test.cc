// SPDX-License-Identifier: Apache-2.0
#include "logic/scenario.h"

namespace rasp {
namespace {

std::string Model(const std::string& more = "") {
  return R"({"model": "shop", "version": "1",
    "operations": {"carts": {"match": "GET /carts"}, "cart": {"match": "GET /carts/{id}"}},
    "rules": [{"id": 1, "name": "Never served", "served": "path.id", "on": "cart", "pages": "carts",
      "from": ["resp.json:/carts/*/id", "resp.json:/main"], "by": "cookie.sid", "ttl": "1h",
      "then": "block 404")" +
         more + "}]}";
}

Ask List(std::string json, std::string session = "ann") {
  Ask ask = Get("/carts", std::move(session));
  ask.response_body = std::move(json);
  return ask;
}

TEST(Served, LetsPassWhatResponsesGave) {
  Scenario shop(Model());
  EXPECT_FALSE(shop.Send(Get("/carts/7", "ann")).blocked);  // nothing is known of the session
  EXPECT_FALSE(shop.Send(List(R"({"main": "m", "carts": [{"id": 7}, {"id": "\u0061b"}], "id": 9})"))
                   .blocked);
  for (const char* id : {"7", "ab", "m"}) {
    EXPECT_FALSE(shop.Send(Get(std::string("/carts/") + id, "ann")).blocked) << id;
  }
  int blocked = 0;
  for (int id = 1000; id < 1100; ++id) {
    blocked += shop.Send(Get("/carts/" + std::to_string(id), "ann")).blocked ? 1 : 0;
  }
  EXPECT_GE(blocked, 90);                                      // of a filter, not of a list
  EXPECT_FALSE(shop.Send(Get("/carts/1000", "bob")).blocked);  // another session
  const Got got = shop.Send(Get("/carts/9", "ann"));
  EXPECT_EQ(got.status, 404);
  EXPECT_EQ(got.log_data.front(), "an identifier that no response has given");
  shop.clock.now_us += 61 * kMinute;
  EXPECT_FALSE(shop.Send(Get("/carts/9", "ann")).blocked);  // forgotten
}

TEST(Served, CanAskForAResponseFirst) {
  Scenario shop(Model(R"(, "unknown": "act")"));
  EXPECT_TRUE(shop.Send(Get("/carts/7", "ann")).blocked);
  shop.Send(List(R"({"carts": [{"id": 7}]})"));
  EXPECT_FALSE(shop.Send(Get("/carts/7", "ann")).blocked);
  EXPECT_TRUE(shop.Send(Get("/carts/7", "eve")).blocked);
}

TEST(Served, LearnsNothingFromFailuresAndRubbish) {
  Scenario shop(Model(R"(, "unknown": "act")"));
  Ask failed = List(R"({"carts": [{"id": 7}]})");
  failed.status = 403;
  shop.Send(failed);
  EXPECT_TRUE(shop.Send(Get("/carts/7", "ann")).blocked);
  shop.Send(List("not json"));
  shop.Send(List(R"({"carts": [{"id": {"id": 7}}, {"id": null}]})"));
  EXPECT_TRUE(shop.Send(Get("/carts/7", "ann")).blocked);
}

TEST(Served, KnowsAllOfAWholePage) {
  Scenario shop(Model());
  std::string json = R"({"carts": [)";
  for (int id = 1; id <= 40; ++id)
    json += (id > 1 ? "," : "") + (R"({"id": )" + std::to_string(id) + "}");
  shop.Send(List(json + "]}"));
  for (int id = 1; id <= 40; ++id) {
    EXPECT_FALSE(shop.Send(Get("/carts/" + std::to_string(id), "ann")).blocked) << id;
  }
}

TEST(Served, DoesWithoutItsStoreWhatItIsTold) {
  Scenario open(Model());
  open.store = nullptr;
  EXPECT_FALSE(open.Send(Get("/carts/7", "ann")).blocked);
  Scenario closed(Model(R"(, "unavailable": "closed")"));
  closed.store = nullptr;
  EXPECT_EQ(closed.Send(Get("/carts/7", "ann")).status, 503);
}

}  // namespace
}  // namespace rasp
