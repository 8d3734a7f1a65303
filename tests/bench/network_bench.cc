// SPDX-License-Identifier: Apache-2.0
// The network gate: what a lookup costs by the size of the list, what loading one takes, and the
// whole gate for one request.
//
//   network_bench [--benchmark_filter=Contains/.*]
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "rasp/network.h"

namespace rasp {
namespace {

constexpr int64_t kStart = 1'800'000'000'000'000;

enum class Shape : int64_t { kAddresses, kNetworks, kSix };

std::string Number(uint64_t value) { return std::to_string(value); }

// One network a line: single IPv4 addresses, /16 to /32, or IPv6 networks of /32 to /64 as
// registries give them out.
std::string ListOf(Shape shape, int64_t count) {
  std::mt19937_64 random(1);
  std::string list;
  char text[64];
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t bits = random();
    if (shape == Shape::kSix) {
      const unsigned length = 32 + bits % 33;
      const uint64_t first = (0x2000'0000'0000'0000 | bits >> 4) & ~uint64_t{0} << (64 - length);
      std::snprintf(text, sizeof text, "%x:%x:%x:%x::/%u\n", unsigned(first >> 48),
                    unsigned(first >> 32 & 0xffff), unsigned(first >> 16 & 0xffff),
                    unsigned(first & 0xffff), length);
      list += text;
      continue;
    }
    const unsigned length = shape == Shape::kAddresses ? 32 : 16 + (bits >> 40) % 17;
    const auto v4 = static_cast<uint32_t>(bits) & ~uint32_t{0} << (32 - length);
    list += Number(v4 >> 24) + '.' + Number(v4 >> 16 & 255) + '.' + Number(v4 >> 8 & 255) + '.' +
            Number(v4 & 255) + '/' + Number(length) + '\n';
  }
  return list;
}

NetworkSet SetOf(Shape shape, int64_t count) {
  NetworkListReader reader;
  reader.ReadText(ListOf(shape, count), "list");
  return reader.Build();
}

// Half of them in a network's neighbourhood, half anywhere.
std::vector<NetworkAddress> Addresses(Shape shape) {
  std::mt19937_64 listed(1);
  std::mt19937_64 anywhere(2);
  std::vector<NetworkAddress> addresses(1 << 16);
  for (size_t i = 0; i < addresses.size(); ++i) {
    const uint64_t bits = i % 2 == 0 ? listed() : anywhere();
    addresses[i] = shape == Shape::kSix
                       ? NetworkAddress{0x2000'0000'0000'0000 | bits >> 4, anywhere(), false}
                       : NetworkAddress{0, bits & UINT32_MAX, true};
  }
  std::shuffle(addresses.begin(), addresses.end(), anywhere);
  return addresses;
}

void Contains(benchmark::State& state, Shape shape) {
  const NetworkSet set = SetOf(shape, state.range(0));
  const std::vector<NetworkAddress> addresses = Addresses(shape);
  size_t next = 0;
  size_t found = 0;
  for ([[maybe_unused]] auto iteration : state) {
    found += set.Contains(addresses[next]) ? 1 : 0;
    next = (next + 1) % addresses.size();
  }
  state.counters["found"] = static_cast<double>(found) / static_cast<double>(state.iterations());
  state.counters["bytes_each"] =
      static_cast<double>(set.memory_bytes()) / static_cast<double>(state.range(0));
}

void Loading(benchmark::State& state, Shape shape) {
  const std::string list = ListOf(shape, state.range(0));
  for ([[maybe_unused]] auto iteration : state) {
    NetworkListReader reader;
    reader.ReadText(list, "list");
    if (reader.errors() != 0) state.SkipWithError("the list was refused");
    benchmark::DoNotOptimize(reader.Build().networks());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void Taking(benchmark::State& state) {
  constexpr size_t kBytes = 8 << 20;
  const std::unique_ptr<void, void (*)(void*)> memory(std::aligned_alloc(64, kBytes), &std::free);
  RateTable::Format(memory.get(), kBytes);
  RateTable table(memory.get());
  std::mt19937_64 random(1);
  std::vector<uint64_t> keys(1 << 16);
  for (uint64_t& key : keys) key = random() % static_cast<uint64_t>(state.range(0));
  int64_t now_us = kStart;
  size_t next = 0;
  for ([[maybe_unused]] auto iteration : state) {
    const std::string_view key(reinterpret_cast<const char*>(&keys[next]), sizeof(uint64_t));
    benchmark::DoNotOptimize(table.Take("rate", key, {10, 1, 20}, now_us));
    next = (next + 1) % keys.size();
    now_us += 10;
  }
  state.counters["bytes_each"] =
      static_cast<double>(kBytes) / static_cast<double>(table.capacity());
}

class NoHost final : public GateHost {
 public:
  std::string_view RateKey(size_t) override { return {}; }
};

void WholeGate(benchmark::State& state) {
  const NetworkSet allowed = SetOf(Shape::kNetworks, 100);
  const NetworkSet denied = SetOf(Shape::kAddresses, 1'000'000);
  const Exchangeable<NetworkSet> allow = {&allowed};
  const Exchangeable<NetworkSet> deny = {&denied};
  const Exchangeable<NetworkSet>* const allow_lists[] = {&allow};
  const Exchangeable<NetworkSet>* const deny_lists[] = {&deny};
  const GateRate rates[] = {{"rate", {100, 1, 200}, 429, true}};
  GatePolicy policy;
  policy.allow = allow_lists;
  policy.deny = deny_lists;
  policy.floods = {100, 16 << 10, 200, 8 << 10, 10 << 20};
  policy.rates = rates;
  constexpr size_t kBytes = 8 << 20;
  const std::unique_ptr<void, void (*)(void*)> memory(std::aligned_alloc(64, kBytes), &std::free);
  RateTable::Format(memory.get(), kBytes);
  RateTable table(memory.get());
  NoHost host;
  const std::vector<NetworkAddress> addresses = Addresses(Shape::kAddresses);
  GateRequest request = {std::nullopt, "page=3&sort=price&filter=red", 14, 900, 0};
  size_t next = 0;
  int64_t now_us = kStart;
  for ([[maybe_unused]] auto iteration : state) {
    request.address = addresses[next];
    benchmark::DoNotOptimize(CheckGate(policy, request, host, &table, 0, now_us));
    next = (next + 1) % addresses.size();
    now_us += 10;
  }
}

BENCHMARK_CAPTURE(Contains, v4_addresses, Shape::kAddresses)->Arg(10)->Arg(1'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(Contains, v4_networks, Shape::kNetworks)->Arg(10)->Arg(1'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(Contains, v6_networks, Shape::kSix)->Arg(10)->Arg(1'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(Loading, v4_addresses, Shape::kAddresses)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Loading, v4_networks, Shape::kNetworks)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Loading, v6_networks, Shape::kSix)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(Taking)->Arg(100)->Arg(100'000);
BENCHMARK(WholeGate);

}  // namespace
}  // namespace rasp

BENCHMARK_MAIN();
