// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "logic/scenario.h"

namespace rasp {
namespace {

constexpr std::string_view kCheckout = R"(
  {"id": 300400, "name": "Checkout out of order", "flow": ["cart", "address", "pay.ok", "ship"],
   "by": "sid", "within": "30m", "min_gap": "2s", "then": "redirect /cart"})";

Ask Cart(std::string session) { return Get("/cart/7", std::move(session)); }
Ask Step(std::string path, std::string session, std::string answer = "") {
  Ask ask = Post("/cart/7/" + std::move(path), "x=1");
  ask.headers.emplace_back("Cookie", "sid=" + std::move(session));
  ask.response_body = std::move(answer);
  return ask;
}
Ask Address(std::string session) { return Step("address", std::move(session)); }
Ask Pay(std::string session, std::string state = "paid") {
  return Step("pay", std::move(session), R"({"state": ")" + std::move(state) + "\"}");
}
Ask Ship(std::string session) { return Step("ship", std::move(session)); }

struct Honest {
  explicit Honest(Scenario& scenario) : shop(scenario) {}
  Got operator()(const Ask& ask, int64_t after_us = 5 * kSecond) {
    shop.clock.now_us += after_us;
    return shop.Send(ask);
  }
  Scenario& shop;
};

TEST(Flow, InOrderPasses) {
  Scenario shop(kCheckout);
  Honest step(shop);
  EXPECT_FALSE(step(Cart("a")).blocked);
  EXPECT_FALSE(step(Address("a")).blocked);
  EXPECT_FALSE(step(Pay("a")).blocked);
  EXPECT_FALSE(step(Ship("a")).blocked);
}

TEST(Flow, AStepThatIsLeftOutIsNot) {
  Scenario shop(kCheckout);
  Honest step(shop);
  step(Cart("a"));
  step(Address("a"));
  const Got got = step(Ship("a"));
  EXPECT_TRUE(got.blocked);
  EXPECT_EQ(got.status, 303);
  EXPECT_EQ(got.redirect_to, "/cart");
  EXPECT_EQ(got.log_data.front(), "the step before is missing: 4");
}

TEST(Flow, AStepMustHaveSucceeded) {
  Scenario shop(kCheckout);
  Honest step(shop);
  step(Cart("a"));
  step(Address("a"));
  EXPECT_FALSE(step(Pay("a", "declined")).blocked);
  EXPECT_EQ(step(Ship("a")).log_data.front(), "the step before did not succeed: 4");
  EXPECT_FALSE(step(Pay("a")).blocked);
  EXPECT_FALSE(step(Ship("a")).blocked);
}

TEST(Flow, AnErrorOfTheApplicationIsNoSuccess) {
  Scenario shop(kCheckout);
  Honest step(shop);
  step(Cart("a"));
  Ask failed = Address("a");
  failed.status = 500;
  step(failed);
  EXPECT_TRUE(step(Pay("a")).blocked);
}

TEST(Flow, SoonerThanAPersonCould) {
  Scenario shop(kCheckout);
  Honest step(shop);
  step(Cart("a"));
  const Got got = step(Address("a"), kSecond);
  EXPECT_TRUE(got.blocked);
  EXPECT_FALSE(step(Address("a"), kSecond).blocked);
}

TEST(Flow, TooLate) {
  Scenario shop(kCheckout);
  Honest step(shop);
  step(Cart("a"));
  EXPECT_TRUE(step(Address("a"), 31 * kMinute).blocked);
}

TEST(Flow, SessionsAreApart) {
  Scenario shop(kCheckout);
  Honest step(shop);
  step(Cart("a"));
  EXPECT_TRUE(step(Address("b")).blocked);
}

TEST(Flow, WithoutASessionTheKeySaysSo) {
  Scenario shop(kCheckout);
  Ask ask = Post("/cart/7/ship", "x=1");
  EXPECT_EQ(shop.Send(ask).status, 400);
}

TEST(Flow, AnythingElseMayLieBetween) {
  Scenario shop(kCheckout);
  Honest step(shop);
  step(Cart("a"));
  for (int i = 0; i < 50; ++i) step(Get("/report", "a"), kSecond);
  EXPECT_FALSE(step(Address("a")).blocked);
}

TEST(Flow, UnknownSessionsMayPass) {
  Scenario shop(R"({"id": 1, "name": "n", "flow": ["cart", "address"], "by": "sid",
                    "within": "30m", "unknown": "pass", "then": "block"})");
  EXPECT_FALSE(shop.Send(Address("a")).blocked);
}

TEST(Flow, ConsumedByItsLastStep) {
  Scenario shop(R"({"id": 1, "name": "n", "flow": ["cart", "pay.ok", "ship"], "by": "sid",
                    "within": "30m", "consume": true, "then": "block"})");
  Honest step(shop);
  step(Cart("a"));
  step(Pay("a"));
  EXPECT_FALSE(step(Ship("a")).blocked);
  EXPECT_TRUE(step(Ship("a")).blocked);
  step(Cart("a"));
  step(Pay("a"));
  EXPECT_FALSE(step(Ship("a")).blocked);
}

TEST(Flow, AShadowRuleTellsOneStepOnce) {
  Scenario shop(R"({"id": 1, "name": "n", "mode": "shadow", "flow": ["cart", "address", "pay"],
                    "by": "sid", "within": "30m", "then": "block"})");
  Honest step(shop);
  EXPECT_TRUE(step(Address("a")).would_block);
  EXPECT_FALSE(step(Pay("a")).would_block);
}

// Honest customers: back, reload, two tabs, a card that is refused first; never sooner than a
// person could. None of 200 journeys is stopped anywhere.
TEST(Flow, HonestJourneysAreNeverStopped) {
  Scenario shop(kCheckout);
  Honest step(shop);
  std::mt19937 random(7);
  const auto sometimes = [&](int of_ten) { return static_cast<int>(random() % 10) < of_ten; };
  for (int journey = 0; journey < 200; ++journey) {
    const std::string s = "s" + std::to_string(journey);
    std::vector<Ask> way = {Cart(s)};
    if (sometimes(3)) way.push_back(Cart(s));  // reload
    way.push_back(Address(s));
    if (sometimes(3)) {  // back
      way.push_back(Cart(s));
      way.push_back(Address(s));
    }
    if (sometimes(3)) way.push_back(Cart(s));  // another tab
    if (sometimes(4)) way.push_back(Pay(s, "declined"));
    way.push_back(Pay(s));
    if (sometimes(3)) way.push_back(Get("/report", s));
    way.push_back(Ship(s));
    if (sometimes(3)) way.push_back(Ship(s));
    for (size_t i = 0; i < way.size(); ++i)
      EXPECT_FALSE(step(way[i], (2 + static_cast<int>(random() % 60)) * kSecond).blocked)
          << journey << " step " << i;
  }
}

}  // namespace
}  // namespace rasp
