// SPDX-License-Identifier: Apache-2.0
#include "operator/operator_cases.h"

#include <random>

#include "operator/ip_address.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

constexpr OperatorCase kCases[] = {
    {"Address", "ipMatch", "192.0.2.7", "192.0.2.7", true},
    {"OtherAddress", "ipMatch", "192.0.2.7", "192.0.2.8", false},
    {"Network", "ipMatch", "192.0.2.0/24", "192.0.2.255", true},
    {"JustOutside", "ipMatch", "192.0.2.0/24", "192.0.3.0", false},
    {"HostBitsAreIgnored", "ipMatch", "192.0.2.77/24", "192.0.2.1", true},
    {"OddPrefix", "ipMatch", "10.16.0.0/12", "10.31.255.255", true},
    {"OddPrefixOutside", "ipMatch", "10.16.0.0/12", "10.32.0.0", false},
    {"Everything", "ipMatch", "0.0.0.0/0", "203.0.113.9", true},
    {"List", "ipMatch", "10.0.0.0/8, 192.0.2.7 ,::1", "192.0.2.7", true},
    {"ListWithBlanks", "ipMatch", "10.0.0.0/8 192.0.2.7", "192.0.2.7", true},
    {"V6", "ipMatch", "2001:db8::/32", "2001:DB8:0:1::2", true},
    {"V6Outside", "ipMatch", "2001:db8::/32", "2001:db9::", false},
    {"V6Single", "ipMatch", "::1", "0:0:0:0:0:0:0:1", true},
    {"MappedIsV4", "ipMatch", "10.0.0.0/8", "::ffff:10.1.1.1", true},
    {"MappedNetworkIsV4", "ipMatch", "::ffff:10.0.0.0/104", "10.1.1.1", true},
    {"V6EverythingIsNotV4", "ipMatch", "::/0", "10.1.1.1", false},
    {"BlanksAround", "ipMatch", "10.0.0.1", " 10.0.0.1 ", true},
    {"NotAnAddress", "ipMatch", "10.0.0.1", "10.0.0.1:80", false},
    {"NulBehind", "ipMatch", "10.0.0.1", "10.0.0.1\0"sv, false},
    {"TooLong", "ipMatch", "10.0.0.1", "10.0.0.100000000000000000000000000000000000000000000",
     false},
    {"Empty", "ipMatch", "10.0.0.1", "", false},
};

class NetworkOperatorsTest : public testing::TestWithParam<OperatorCase> {};
TEST_P(NetworkOperatorsTest, Decides) { CheckCase(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, NetworkOperatorsTest, testing::ValuesIn(kCases), CaseName);

constexpr OperatorError kErrors[] = {
    {"Prefix33", "ipMatch", "10.0.0.0/33", "\"10.0.0.0/33\" is neither"},
    {"Prefix129", "ipMatch", "::/129", "\"::/129\" is neither"},
    {"NoPrefix", "ipMatch", "10.0.0.0/", "\"10.0.0.0/\" is neither"},
    {"NegativePrefix", "ipMatch", "10.0.0.0/-1", "is neither"},
    {"MappedPrefixTooShort", "ipMatch", "::ffff:10.0.0.0/8", "is neither"},
    {"Name", "ipMatch", "10.0.0.1,example.com", "\"example.com\" is neither"},
    {"Octet", "ipMatch", "10.0.0.256", "is neither"},
    {"Empty", "ipMatch", " , ", "no address"},
    {"Missing", "ipMatchFromFile", "no.data", "cannot read \"/nonexistent/no.data\""},
};
class NetworkErrorsTest : public testing::TestWithParam<OperatorError> {};
TEST_P(NetworkErrorsTest, AreExplained) { CheckError(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, NetworkErrorsTest, testing::ValuesIn(kErrors), ErrorName);

TEST(IpSet, AgreesWithTryingEachNetwork) {
  std::mt19937 random(7);
  int inside = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<IpNetwork> networks(1 + random() % 20);
    for (IpNetwork& network : networks) {
      network.address.is_v4 = random() % 2 == 0;
      for (size_t i = 0; i < (network.address.is_v4 ? 4 : 16); ++i) {
        network.address.bytes[i] = static_cast<uint8_t>(random() % 3);
      }
      network.prefix =
          static_cast<int>(random() % static_cast<unsigned>(network.address.bits() + 1));
    }
    const IpSet set(networks);
    for (int i = 0; i < 200; ++i) {
      IpAddress address;
      address.is_v4 = random() % 2 == 0;
      for (size_t k = 0; k < (address.is_v4 ? 4 : 16); ++k)
        address.bytes[k] = static_cast<uint8_t>(random() % 3);
      bool want = false;
      for (const IpNetwork& network : networks) want |= Contains(network, address);
      ASSERT_EQ(set.Contains(address), want);
      inside += want;
    }
  }
  EXPECT_GT(inside, 1000);
}

}  // namespace
}  // namespace rasp
