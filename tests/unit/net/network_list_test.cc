// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rasp/network.h"

namespace rasp {
namespace {

struct Read {
  NetworkSet set;
  Diagnostics diagnostics;
  size_t errors = 0;
};

Read ReadList(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  NetworkListReader reader;
  reader.ReadText({exact.data(), exact.size()}, "list.txt");
  Read read;
  read.diagnostics = reader.diagnostics();
  read.errors = reader.errors();
  read.set = reader.Build();
  return read;
}

bool Holds(const NetworkSet& set, std::string_view address) {
  const auto parsed = NetworkAddress::Parse(address);
  return parsed && set.Contains(*parsed);
}

TEST(NetworkAddress, TakesMappedIPv4ForIPv4) {
  const auto mapped = NetworkAddress::Parse("::ffff:192.0.2.7");
  ASSERT_TRUE(mapped.has_value());
  EXPECT_TRUE(mapped->is_v4);
  EXPECT_EQ(*mapped, *NetworkAddress::Parse("192.0.2.7"));
  const std::vector<uint8_t> bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7};
  EXPECT_EQ(NetworkAddress::FromBytes(bytes), *mapped);
  EXPECT_EQ(NetworkAddress::FromBytes(std::span(bytes).last(4)), *mapped);
  EXPECT_FALSE(NetworkAddress::Parse("::ffff:0:192.0.2.7")->is_v4);
}

struct Member {
  const char* name;
  const char* list;
  std::vector<const char*> in;
  std::vector<const char*> out;
};

class Membership : public testing::TestWithParam<Member> {};

TEST_P(Membership, IsAsWritten) {
  const Read read = ReadList(GetParam().list);
  EXPECT_EQ(read.errors, 0u) << (read.errors != 0 ? read.diagnostics[0].text : "");
  for (const char* address : GetParam().in) EXPECT_TRUE(Holds(read.set, address)) << address;
  for (const char* address : GetParam().out) EXPECT_FALSE(Holds(read.set, address)) << address;
}

INSTANTIATE_TEST_SUITE_P(
    , Membership,
    testing::Values(
        Member{"Nothing", "", {}, {"192.0.2.7", "::1", "0.0.0.0"}},
        Member{"Address",
               "192.0.2.7",
               {"192.0.2.7", "::ffff:192.0.2.7"},
               {"192.0.2.6", "192.0.2.8", "::1"}},
        Member{"Network",
               "192.0.2.0/24\n",
               {"192.0.2.0", "192.0.2.255"},
               {"192.0.1.255", "192.0.3.0"}},
        Member{"Comments",
               "# a list\r\n 192.0.2.7 # one\r\n\r\n198.51.100.0/24 ; SBL1\n;x\n",
               {"192.0.2.7", "198.51.100.9"},
               {"192.0.2.8"}},
        Member{"ByteOrderMark",
               "\xef\xbb\xbf"
               "192.0.2.7\n",
               {"192.0.2.7"},
               {}},
        Member{"Range",
               "192.0.2.3-192.0.2.9",
               {"192.0.2.3", "192.0.2.9"},
               {"192.0.2.2", "192.0.2.10"}},
        Member{"RangeWithBlanks",
               "10.0.0.255 - 10.0.2.0",
               {"10.0.0.255", "10.0.1.77", "10.0.2.0"},
               {"10.0.0.254", "10.0.2.1"}},
        Member{"WholeRange",
               "0.0.0.0-255.255.255.255",
               {"0.0.0.0", "255.255.255.255"},
               {"::", "2001:db8::1"}},
        Member{"RangeOfOne", "192.0.2.1-192.0.2.1", {"192.0.2.1"}, {"192.0.2.0", "192.0.2.2"}},
        Member{"SixRange",
               "2001:db8::1-2001:db8::1:0",
               {"2001:db8::1", "2001:db8::ffff", "2001:db8::1:0"},
               {"2001:db8::", "2001:db8::1:1"}},
        Member{"Six",
               "2001:db8::/32",
               {"2001:db8::", "2001:db8:ffff::1"},
               {"2001:db9::", "2001:db7:ffff:ffff::"}},
        Member{"SixAddress", "::1", {"::1"}, {"::", "::2", "0.0.0.1"}},
        Member{
            "MappedNetwork", "::ffff:192.0.2.0/120", {"192.0.2.255"}, {"192.0.3.0", "::c000:200"}},
        Member{"All", "all", {"0.0.0.0", "255.255.255.255", "::", "ffff::1"}, {}},
        Member{"AllOfOneFamily", "::/0", {"::", "ffff::"}, {"192.0.2.7"}},
        Member{"Duplicates",
               "192.0.2.0/25\n192.0.2.0/24\n192.0.2.0/24\n192.0.2.9",
               {"192.0.2.200"},
               {"192.0.3.1"}},
        Member{"LastByteWithoutNewline", "192.0.2.1\n192.0.2.3", {"192.0.2.3"}, {"192.0.2.2"}}),
    [](const auto& row) { return row.param.name; });

struct Bad {
  const char* name;
  const char* line;
  const char* says;
};

class BadLine : public testing::TestWithParam<Bad> {};

TEST_P(BadLine, IsNamedWithWhatToWriteInstead) {
  const Read read = ReadList(std::string("192.0.2.1\n") + GetParam().line + "\n192.0.2.3\n");
  ASSERT_EQ(read.errors, 1u);
  const Diagnostic& diagnostic = read.diagnostics.at(0);
  EXPECT_EQ(diagnostic.severity, DiagnosticSeverity::kError);
  EXPECT_EQ(diagnostic.where.file, "list.txt");
  EXPECT_EQ(diagnostic.where.line, 2u);
  EXPECT_NE(diagnostic.text.find(GetParam().says), std::string::npos) << diagnostic.text;
  EXPECT_EQ(read.set.networks(), 2u);  // the lines around it
}

INSTANTIATE_TEST_SUITE_P(, BadLine,
                         testing::Values(Bad{"Number", "192.0.2.300", "from 0 to 255"},
                                         Bad{"LeadingZero", "192.0.2.010", "without leading zeros"},
                                         Bad{"ThreeParts", "192.0.2", "four numbers"},
                                         Bad{"Length", "192.0.2.0/33", "0 to 32"},
                                         Bad{"SixLength", "2001:db8::/129", "0 to 128"},
                                         Bad{"MappedLength", "::ffff:192.0.2.0/24", "96 to 128"},
                                         Bad{"NoLength", "192.0.2.0/", "0 to 32"},
                                         Bad{"Netmask", "10.0.0.0/255.255.0.0", "write /16"},
                                         Bad{"NetmaskWithHoles", "10.0.0.0/255.0.255.0", "holes"},
                                         Bad{"Port", "192.0.2.1:80", "port"},
                                         Bad{"Brackets", "[2001:db8::1]", "brackets"},
                                         Bad{"Zone", "fe80::1%eth0", "zone"},
                                         Bad{"Name", "host.example.org", "not looked up"},
                                         Bad{"Star", "192.0.2.*", "192.0.2.0/24"},
                                         Bad{"Words", "deny 192.0.2.1", "one address"},
                                         Bad{"Two", "192.0.2.1,192.0.2.2", "one address"},
                                         Bad{"Six", "2001:db8:::1", "no IPv6 address"},
                                         Bad{"Text", "everyone", "write 192.0.2.7"},
                                         Bad{"Backwards", "192.0.2.9-192.0.2.1", "exchange"},
                                         Bad{"Families", "192.0.2.1-2001:db8::1", "one for each"},
                                         Bad{"HalfRange", "192.0.2.1-", "write 192.0.2.7"}),
                         [](const auto& row) { return row.param.name; });

TEST(NetworkList, SaysOfLooseBitsHowTheyAreTaken) {
  const Read read = ReadList("10.0.0.5/8\n");
  EXPECT_EQ(read.errors, 0u);
  ASSERT_EQ(read.diagnostics.size(), 1u);
  EXPECT_EQ(read.diagnostics[0].severity, DiagnosticSeverity::kWarning);
  EXPECT_NE(read.diagnostics[0].text.find("leave out /8"), std::string::npos);
  EXPECT_TRUE(Holds(read.set, "10.255.0.1"));
}

TEST(NetworkList, CountsAllErrorsAndKeepsSome) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "nonsense\n";
  const Read read = ReadList(text);
  EXPECT_EQ(read.errors, 1000u);
  EXPECT_EQ(read.diagnostics.size(), NetworkListReader::kMostDiagnostics);
  EXPECT_EQ(read.set.networks(), 0u);
}

TEST(NetworkList, ReadsFilesAndSaysWhichCannotBeRead) {
  const std::string file = testing::TempDir() + "rasp-network-list.txt";
  std::ofstream(file) << "192.0.2.0/24\n192.0.2.999\n";
  NetworkListReader reader;
  reader.ReadFile(file);
  reader.ReadFile("/nonexistent/list.txt");
  reader.ReadFile(testing::TempDir());
  EXPECT_EQ(reader.errors(), 3u);
  EXPECT_EQ(reader.diagnostics()[0].where.file, file);
  EXPECT_EQ(reader.diagnostics()[0].where.line, 2u);
  EXPECT_NE(reader.diagnostics()[1].text.find("/nonexistent/list.txt"), std::string::npos);
  EXPECT_TRUE(Holds(reader.Build(), "192.0.2.77"));
  std::filesystem::remove(file);
}

TEST(NetworkList, JoinsWhatIsOne) {
  EXPECT_EQ(ReadList("192.0.2.0/25\n192.0.2.128/25\n").set.networks(), 1u);
  EXPECT_EQ(ReadList("10.0.0.0-10.0.0.255\n").set.networks(), 1u);
  EXPECT_EQ(ReadList("10.0.0.1\n10.0.0.2\n").set.networks(), 2u);
  EXPECT_EQ(ReadList("0.0.0.0/1\n128.0.0.0/1\n").set.networks(), 1u);
}

}  // namespace
}  // namespace rasp
