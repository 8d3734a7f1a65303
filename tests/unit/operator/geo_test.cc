// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "operator/country_code.h"
#include "operator/operator_cases.h"

// libmaxminddb leaks what it has read of the metadata of a damaged database that it refuses.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:libmaxminddb.so";
}

namespace rasp {
namespace {

constexpr std::string_view kRecords = R"({
  "192.0.2.0/24": {
    "country": {"iso_code": "DE", "names": {"de": "Deutschland", "en": "Germany"}},
    "continent": {"code": "EU"},
    "subdivisions": [{"iso_code": "BY"}, {"iso_code": "XX"}],
    "city": {"names": {"en": "Munich"}},
    "postal": {"code": "80331"},
    "location": {"latitude": 48.137, "longitude": -11.5, "metro_code": 807}
  },
  "198.51.100.7/32": {"country": {"iso_code": "US"}},
  "203.0.113.0/24": {"country": {"iso_code": 17}, "city": "not a map"},
  "2001:db8::/32": {"country": {"iso_code": "FR"}}
})";

class Geo : public testing::Test {
 protected:
  Geo()
      : directory_(std::filesystem::path(testing::TempDir()) /
                   ("rasp-geo-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ / "records.json") << kRecords;
    const std::string command =
        "/usr/bin/python3 " RASP_SOURCE_DIR "/tests/unit/operator/mmdb.py " +
        (directory_ / "geo.mmdb").string() + " < " + (directory_ / "records.json").string();
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
  ~Geo() override { std::filesystem::remove_all(directory_); }

  Result<OperatorPtr> Make(std::optional<std::string> file) const {
    EngineSettings settings;
    if (file) settings.geo_database = (directory_ / *file).string();
    OperatorSpec spec;
    spec.settings = &settings;
    return FindOperator("geoLookup")->make(spec);
  }

  std::filesystem::path directory_;
};

struct Found {
  bool matched = false;
  bool gave_up = false;
  GeoRecord record;
};

Found Look(const Operator& op, std::string_view address) {
  Found found;
  found.record.found = true;  // of the lookup before
  found.record.fields[0] = "??";
  const std::vector<char> exact(address.begin(), address.end());
  MatchContext context;
  context.geo = &found.record;
  found.matched = op.Matches({exact.data(), exact.size()}, context);
  found.gave_up = context.gave_up;
  return found;
}

TEST_F(Geo, FillsTheFieldsInOrder) {
  const auto op = Make("geo.mmdb");
  ASSERT_TRUE(op.ok()) << op.error();
  const Found found = Look(**op, "192.0.2.200");
  EXPECT_TRUE(found.matched);
  EXPECT_FALSE(found.gave_up);
  EXPECT_TRUE(found.record.found);
  const std::array<std::string, kGeoFields> want = {
      "DE", "DEU", "Germany", "EU", "BY", "Munich", "80331", "48.137000", "-11.500000", "807"};
  EXPECT_EQ(found.record.fields, want);
  ASSERT_EQ(GeoFieldNames().size(), kGeoFields);
  EXPECT_EQ(GeoFieldNames()[0], "COUNTRY_CODE");
  EXPECT_EQ(GeoFieldNames()[9], "DMA_CODE");
}

TEST_F(Geo, MissingFieldsStayEmpty) {
  const auto op = Make("geo.mmdb");
  ASSERT_TRUE(op.ok()) << op.error();
  const Found found = Look(**op, "198.51.100.7");
  EXPECT_TRUE(found.matched);
  EXPECT_EQ(found.record.fields[0], "US");
  EXPECT_EQ(found.record.fields[1], "USA");
  EXPECT_EQ(found.record.fields[5], "");
}

TEST_F(Geo, FieldsOfAnotherTypeDoNoHarm) {
  const auto op = Make("geo.mmdb");
  ASSERT_TRUE(op.ok()) << op.error();
  const Found found = Look(**op, "203.0.113.9");
  EXPECT_TRUE(found.matched);
  EXPECT_FALSE(found.gave_up);
  EXPECT_EQ(found.record.fields[0], "17");
  EXPECT_EQ(found.record.fields[5], "");
}

TEST_F(Geo, KnowsBothFamilies) {
  const auto op = Make("geo.mmdb");
  ASSERT_TRUE(op.ok()) << op.error();
  EXPECT_EQ(Look(**op, "2001:db8::1").record.fields[1], "FRA");
  EXPECT_EQ(Look(**op, "::ffff:192.0.2.1").record.fields[0], "DE");
  EXPECT_EQ(Look(**op, " 192.0.2.1\t").record.fields[0], "DE") << "blanks are no part of it";
}

TEST_F(Geo, ForgetsWhatItDoesNotFind) {
  const auto op = Make("geo.mmdb");
  ASSERT_TRUE(op.ok()) << op.error();
  for (const std::string_view address :
       {"127.0.0.1", "198.51.100.8", "2001:db9::1", "::", "", "x", "192.0.2", "192.0.2.1 ",
        "192.0.2.1:80", "www.example.com"}) {
    const bool known = address == "192.0.2.1 ";
    const Found found = Look(**op, address);
    EXPECT_EQ(found.matched, known) << address;
    EXPECT_EQ(found.record.found, known) << address;
    EXPECT_EQ(found.record.fields[0], known ? "DE" : "") << address;
  }
}

TEST_F(Geo, NeedsNoPlaceForWhatItFinds) {
  const auto op = Make("geo.mmdb");
  ASSERT_TRUE(op.ok()) << op.error();
  EXPECT_TRUE(Evaluation(**op, "192.0.2.1").matched);
}

// A file that was cut or scribbled on is refused, or gives up, or knows less; it never crashes.
TEST_F(Geo, SurvivesDamagedFiles) {
  std::ifstream in(directory_ / "geo.mmdb", std::ios::binary);
  const std::string good(std::istreambuf_iterator<char>(in), {});
  ASSERT_GT(good.size(), 500u);
  for (size_t i = 0; i < good.size(); i += 7) {
    std::string bad = i % 2 == 0 ? good.substr(0, i) : good;
    if (i % 2 != 0) bad[i] = static_cast<char>(bad[i] ^ 0xff);
    std::ofstream(directory_ / "bad.mmdb", std::ios::binary) << bad;
    const auto op = Make("bad.mmdb");
    if (!op.ok()) continue;
    for (const char* const address : {"192.0.2.1", "2001:db8::1", "203.0.113.1", "10.0.0.1"}) {
      const Found found = Look(**op, address);
      EXPECT_TRUE(found.matched || !found.gave_up);
    }
  }
}

TEST_F(Geo, AMissingDatabaseIsExplained) {
  EXPECT_NE((*Make(std::nullopt))->note().find("SecGeoLookupDb"), std::string::npos);
  const std::string missing = Make("no.mmdb").error();
  EXPECT_NE(missing.find("no.mmdb"), std::string::npos) << missing;
  EXPECT_NE(missing.find("No such file"), std::string::npos) << missing;
  std::ofstream(directory_ / "old.dat") << "GEO-106FREE 20140101";
  const std::string old = Make((directory_ / "old.dat").string()).error();
  EXPECT_NE(old.find("MaxMind DB"), std::string::npos) << old;
}

TEST(CountryCode, IsIso3166) {
  EXPECT_EQ(CountryCode3("AD"), "AND");
  EXPECT_EQ(CountryCode3("CH"), "CHE");
  EXPECT_EQ(CountryCode3("ZW"), "ZWE");
  EXPECT_EQ(CountryCode3("DA"), "") << "spans two rows of the table";
  EXPECT_EQ(CountryCode3("XX"), "");
  EXPECT_EQ(CountryCode3(""), "");
  EXPECT_EQ(CountryCode3("DEU"), "");
}

}  // namespace
}  // namespace rasp
