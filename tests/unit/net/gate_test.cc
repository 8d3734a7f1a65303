// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "rasp/network.h"

namespace rasp {
namespace {

constexpr int64_t kStart = 1'800'000'000'000'000;

NetworkSet SetOf(std::string_view text) {
  NetworkListReader reader;
  reader.ReadText(text, "list");
  return reader.Build();
}

class Host final : public GateHost {
 public:
  std::string_view RateKey(size_t rate) override {
    asked.push_back(rate);
    return key;
  }
  std::string key = "session-1";
  std::vector<size_t> asked;
};

class Gate : public testing::Test {
 protected:
  Gate() : memory_(std::aligned_alloc(64, kBytes), &std::free) {
    RateTable::Format(memory_.get(), kBytes);
    rates_.emplace(memory_.get());
  }

  GateResult Check(std::string_view address, uint64_t skip = 0) {
    GateRequest request = request_;
    request.address = NetworkAddress::Parse(address);
    return CheckGate(policy_, request, host_, &*rates_, skip, kStart);
  }

  void Allow(std::string_view text) {
    allow_set_ = SetOf(text);
    allow_.current = &allow_set_;
    policy_.allow = allow_lists_;
  }
  void Deny(std::string_view text) {
    deny_set_ = SetOf(text);
    deny_.current = &deny_set_;
    policy_.deny = deny_lists_;
  }

  static constexpr size_t kBytes = 64 << 10;
  NetworkSet allow_set_;
  NetworkSet deny_set_;
  Exchangeable<NetworkSet> allow_;
  Exchangeable<NetworkSet> deny_;
  const Exchangeable<NetworkSet>* allow_lists_[1] = {&allow_};
  const Exchangeable<NetworkSet>* deny_lists_[1] = {&deny_};
  GatePolicy policy_;
  GateRequest request_;
  Host host_;
  std::unique_ptr<void, void (*)(void*)> memory_;
  std::optional<RateTable> rates_;
};

TEST_F(Gate, LetsAllInThatNothingForbids) {
  const GateResult result = Check("192.0.2.7");
  EXPECT_EQ(result.reason, GateReason::kNone);
  EXPECT_EQ(result.status, 0);
  EXPECT_FALSE(result.geo_unavailable);
}

TEST_F(Gate, DeniesWhoIsListed) {
  Deny("192.0.2.0/24");
  EXPECT_EQ(Check("192.0.2.7").reason, GateReason::kDenied);
  EXPECT_EQ(Check("::ffff:192.0.2.7").reason, GateReason::kDenied);
  EXPECT_EQ(Check("192.0.2.7").status, 403);
  EXPECT_EQ(Check("192.0.3.7").reason, GateReason::kNone);
  EXPECT_EQ(Check("").reason, GateReason::kNone);  // a Unix socket
}

TEST_F(Gate, AllowsBeforeItDenies) {
  Deny("all");
  Allow("192.0.2.7");
  EXPECT_EQ(Check("192.0.2.7").reason, GateReason::kNone);
  EXPECT_TRUE(Check("192.0.2.7").allowed);
  EXPECT_EQ(Check("192.0.2.8").reason, GateReason::kDenied);
}

TEST_F(Gate, WhoIsAllowedIsNotCountedButKeepsToTheLimits) {
  const GateRate rates[] = {{"r", {1, 3600, 0}, 429, true}};
  policy_.rates = rates;
  policy_.floods.headers = 10;
  Allow("192.0.2.7");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Check("192.0.2.7").reason, GateReason::kNone);
  request_.headers = 11;
  EXPECT_EQ(Check("192.0.2.7").reason, GateReason::kHeaderFlood);
}

TEST_F(Gate, AListThatCouldNotBeLoadedHoldsNobody) {
  policy_.deny = deny_lists_;
  policy_.allow = allow_lists_;
  EXPECT_EQ(Check("192.0.2.7").reason, GateReason::kNone);
}

struct Flood {
  const char* name;
  GateRequest request;
  GateReason reason;
  uint16_t status;
};

class Floods : public Gate, public testing::WithParamInterface<Flood> {};

TEST_P(Floods, AreRefused) {
  policy_.floods = {20, 4096, 3, 40, 1000};
  request_ = GetParam().request;
  const GateResult result = Check("192.0.2.7");
  EXPECT_EQ(result.reason, GetParam().reason);
  EXPECT_EQ(result.status, GetParam().status);
  policy_.floods = {};
  EXPECT_EQ(Check("192.0.2.7").reason, GateReason::kNone);
}

INSTANTIATE_TEST_SUITE_P(
    , Floods,
    testing::Values(
        Flood{"AllAtTheLimit", {{}, "a=1&b=2&c=3", 20, 4096, 1000}, GateReason::kNone, 0},
        Flood{"Headers", {{}, "", 21, 0, 0}, GateReason::kHeaderFlood, 431},
        Flood{"HeaderBytes", {{}, "", 1, 4097, 0}, GateReason::kHeaderFlood, 431},
        Flood{"Arguments", {{}, "a&b&c&d", 0, 0, 0}, GateReason::kArgumentFlood, 414},
        Flood{"EmptyArguments", {{}, "&&&", 0, 0, 0}, GateReason::kArgumentFlood, 414},
        Flood{"ArgumentBytes",
              {{}, "a=123456789012345678901234567890123456789", 0, 0, 0},
              GateReason::kArgumentFlood,
              414},
        Flood{"Body", {{}, "", 0, 0, 1001}, GateReason::kBodyFlood, 413}),
    [](const auto& row) { return row.param.name; });

TEST_F(Gate, CountsByNetworkOrByWhatTheHostSays) {
  const GateRate rates[] = {{"net", {1, 3600, 1}, 429, true}, {"own", {1, 3600, 2}, 503, false}};
  policy_.rates = rates;
  EXPECT_EQ(Check("2001:db8::1").reason, GateReason::kNone);
  EXPECT_EQ(Check("2001:db8::2").counted, 3u);  // the same /64
  const GateResult refused = Check("2001:db8::3");
  EXPECT_EQ(refused.reason, GateReason::kRate);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.retry_after_s, 3600u);
  EXPECT_EQ(host_.asked, (std::vector<size_t>{1, 1}));  // not for whom the first refuses
  EXPECT_EQ(Check("2001:db8:1::1").reason, GateReason::kNone);
  EXPECT_EQ(Check("2001:db8:2::1").status, 503);  // another network, the same session
  host_.key = "";
  EXPECT_EQ(Check("2001:db8:3::1").counted, 1u);
}

TEST_F(Gate, DoesNotCountTwiceWhatWasCounted) {
  const GateRate rates[] = {{"net", {1, 3600, 0}, 429, true}};
  policy_.rates = rates;
  const GateResult first = Check("192.0.2.7");
  EXPECT_EQ(first.counted, 1u);
  EXPECT_EQ(Check("192.0.2.7", first.counted).reason, GateReason::kNone);
  EXPECT_EQ(Check("192.0.2.7").reason, GateReason::kRate);
}

TEST_F(Gate, AsksTheHostForNoKeyInVain) {
  const GateRate rates[] = {{"own", {1, 3600, 0}, 429, false}};
  policy_.rates = rates;
  Deny("192.0.2.7");
  Check("192.0.2.7");
  EXPECT_TRUE(host_.asked.empty());
}

class GeoGate : public Gate {
 protected:
  GeoGate()
      : directory_(std::filesystem::path(testing::TempDir()) /
                   ("rasp-gate-geo-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(directory_);
    const std::string file = (directory_ / "geo.mmdb").string();
    const std::string command =
        "echo '{\"192.0.2.0/24\": {\"country\": {\"iso_code\": \"DE\"}, "
        "\"autonomous_system_number\": 64500}, \"198.51.100.0/24\": {\"country\": {\"iso_code\": "
        "\"FR\"}}}' | /usr/bin/python3 " RASP_SOURCE_DIR "/tests/unit/operator/mmdb.py " +
        file;
    EXPECT_EQ(std::system(command.c_str()), 0);
    auto opened = GeoNetworks::Open(file);
    EXPECT_TRUE(opened.ok());
    networks_ = std::make_unique<GeoNetworks>(std::move(*opened));
    geo_.current = networks_.get();
    policy_.geo = databases_;
  }
  ~GeoGate() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
  std::unique_ptr<GeoNetworks> networks_;
  Exchangeable<GeoNetworks> geo_;
  const Exchangeable<GeoNetworks>* databases_[1] = {&geo_};
};

TEST_F(GeoGate, DeniesCountriesAndSystems) {
  const uint16_t countries[] = {CountryCode("FR")};
  const uint32_t asns[] = {64500};
  policy_.countries = countries;
  EXPECT_EQ(Check("198.51.100.1").reason, GateReason::kCountry);
  EXPECT_EQ(Check("192.0.2.1").reason, GateReason::kNone);
  EXPECT_EQ(Check("203.0.113.1").reason, GateReason::kNone);  // in no country
  policy_.asns = asns;
  EXPECT_EQ(Check("192.0.2.1").reason, GateReason::kAsn);
  EXPECT_EQ(Check("192.0.2.1").place.asn, 64500u);
}

TEST_F(GeoGate, LetsOnlySomeCountriesIn) {
  const uint16_t countries[] = {CountryCode("FR")};
  policy_.countries = countries;
  policy_.only_countries = true;
  EXPECT_EQ(Check("198.51.100.1").reason, GateReason::kNone);
  EXPECT_EQ(Check("192.0.2.1").reason, GateReason::kCountry);
  EXPECT_EQ(Check("203.0.113.1").reason, GateReason::kCountry);
}

TEST_F(GeoGate, WithoutDatabaseFollowsThePolicy) {
  const uint16_t countries[] = {CountryCode("FR")};
  policy_.countries = countries;
  geo_.current = nullptr;
  for (const bool only : {false, true}) {
    policy_.only_countries = only;
    policy_.refuse_without_geo = false;
    EXPECT_EQ(Check("198.51.100.1").reason, GateReason::kNone);
    EXPECT_TRUE(Check("198.51.100.1").geo_unavailable);
    policy_.refuse_without_geo = true;
    EXPECT_EQ(Check("198.51.100.1").reason, GateReason::kGeoUnavailable);
    EXPECT_EQ(Check("198.51.100.1").status, 503);
  }
  policy_.countries = {};
  EXPECT_FALSE(Check("198.51.100.1").geo_unavailable);  // not asked for
}

TEST(SlowBodies, AreSlowAfterTheirGrace) {
  constexpr int64_t kSecond = 1'000'000;
  const SlowBody rule = {100, 5};
  EXPECT_FALSE(rule.IsTooSlow(0, 5 * kSecond));
  EXPECT_TRUE(rule.IsTooSlow(0, 5 * kSecond + 1));
  EXPECT_TRUE(rule.IsTooSlow(999, 10 * kSecond));
  EXPECT_FALSE(rule.IsTooSlow(1000, 10 * kSecond));
  EXPECT_FALSE(rule.IsTooSlow(uint64_t{1} << 62, int64_t{1} << 40));
  EXPECT_FALSE(SlowBody{}.IsTooSlow(0, 1000 * kSecond));
}

TEST(GateRules, HaveNamesAndIdsOfTheirOwn) {
  std::set<uint64_t> ids;
  std::set<std::string_view> names;
  for (int i = 1; i < kGateReasonCount; ++i) {
    const auto reason = static_cast<GateReason>(i);
    ids.insert(GateRule(reason).id);
    names.insert(GateReasonName(reason));
    EXPECT_FALSE(GateRule(reason).name.empty());
  }
  EXPECT_EQ(ids.size(), kGateReasonCount - 1u);
  EXPECT_EQ(names.size(), kGateReasonCount - 1u);
}

}  // namespace
}  // namespace rasp
