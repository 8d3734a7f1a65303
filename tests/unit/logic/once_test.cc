// SPDX-License-Identifier: Apache-2.0
#include "logic/scenario.h"

namespace rasp {
namespace {

constexpr std::string_view kIdempotent = R"(
  {"id": 300300, "name": "One payment a key", "once": "header.idempotency-key", "on": "pay",
   "by": "who", "ttl": "24h", "missing": 400, "busy": 409, "mismatch": 422})";

Ask Pay(std::string key, std::string form = "amount=5", uint16_t status = 200) {
  Ask ask = Post("/cart/7/pay", std::move(form), status);
  if (!key.empty()) ask.headers.emplace_back("Idempotency-Key", std::move(key));
  return ask;
}

TEST(Once, ANonceServesOneRequest) {
  Scenario shop(kIdempotent);
  EXPECT_FALSE(shop.Send(Pay("k1")).blocked);
  EXPECT_EQ(shop.Send(Pay("k1")).status, 409);
  EXPECT_FALSE(shop.Send(Pay("k2")).blocked);
}

TEST(Once, StatusesFollowTheRule) {
  Scenario shop(kIdempotent);
  EXPECT_EQ(shop.Send(Pay("")).status, 400);
  shop.Send(Pay("k1"));
  EXPECT_EQ(shop.Send(Pay("k1", "amount=9000")).status, 422);
}

TEST(Once, OnlyOneOfManyAtOnce) {
  Scenario shop(kIdempotent);
  std::vector<std::unique_ptr<OpenTransaction>> open;
  int passed = 0;
  for (int i = 0; i < 500; ++i) {
    open.push_back(shop.Open(Pay("k1")));
    passed += !open.back()->blocked();
  }
  EXPECT_EQ(passed, 1);
}

TEST(Once, AFailedRequestMayBeTriedAgain) {
  Scenario shop(kIdempotent);
  EXPECT_FALSE(shop.Send(Pay("k1", "amount=5", 502)).blocked);
  EXPECT_FALSE(shop.Send(Pay("k1")).blocked);
  EXPECT_TRUE(shop.Send(Pay("k1")).blocked);
}

TEST(Once, WithoutAnAnswerItStaysClaimedForAWhile) {
  Scenario shop(kIdempotent);
  Ask gone = Pay("k1");
  gone.answered = false;
  shop.Send(gone);
  EXPECT_TRUE(shop.Send(Pay("k1")).blocked);
  shop.clock.now_us += 2 * kMinute;
  EXPECT_FALSE(shop.Send(Pay("k1")).blocked);
}

TEST(Once, UsedUpByAnEvent) {
  Scenario shop(R"({"id": 1, "name": "n", "once": "header.idempotency-key", "on": "pay",
                    "ttl": "24h", "used_by": "pay.ok", "by": "who"})");
  Ask ask = Pay("k1");
  ask.response_body = R"({"state": "declined"})";
  EXPECT_FALSE(shop.Send(ask).blocked);
  ask.response_body = R"({"state": "paid"})";
  EXPECT_FALSE(shop.Send(ask).blocked);
  EXPECT_TRUE(shop.Send(ask).blocked);
}

TEST(Once, TheRequestItselfMayBeTheNonce) {
  Scenario shop(R"({"id": 1, "name": "Double submit", "once": "request", "on": "pay", "by": "who",
                    "ttl": "10s"})");
  EXPECT_FALSE(shop.Send(Pay("")).blocked);
  EXPECT_TRUE(shop.Send(Pay("")).blocked);
  EXPECT_FALSE(shop.Send(Pay("", "amount=6")).blocked);
  shop.clock.now_us += 11 * kSecond;
  EXPECT_FALSE(shop.Send(Pay("")).blocked);
}

// A store that all nodes share answers later.
class SharedStore final : public EntityStore {
 public:
  explicit SharedStore(EntityStore& own) : own_(own) {}
  const HashKey& hash_key() const override { return own_.hash_key(); }
  WindowSum Add(const EntityKey& k, const WindowAdd& a, int64_t n) override {
    return own_.Add(k, a, n);
  }
  StoreStatus Undo(const EntityKey& k, const WindowSum& s, uint32_t w) override {
    return own_.Undo(k, s, w);
  }
  DistinctCount AddDistinct(const EntityKey& k, const DistinctAdd& a, int64_t n) override {
    return own_.AddDistinct(k, a, n);
  }
  ClaimResult TryClaim(const EntityKey&, const Claim&, int64_t) override {
    return {StoreStatus::kPending, ClaimState::kClaimed};
  }
  StoreStatus SettleClaim(const EntityKey&, const Claim& claim, bool done, int64_t) override {
    settled.emplace_back(claim.holder, done);
    return StoreStatus::kOk;
  }
  Lease Acquire(const EntityKey& k, const LeaseWish& w, int64_t n) override {
    return own_.Acquire(k, w, n);
  }
  StoreStatus Return(const EntityKey& k, uint32_t l, int64_t n) override {
    return own_.Return(k, l, n);
  }
  Steps PushStep(const EntityKey& k, const Step* s, int64_t t, int64_t n) override {
    return own_.PushStep(k, s, t, n);
  }
  StoreStatus SetLabel(const EntityKey& k, uint64_t v, int64_t e, int64_t n) override {
    return own_.SetLabel(k, v, e, n);
  }
  Label GetLabel(const EntityKey& k, int64_t n) override { return own_.GetLabel(k, n); }
  Memo Exchange(const EntityKey& k, const Memo& m, int64_t t, int64_t n) override {
    return own_.Exchange(k, m, t, n);
  }
  StoreStatus AddServed(const EntityKey& k, std::span<const uint64_t> h, int64_t t,
                        int64_t n) override {
    return own_.AddServed(k, h, t, n);
  }
  StoreStatus WasServed(const EntityKey& k, uint64_t h, int64_t n, bool* known,
                        bool* served) override {
    return own_.WasServed(k, h, n, known, served);
  }
  StoreStatus Forget(const EntityKey& k, RecordKind kind, int64_t n) override {
    return own_.Forget(k, kind, n);
  }
  EntityStats stats() const override { return own_.stats(); }

  std::vector<std::pair<uint32_t, bool>> settled;

 private:
  EntityStore& own_;
};

constexpr std::string_view kClosed = R"(
  {"id": 1, "name": "n", "once": "header.idempotency-key", "on": "pay", "by": "who", "ttl": "24h",
   "unavailable": "closed"},
  {"id": 2, "name": "Behind it", "count": "pay", "by": "who", "over": "1m", "limit": 100,
   "then": "log"})";

TEST(Once, WaitsForASharedStore) {
  Scenario shop(kClosed);
  SharedStore shared(*shop.own_store);
  shop.store = &shared;
  const auto open = shop.Open(Pay("k1"));
  ASSERT_TRUE(open->verdict().pending);
  EXPECT_EQ(open->transaction().pending().claim.ttl_us, int64_t{86'400} * kSecond);
  open->Resumed(open->transaction().Resume({StoreStatus::kOk, ClaimState::kClaimed}));
  EXPECT_FALSE(open->verdict().pending);
  EXPECT_FALSE(open->blocked());
  open->Body();
  EXPECT_FALSE(open->Answer().blocked);
  ASSERT_EQ(shared.settled.size(), 1u);
  EXPECT_TRUE(shared.settled[0].second);
}

struct Answered {
  const char* name;
  ClaimResult answer;
  uint16_t status;  // 0: passes
};
class OnceAnswer : public testing::TestWithParam<Answered> {};

TEST_P(OnceAnswer, DecidesTheRequest) {
  Scenario shop(kClosed);
  SharedStore shared(*shop.own_store);
  shop.store = &shared;
  const auto open = shop.Open(Pay("k1"));
  const Verdict verdict = open->transaction().Resume(GetParam().answer);
  EXPECT_EQ(verdict.Blocks(), GetParam().status != 0);
  EXPECT_EQ(verdict.status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Shared, OnceAnswer,
    testing::Values(Answered{"Claimed", {StoreStatus::kOk, ClaimState::kClaimed}, 0},
                    Answered{"Busy", {StoreStatus::kOk, ClaimState::kBusy}, 409},
                    Answered{"Done", {StoreStatus::kOk, ClaimState::kDone}, 409},
                    Answered{"Down", {StoreStatus::kUnavailable, ClaimState::kClaimed}, 503}),
    [](const testing::TestParamInfo<Answered>& row) { return row.param.name; });

TEST(Once, APendingTransactionMayEnd) {
  Scenario shop(kClosed);
  SharedStore shared(*shop.own_store);
  shop.store = &shared;
  const auto open = shop.Open(Pay("k1"));
  open->transaction().Finish(499, false);
  EXPECT_FALSE(open->transaction().Resume({StoreStatus::kOk, ClaimState::kBusy}).Blocks());
}

// ---- in_flight

TEST(InFlight, OneAtATime) {
  Scenario shop(R"({"id": 1, "name": "n", "in_flight": "coupon", "by": "who", "limit": 1,
                    "then": "block 409"})");
  auto first = shop.Open(Post("/coupon", "code=a"));
  EXPECT_FALSE(first->blocked());
  EXPECT_EQ(shop.Send(Post("/coupon", "code=a")).status, 409);
  EXPECT_FALSE(first->Answer().blocked);
  EXPECT_FALSE(shop.Send(Post("/coupon", "code=a")).blocked);
}

TEST(InFlight, ATransactionThatIsDestroyedGivesItBack) {
  Scenario shop(R"({"id": 1, "name": "n", "in_flight": "coupon", "by": "who", "then": "block"})");
  shop.Open(Post("/coupon", "code=a")).reset();
  EXPECT_FALSE(shop.Send(Post("/coupon", "code=a")).blocked);
}

TEST(InFlight, ALeaseEndsByItself) {
  Scenario shop(R"({"id": 1, "name": "n", "in_flight": "coupon", "by": "who", "for": "30s",
                    "then": "block"})");
  const auto stuck = shop.Open(Post("/coupon", "code=a"));
  shop.clock.now_us += 31 * kSecond;
  EXPECT_FALSE(shop.Send(Post("/coupon", "code=a")).blocked);
}

}  // namespace
}  // namespace rasp
