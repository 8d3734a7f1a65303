// SPDX-License-Identifier: Apache-2.0
// The network gate asks the heap for nothing.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "allocation_counter.h"
#include "rasp/network.h"

namespace rasp {
namespace {

class NoHost final : public GateHost {
 public:
  std::string_view RateKey(size_t) override { return "session"; }
};

TEST(GateAllocations, AreNone) {
  NetworkListReader reader;
  reader.ReadText("203.0.113.0/24\n2001:db8::/32\n198.51.100.0/25\n", "list");
  const NetworkSet networks = reader.Build();
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / ("rasp-gate-" + std::to_string(getpid()));
  const std::string command =
      "echo '{\"192.0.2.0/24\": {\"country\": {\"iso_code\": \"DE\"}, "
      "\"autonomous_system_number\": 64500}}' | /usr/bin/python3 " RASP_SOURCE_DIR
      "/tests/unit/operator/mmdb.py " +
      file.string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto geo = GeoNetworks::Open(file.string());
  ASSERT_TRUE(geo.ok());
  constexpr size_t kBytes = 64 << 10;
  const std::unique_ptr<void, void (*)(void*)> memory(std::aligned_alloc(64, kBytes), &std::free);
  RateTable::Format(memory.get(), kBytes);
  RateTable rates(memory.get());

  const Exchangeable<NetworkSet> list = {&networks};
  const Exchangeable<NetworkSet>* const lists[] = {&list};
  const Exchangeable<GeoNetworks> database = {&*geo};
  const Exchangeable<GeoNetworks>* const databases[] = {&database};
  const uint16_t countries[] = {CountryCode("FR")};
  const uint32_t asns[] = {64501};
  const GateRate limits[] = {{"a", {1000, 1, 1000}, 429, true}, {"b", {10, 1, 5}, 429, false}};
  GatePolicy policy;
  policy.allow = lists;
  policy.deny = lists;
  policy.floods = {100, 10'000, 100, 4096, 1 << 20};
  policy.geo = databases;
  policy.countries = countries;
  policy.asns = asns;
  policy.rates = limits;
  NoHost host;
  const auto address = NetworkAddress::Parse("192.0.2.7");
  size_t counted = 0;
  size_t refused = 0;

  StartCountingAllocations();
  for (int i = 0; i < 1000; ++i) {
    const GateRequest request = {address, "a=1&b=2", 12, 700, 0};
    const GateResult result = CheckGate(policy, request, host, &rates, 0, 1'800'000'000'000'000);
    counted += result.counted != 0 ? 1 : 0;
    refused += result.reason == GateReason::kRate ? 1 : 0;
  }
  const AllocationCounts counts = StopCountingAllocations();
  std::filesystem::remove(file);
  EXPECT_EQ(counted, 1000u);
  EXPECT_EQ(refused, 994u);
  EXPECT_EQ(counts.of(Allocator::kOurs).calls, 0u) << AllocationSites(8);
}

}  // namespace
}  // namespace rasp
