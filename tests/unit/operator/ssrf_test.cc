// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "operator/operator_cases.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

constexpr OperatorCase kCases[] = {
    // Loopback in the notations of inet_aton and of URL parsers.
    {"Dotted", "ssrfTarget", "", "http://127.0.0.1/", true, "http://127.0.0.1"},
    {"Port", "ssrfTarget", "", "http://127.0.0.1:8080/x", true},
    {"AnyOfTheNetwork", "ssrfTarget", "", "http://127.8.9.10", true},
    {"Decimal", "ssrfTarget", "", "http://2130706433/", true},
    {"Hex", "ssrfTarget", "", "http://0x7f000001/", true},
    {"HexUpper", "ssrfTarget", "", "http://0X7F.0X0.0X0.0X1/", true},
    {"Octal", "ssrfTarget", "", "http://0177.0.0.01/", true},
    {"OctalLong", "ssrfTarget", "", "http://00000177.0.0.1/", true},
    {"OctalSingle", "ssrfTarget", "", "http://017700000001/", true},
    {"ShortTwoParts", "ssrfTarget", "", "http://127.1/", true},
    {"ShortThreeParts", "ssrfTarget", "", "http://127.0.1", true},
    {"MixedBases", "ssrfTarget", "", "http://0x7f.1", true},
    {"Overflow", "ssrfTarget", "", "http://383.256.256.257/", true},
    {"OverflowDecimal", "ssrfTarget", "", "http://6425673729/", true},
    {"Zero", "ssrfTarget", "", "http://0/", true},
    {"ZeroDotted", "ssrfTarget", "", "http://0.0.0.0:22", true},
    {"TrailingDot", "ssrfTarget", "", "http://127.0.0.1./", true},
    {"Name", "ssrfTarget", "", "http://localhost/", true},
    {"NameUpper", "ssrfTarget", "", "HTTP://LOCALHOST:80", true},
    {"NameTrailingDot", "ssrfTarget", "", "http://localhost./", true},
    {"NameUnderLocalhost", "ssrfTarget", "", "http://a.localhost/", true},
    {"V6", "ssrfTarget", "", "http://[::1]:80/", true},
    {"V6Long", "ssrfTarget", "", "http://[0:0:0:0:0:0:0:1]/", true},
    {"V6Unspecified", "ssrfTarget", "", "http://[::]/", true},
    {"V6Mapped", "ssrfTarget", "", "http://[::ffff:127.0.0.1]/", true},
    {"V6MappedHex", "ssrfTarget", "", "http://[::ffff:7f00:1]/", true},
    {"V6Compatible", "ssrfTarget", "", "http://[::127.0.0.1]/", true},
    {"V6Nat64", "ssrfTarget", "", "http://[64:ff9b::7f00:1]/", true},
    {"V66to4", "ssrfTarget", "", "http://[2002:7f00:1::]/", true},
    {"V6Zone", "ssrfTarget", "", "http://[fe80::1%25eth0]/", true},
    {"V6LinkLocal", "ssrfTarget", "", "http://[fe80::1]/", true},
    {"V6UniqueLocal", "ssrfTarget", "", "http://[fd12:3456::1]/", true},
    {"PercentEncodedHost", "ssrfTarget", "", "http://%31%32%37.0.0.1/", true},
    {"FullWidthDigits", "ssrfTarget", "", "http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/",
     true},
    {"CircledDigits", "ssrfTarget", "", "http://\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1/", true},
    {"IdeographicDots", "ssrfTarget", "",
     "http://127\xe3\x80\x82"
     "0\xe3\x80\x82"
     "0\xe3\x80\x82"
     "1/",
     true},
    {"CircledLetters", "ssrfTarget", "",
     "http://\xe2\x93\x9b\xe2\x93\x9e"
     "calhost/",
     true},
    // Private and metadata.
    {"Private10", "ssrfTarget", "", "https://10.0.0.5/admin", true},
    {"Private172", "ssrfTarget", "", "https://172.31.255.255/", true},
    {"Outside172", "ssrfTarget", "", "https://172.32.0.1/", false},
    {"Private192", "ssrfTarget", "", "https://192.168.1.1/", true},
    {"CarrierGrade", "ssrfTarget", "", "http://100.64.0.1/", true},
    {"OutsideCarrierGrade", "ssrfTarget", "", "http://100.128.0.1/", false},
    {"MetadataAws", "ssrfTarget", "", "http://169.254.169.254/latest/meta-data/", true},
    {"MetadataAwsDecimal", "ssrfTarget", "", "http://2852039166/latest/", true},
    {"MetadataAwsV6", "ssrfTarget", "", "http://[fd00:ec2::254]/", true},
    {"MetadataGoogle", "ssrfTarget", "", "http://metadata.google.internal/computeMetadata/v1/",
     true},
    {"MetadataAlibaba", "ssrfTarget", "", "http://100.100.100.200/latest", true},
    {"MetadataAzureWire", "ssrfTarget", "", "http://168.63.129.16/", true},
    {"MetadataOracle", "ssrfTarget", "", "http://192.0.0.192/", true},
    {"Kubernetes", "ssrfTarget", "", "https://kubernetes.default.svc/api", true},
    {"ClusterName", "ssrfTarget", "", "http://db.prod.svc.cluster.local/", true},
    {"Multicast", "ssrfTarget", "", "http://224.0.0.1/", true},
    {"Broadcast", "ssrfTarget", "", "http://255.255.255.255/", true},
    {"WildcardName", "ssrfTarget", "", "http://127.0.0.1.nip.io/", true},
    {"WildcardNameHyphens", "ssrfTarget", "", "http://www.10-0-0-1.sslip.io/", true},
    {"WildcardNameHex", "ssrfTarget", "", "http://app-7f000001.nip.io/", true},
    {"WildcardNamePublic", "ssrfTarget", "", "http://8.8.8.8.nip.io/", false},
    {"LoopbackService", "ssrfTarget", "", "http://x.localtest.me/", true},
    // Where parsers disagree on the host.
    {"Userinfo", "ssrfTarget", "", "http://example.com@127.0.0.1/", true},
    {"UserinfoWithPassword", "ssrfTarget", "", "http://a:b@10.0.0.1/", true},
    {"UserinfoIsNoHost", "ssrfTarget", "", "http://127.0.0.1@example.com/", false},
    {"FragmentBeforeAt", "ssrfTarget", "", "http://example.com#@127.0.0.1/", true},
    {"QueryBeforeAt", "ssrfTarget", "", "http://example.com?@127.0.0.1/", true},
    {"BackslashBeforeAt", "ssrfTarget", "", "http://127.0.0.1\\@example.com/", true},
    {"TwoAts", "ssrfTarget", "", "http://a@127.0.0.1@example.com/", true},
    {"LongUserinfo", "ssrfTarget", "",
     "http://"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaa@127.0.0.1",
     true},
    {"Backslashes", "ssrfTarget", "", "http:\\\\127.0.0.1\\x", true},
    {"ManySlashes", "ssrfTarget", "", "http:////127.0.0.1/", true},
    {"NoSlashes", "ssrfTarget", "", "http:127.0.0.1", true},
    {"OneSlash", "ssrfTarget", "", "https:/127.0.0.1/", true},
    {"SchemeRelative", "ssrfTarget", "", "//169.254.169.254/latest", true, "//169.254.169.254"},
    {"SchemeRelativeBackslash", "ssrfTarget", "", "\\\\127.0.0.1\\share", true},
    {"InText", "ssrfTarget", "", "see http://example.com and http://10.1.2.3/ please", true,
     "http://10.1.2.3"},
    {"InQuotes", "ssrfTarget", "", "<!ENTITY x SYSTEM \"http://127.0.0.1:9/\">", true,
     "http://127.0.0.1:9"},
    {"InAQuery", "ssrfTarget", "", "https://example.com/?u=http://localhost", true,
     "http://localhost"},
    {"OtherSchemes", "ssrfTarget", "", "ws://127.0.0.1/", true},
    // Schemes.
    {"File", "ssrfTarget", "", "file:///etc/passwd", true, "file:///etc/passwd"},
    {"FileOneSlash", "ssrfTarget", "", "file:/etc/passwd", true},
    {"FileUpper", "ssrfTarget", "", "FILE:///etc/passwd", true},
    {"FileInText", "ssrfTarget", "", "the file: it is large", false},
    {"UrlFile", "ssrfTarget", "", "url:file:///etc/passwd", true},
    {"Gopher", "ssrfTarget", "", "gopher://example.com:6379/_x", true},
    {"Dict", "ssrfTarget", "", "dict://example.com:11211/stat", true},
    {"Ldap", "ssrfTarget", "", "ldap://example.com/a", true},
    {"Jar", "ssrfTarget", "", "jar:http://example.com!/a", true},
    {"Php", "ssrfTarget", "", "php://filter/convert.base64-encode/resource=index.php", true},
    {"ProfileIsNotFile", "ssrfTarget", "", "profile://x", false},
    {"Mailto", "ssrfTarget", "", "mailto:a@127.0.0.1", false},
    // Hosts without a URL.
    {"BareDotted", "ssrfTarget", "", "127.0.0.1", true, "127.0.0.1"},
    {"BareWithPort", "ssrfTarget", "", "10.0.0.1:6379", true},
    {"BareWithPath", "ssrfTarget", "", "169.254.169.254/latest/meta-data", true, "169.254.169.254"},
    {"BareName", "ssrfTarget", "", " localhost ", true, "localhost"},
    {"BareNameWithPort", "ssrfTarget", "", "localhost:8080", true},
    {"BareHex", "ssrfTarget", "", "0x7f000001", true},
    {"BareOctal", "ssrfTarget", "", "0177.0.0.1", true},
    {"BareV6", "ssrfTarget", "", "::1", true},
    {"BareV6Brackets", "ssrfTarget", "", "[::1]:80", true},
    {"BareNumberIsANumber", "ssrfTarget", "", "2130706433", false},
    {"BareSmallNumber", "ssrfTarget", "", "10", false},
    {"BareVersionTwo", "ssrfTarget", "", "10.1", false},
    {"BareVersionThree", "ssrfTarget", "", "10.1.2", false},
    {"BareScope", "ssrfTarget", "", "::", false},
    {"BareTime", "ssrfTarget", "", "10:30", false},
    // Harmless.
    {"Public", "ssrfTarget", "", "http://example.com/a?b=c", false},
    {"PublicAddress", "ssrfTarget", "", "http://93.184.216.34/", false},
    {"PublicV6", "ssrfTarget", "", "http://[2606:2800:220:1::1]/", false},
    {"PublicNat64", "ssrfTarget", "", "http://[64:ff9b::808:808]/", false},
    {"LocalhostInAName", "ssrfTarget", "", "http://localhost.example.com/", false},
    {"LocalhostInAPath", "ssrfTarget", "", "http://example.com/localhost", false},
    {"AddressInText", "ssrfTarget", "", "the router is at 10.0.0.1", false},
    {"Prose", "ssrfTarget", "", "Dear all: we meet at 10:30, see you", false},
    {"Json", "ssrfTarget", "", "{\"a\": 1, \"b\": [127, 0, 0, 1]}", false},
    {"Empty", "ssrfTarget", "", "", false},
    {"ColonAlone", "ssrfTarget", "", ":", false},
    {"SchemeAlone", "ssrfTarget", "", "http://", false},
    {"SlashesAlone", "ssrfTarget", "", "////", false},
    {"BracketAlone", "ssrfTarget", "", "http://[", false},
    {"NulInHost", "ssrfTarget", "", "http://127.0.0.1\0.example.com/"sv, true},
};

class SsrfTargetTest : public testing::TestWithParam<OperatorCase> {};
TEST_P(SsrfTargetTest, Decides) { CheckCase(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, SsrfTargetTest, testing::ValuesIn(kCases), CaseName);

TEST(SsrfTarget, TakesNoArgument) {
  CheckError({"", "ssrfTarget", "example.com", "takes no argument"});
}

std::string Repeat(std::string_view piece, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

TEST(SsrfTarget, IsLinear) {
  const OperatorPtr op = MakeOperator("ssrfTarget", "");
  for (const std::string_view piece : {"http:\\\\", "http:", "http:a@", "http:@", "http:\\\\a@",
                                       ":", "http://", "aaaaaaaa:", "//", "http:?@"}) {
    for (const std::string_view end : {"", "@"}) {
      const std::string text = Repeat(piece, 1 << 20) + std::string(end);
      const auto start = std::chrono::steady_clock::now();
      EXPECT_FALSE(Evaluation(*op, text, {}, false).matched) << piece;
      EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2)) << piece << end;
    }
  }
}

}  // namespace
}  // namespace rasp
