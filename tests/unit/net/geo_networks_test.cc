// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rasp/network.h"

// libmaxminddb leaks what it has read of the metadata of a damaged database that it refuses.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:libmaxminddb.so";
}

namespace rasp {
namespace {

constexpr std::string_view kRecords = R"({
  "192.0.2.0/24": {"country": {"iso_code": "DE"}, "autonomous_system_number": 64500},
  "198.51.100.0/25": {"country": "fr", "asn": "AS64501"},
  "198.51.100.128/25": {"country_code": "US", "asn": "AS4294967296"},
  "203.0.113.0/24": {"country": {"iso_code": 17}, "autonomous_system_number": "text"},
  "2001:db8::/32": {"autonomous_system_number": 4200000000}
})";

class Geo : public testing::Test {
 protected:
  Geo()
      : directory_(std::filesystem::path(testing::TempDir()) /
                   ("rasp-net-geo-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ / "records.json") << kRecords;
    const std::string command = "/usr/bin/python3 " RASP_SOURCE_DIR
                                "/tests/unit/operator/mmdb.py " +
                                Path("geo.mmdb") + " < " + Path("records.json");
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
  ~Geo() override { std::filesystem::remove_all(directory_); }

  std::string Path(const std::string& name) const { return (directory_ / name).string(); }

  std::filesystem::path directory_;
};

struct Place {
  const char* address;
  uint16_t country;
  uint32_t asn;
};

TEST_F(Geo, ReadsTheFormsThatVendorsWrite) {
  const auto networks = GeoNetworks::Open(Path("geo.mmdb"));
  ASSERT_TRUE(networks.ok()) << networks.error();
  const Place kPlaces[] = {
      {"192.0.2.200", CountryCode("DE"), 64500},
      {"::ffff:192.0.2.200", CountryCode("DE"), 64500},
      {"198.51.100.1", CountryCode("FR"), 64501},
      {"198.51.100.200", CountryCode("US"), 0},
      {"203.0.113.9", 0, 0},
      {"2001:db8::1", 0, 4200000000},
      {"10.0.0.1", 0, 0},
  };
  for (const Place& expected : kPlaces) {
    NetworkPlace place;
    EXPECT_TRUE(networks->Find(*NetworkAddress::Parse(expected.address), place));
    EXPECT_EQ(place.country, expected.country) << expected.address;
    EXPECT_EQ(place.asn, expected.asn) << expected.address;
  }
}

TEST_F(Geo, SaysWhyItCannotBeRead) {
  std::ofstream(Path("text.mmdb")) << "no database";
  for (const char* name : {"absent.mmdb", "text.mmdb"}) {
    const auto networks = GeoNetworks::Open(Path(name));
    ASSERT_FALSE(networks.ok());
    EXPECT_NE(networks.error().find(name), std::string::npos) << networks.error();
  }
}

// Whatever a damaged file holds, looking in it ends, and reads nothing beyond it.
TEST_F(Geo, StandsDamage) {
  std::ifstream whole(Path("geo.mmdb"), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(whole)), {});
  size_t opened = 0;
  size_t damaged = 0;
  for (size_t at = 0; at + 200 < bytes.size(); at += 3) {
    std::string broken = bytes;
    broken[at] = static_cast<char>(0xff);
    std::ofstream(Path("broken.mmdb"), std::ios::binary | std::ios::trunc) << broken;
    const auto networks = GeoNetworks::Open(Path("broken.mmdb"));
    if (!networks.ok()) continue;
    ++opened;
    for (const char* address : {"192.0.2.200", "198.51.100.1", "2001:db8::1"}) {
      NetworkPlace place;
      damaged += networks->Find(*NetworkAddress::Parse(address), place) ? 0 : 1;
    }
  }
  EXPECT_GT(opened, 0u);
  EXPECT_GT(damaged, 0u);
}

TEST(Country, IsTwoLetters) {
  char text[2];
  EXPECT_EQ(CountryCode("de"), CountryCode("DE"));
  EXPECT_EQ(CountryText(CountryCode("de"), text), "DE");
  EXPECT_EQ(CountryText(0, text), "");
  for (const char* bad : {"", "D", "DEU", "D1", "--"}) EXPECT_EQ(CountryCode(bad), 0) << bad;
}

}  // namespace
}  // namespace rasp
