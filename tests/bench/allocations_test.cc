// SPDX-License-Identifier: Apache-2.0
// What a transaction asks the heap for once the first ones have made what later ones reuse. Run it
// with RASP_ALLOCATION_SITES=20 to see where.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "allocation_counter.h"
#include "cli/exchange.h"
#include "cli/traffic.h"
#include "subject.h"

namespace rasp {
namespace {

struct Case {
  const char* mix;
  size_t warm_up;
  size_t measured;
  size_t own;  // allocations of our own code in one transaction, at most
};

// The state of a regular expression that no earlier request led to is made when it is met, so that
// RE2 allocates as long as requests are new. It is bounded by each expression's budget; here by
// what the mixes need.
constexpr size_t kRe2Allocations = 2000;
constexpr size_t kRe2Bytes = 4 << 20;

void PrintTo(const Case& c, std::ostream* out) { *out << c.mix; }

class Allocations : public testing::TestWithParam<std::tuple<std::string_view, Case>> {};

std::string NameOf(const testing::TestParamInfo<std::tuple<std::string_view, Case>>& info) {
  std::string name = std::string(std::get<0>(info.param)) + "_" + std::get<1>(info.param).mix;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

TEST_P(Allocations, OfOneTransactionStayBelowTheirBar) {
  const auto& [rules, c] = GetParam();
  const auto subject = LoadSubject("native", rules);
  ASSERT_NE(subject, nullptr);
  const auto response = Response();
  for (const auto& request : Requests(c.mix, 1, c.warm_up)) subject->Inspect(*request, *response);
  const auto requests = Requests(c.mix, 2, c.measured);
  ASSERT_EQ(requests.size(), c.measured);

  StartCountingAllocations();
  Outcome last;
  for (const auto& request : requests) last = subject->Inspect(*request, *response);
  const AllocationCounts counts = StopCountingAllocations();

  const auto& ours = counts.of(Allocator::kOurs);
  const auto& re2 = counts.of(Allocator::kRe2);
  const auto& xml = counts.of(Allocator::kXml);
  const auto each = [&](size_t sum) { return static_cast<double>(sum) / double(c.measured); };
  std::cout << "a transaction: ours " << each(ours.calls) << " (" << each(ours.bytes)
            << " bytes), RE2 " << each(re2.calls) << " (" << each(re2.bytes) << " bytes), libxml2 "
            << each(xml.calls) << "; of the host's memory " << last.allocations << " ("
            << last.peak_bytes << " bytes)\n";
  const char* const sites = std::getenv("RASP_ALLOCATION_SITES");
  if (sites != nullptr) std::cout << AllocationSites(std::strtoul(sites, nullptr, 10));
  EXPECT_LE(ours.calls, c.own * c.measured) << AllocationSites(8);
  EXPECT_LE(re2.calls, kRe2Allocations * c.measured);
  EXPECT_LE(re2.bytes, kRe2Bytes * c.measured);
}

constexpr Case kCases[] = {
    {"get_short", 200, 20, 0},  {"get_10args", 200, 20, 0},   {"form_1k", 200, 20, 0},
    {"json_2k", 50, 10, 0},     {"multipart_100k", 50, 5, 0}, {"json_64k", 10, 2, 0},
    {"form_1m", 8, 2, 0},       {"json_1m", 8, 2, 0},         {"attack_sqli", 200, 20, 0},
    {"attack_xss", 200, 20, 0},
};

INSTANTIATE_TEST_SUITE_P(OfOwnRulesAndCrs, Allocations,
                         testing::Combine(testing::ValuesIn(KnownRules()),
                                          testing::ValuesIn(kCases)),
                         NameOf);

// The counter itself: it sees what is allocated, and whose it is.
TEST(AllocationCounter, CountsWhatIsAllocatedBetweenStartAndStop) {
  StartCountingAllocations();
  auto text = std::make_unique<std::string>(1000, 'x');
  std::vector<char> bytes(5000);
  const AllocationCounts counts = StopCountingAllocations();
  auto after = std::make_unique<int>(1);
  EXPECT_EQ(counts.of(Allocator::kOurs).calls, 3u);
  EXPECT_GE(counts.of(Allocator::kOurs).bytes, 6000u);
  EXPECT_EQ(counts.of(Allocator::kRe2).calls, 0u);
  EXPECT_NE(AllocationSites(3), "");
}

}  // namespace
}  // namespace rasp
