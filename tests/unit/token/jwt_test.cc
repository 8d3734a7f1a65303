// SPDX-License-Identifier: Apache-2.0
#include "token/jwt.h"

#include <gtest/gtest.h>

#include "token/token_maker.h"

namespace rasp {
namespace {

constexpr int64_t kNow = 1'700'000'000;
const std::string kSecret = "0123456789abcdef0123456789abcdef";
const std::string kOther = "another secret, which nobody has!";
const std::string kClaims = R"({"sub":"ann","exp":1700000100,"aud":"shop","iss":"https:\/\/id"})";

JwtVerifier Hmac(SignatureAlgorithm algorithm = SignatureAlgorithm::kHs256) {
  JwtVerifier verifier;
  verifier.keys.push_back({"", std::move(*SignatureKey::Make(algorithm, kSecret))});
  return verifier;
}

JwtStatus StatusOf(const JwtVerifier& verifier, const std::string& token, int64_t now = kNow) {
  std::pmr::monotonic_buffer_resource memory;
  const std::vector<char> exact(token.begin(), token.end());
  const JwtResult result = verifier.Verify({exact.data(), exact.size()}, now, memory);
  EXPECT_EQ(result.status == JwtStatus::kValid, !result.claims.empty());
  return result.status;
}

std::string Signed(const std::string& claims, const std::string& header = R"({"alg":"HS256"})") {
  return TokenMaker::MakeHmac(kSecret, header, claims);
}

TEST(Jwt, VerifiesEachAlgorithmByItsOwnKeyAlone) {
  for (const char* name : {"RS256", "PS256", "ES256", "EdDSA"}) {
    const SignatureAlgorithm algorithm = FindSignatureAlgorithm(name)->algorithm;
    const TokenMaker maker(algorithm);
    const TokenMaker stranger(algorithm);
    auto key = SignatureKey::Make(algorithm, maker.PublicPem());
    ASSERT_TRUE(key) << name << key.error();
    JwtVerifier verifier;
    verifier.keys.push_back({"k1", std::move(*key)});
    const std::string header = std::string(R"({"alg":")") + name + R"(","kid":"k1"})";
    const std::string token = maker.Make(header, kClaims);
    EXPECT_EQ(StatusOf(verifier, token), JwtStatus::kValid) << name;
    EXPECT_EQ(StatusOf(verifier, stranger.Make(header, kClaims)), JwtStatus::kSignature) << name;
    // the public key as a secret: the best-known confusion
    EXPECT_EQ(StatusOf(verifier, TokenMaker::MakeHmac(maker.PublicPem(),
                                                      R"({"alg":"HS256","kid":"k1"})", kClaims)),
              JwtStatus::kAlgorithm)
        << name;
    for (size_t i = token.rfind('.') + 1; i < token.size(); i += 7) {
      std::string changed = token;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      EXPECT_NE(StatusOf(verifier, changed), JwtStatus::kValid) << name << ' ' << i;
    }
  }
}

TEST(Jwt, VerifiesSecrets) {
  for (const char* name : {"HS256", "HS384", "HS512"}) {
    const JwtVerifier verifier = Hmac(FindSignatureAlgorithm(name)->algorithm);
    const std::string header = std::string(R"({"alg":")") + name + R"("})";
    EXPECT_EQ(StatusOf(verifier, Signed(kClaims, header)), JwtStatus::kValid) << name;
    EXPECT_EQ(StatusOf(verifier, TokenMaker::MakeHmac(kOther, header, kClaims)),
              JwtStatus::kSignature)
        << name;
  }
}

struct Case {
  const char* name;
  std::string token;
  JwtStatus status;
};

class JwtRefusals : public testing::TestWithParam<Case> {};

TEST_P(JwtRefusals, SayWhy) {
  JwtVerifier verifier = Hmac();
  verifier.audiences = {"shop", "admin"};
  verifier.issuers = {"https://id"};
  EXPECT_EQ(JwtStatusName(StatusOf(verifier, GetParam().token)), JwtStatusName(GetParam().status));
}

std::string Unsigned(const std::string& header) {
  return TokenMaker::Encode(header) + "." + TokenMaker::Encode(kClaims) + ".";
}

using S = JwtStatus;
INSTANTIATE_TEST_SUITE_P(
    Rows, JwtRefusals,
    testing::Values(
        Case{"Valid", Signed(kClaims), S::kValid}, Case{"Empty", "", S::kMalformed},
        Case{"NoParts", "abc", S::kMalformed}, Case{"TwoParts", "a.b", S::kMalformed},
        Case{"Encrypted", "a.b.c.d.e", S::kMalformed}, Case{"OnlyDots", "..", S::kMalformed},
        Case{"TooLong", std::string(9000, 'a'), S::kTooLong},
        Case{"None", Unsigned(R"({"alg":"none"})"), S::kAlgorithm},
        Case{"NoneInCapitals", Unsigned(R"({"alg":"NONE"})"), S::kAlgorithm},
        Case{"NoAlgorithm", Unsigned("{}"), S::kAlgorithm},
        Case{"EmptySignature", Unsigned(R"({"alg":"HS256"})"), S::kSignature},
        Case{"OtherHash", Signed(kClaims, R"({"alg":"HS512"})"), S::kAlgorithm},
        Case{"Critical", Signed(kClaims, R"({"alg":"HS256","crit":["x"],"x":1})"), S::kMalformed},
        Case{"Zipped", Signed(kClaims, R"({"alg":"HS256","zip":"DEF"})"), S::kMalformed},
        Case{"TwoAlgorithms", Signed(kClaims, R"({"alg":"none","alg":"HS256"})"), S::kMalformed},
        Case{"EscapedTwice", Signed(kClaims, R"({"alg":"none","\u0061lg":"HS256"})"),
             S::kMalformed},
        Case{"HeaderIsNoObject", Signed(kClaims, R"(["alg"])"), S::kMalformed},
        Case{"ClaimsAreNoObject", Signed("[1]"), S::kMalformed},
        Case{"ClaimsAreCut", Signed(R"({"exp":1700000100)"), S::kMalformed},
        Case{"Expired", Signed(R"({"exp":1700000000})"), S::kExpired},
        Case{"TwoExpiries", Signed(R"({"exp":1,"exp":1700000100})"), S::kMalformed},
        Case{"ExpiryAsText", Signed(R"({"exp":"1700000100"})"), S::kMalformed},
        Case{"NoExpiry", Signed(R"({"sub":"ann"})"), S::kNoExpiry},
        Case{"HugeExpiry", Signed(R"({"exp":1e400})"), S::kMalformed},
        Case{"NotYet", Signed(R"({"exp":1700000100,"nbf":1700000001})"), S::kNotYet},
        Case{"NoIssuer", Signed(R"({"exp":1700000100,"aud":"shop"})"), S::kIssuer},
        Case{"OtherIssuer", Signed(R"({"exp":1700000100,"aud":"shop","iss":"x"})"), S::kIssuer},
        Case{"OtherAudience", Signed(R"({"exp":1700000100,"aud":"x","iss":"https://id"})"),
             S::kAudience},
        Case{"AudienceInAList",
             Signed(R"({"exp":1700000100.5,"aud":["x","admin"],"iss":"https://id"})"), S::kValid},
        Case{"NoneOfAList", Signed(R"({"exp":1700000100,"aud":[["shop"]],"iss":"https://id"})"),
             S::kAudience}),
    [](const auto& row) { return row.param.name; });

TEST(Jwt, GivesLeewayWhereItIsAllowed) {
  JwtVerifier verifier = Hmac();
  verifier.leeway_s = 30;
  const std::string token = Signed(R"({"exp":1700000000,"nbf":1700000000})");
  EXPECT_EQ(StatusOf(verifier, token, kNow + 29), JwtStatus::kValid);
  EXPECT_EQ(StatusOf(verifier, token, kNow + 30), JwtStatus::kExpired);
  EXPECT_EQ(StatusOf(verifier, token, kNow - 30), JwtStatus::kValid);
  EXPECT_EQ(StatusOf(verifier, token, kNow - 31), JwtStatus::kNotYet);
}

TEST(Jwt, FindsTheKeyByItsId) {
  JwtVerifier verifier;
  verifier.keys.push_back(
      {"old", std::move(*SignatureKey::Make(SignatureAlgorithm::kHs256, kOther))});
  verifier.keys.push_back(
      {"new", std::move(*SignatureKey::Make(SignatureAlgorithm::kHs256, kSecret))});
  EXPECT_EQ(StatusOf(verifier, Signed(kClaims, R"({"alg":"HS256","kid":"new"})")), S::kValid);
  EXPECT_EQ(StatusOf(verifier, Signed(kClaims)), S::kValid);
  EXPECT_EQ(StatusOf(verifier, Signed(kClaims, R"({"alg":"HS256","kid":"old"})")), S::kSignature);
  EXPECT_EQ(StatusOf(verifier, Signed(kClaims, R"({"alg":"HS256","kid":"x"})")), S::kUnknownKey);
  EXPECT_EQ(StatusOf(verifier, Signed(kClaims, R"({"alg":"RS256","kid":"new"})")), S::kAlgorithm);
}

TEST(SignatureKey, RefusesWhatIsNoKeyForItsAlgorithm) {
  const auto make = [](SignatureAlgorithm algorithm, const std::string& material) {
    const auto key = SignatureKey::Make(algorithm, material);
    return key ? std::string() : key.error();
  };
  const TokenMaker rsa(SignatureAlgorithm::kRs256);
  EXPECT_NE(make(SignatureAlgorithm::kHs256, "short"), "");
  EXPECT_NE(make(SignatureAlgorithm::kHs256, rsa.PublicPem()), "");
  EXPECT_NE(make(SignatureAlgorithm::kEs256, rsa.PublicPem()), "");
  EXPECT_NE(make(SignatureAlgorithm::kEdDsa, rsa.PublicPem()), "");
  EXPECT_NE(make(SignatureAlgorithm::kRs256, "no key"), "");
  EXPECT_NE(make(SignatureAlgorithm::kRs256, "-----BEGIN PRIVATE KEY-----"), "");
  EXPECT_EQ(make(SignatureAlgorithm::kPs256, rsa.PublicPem()), "");
}

struct ClaimCase {
  const char* path;
  const char* value;  // nullptr: not found
};

TEST(JwtClaims, AreFoundByName) {
  const std::string claims =
      R"({"sub":"a\u006en","n":7,"ok":true,"none":null,"roles":["admin","x"],"empty":[],
          "https://x.y/role":"dotted","org":{"id":"o1","deep":{"x":1.5}},"obj":{}})";
  const ClaimCase cases[] = {
      {"sub", "ann"},
      {"n", "7"},
      {"ok", "true"},
      {"none", nullptr},
      {"roles", "admin"},
      {"empty", nullptr},
      {"https://x.y/role", "dotted"},
      {"org.id", "o1"},
      {"org.deep.x", "1.5"},
      {"org", nullptr},
      {"org.nothing", nullptr},
      {"sub.x", nullptr},
      {"", nullptr},
      {"obj.x", nullptr},
  };
  for (const ClaimCase& row : cases) {
    std::pmr::monotonic_buffer_resource memory;
    std::string_view value;
    const bool found = FindClaim(claims, row.path, memory, value);
    EXPECT_EQ(found, row.value != nullptr) << row.path;
    if (found) {
      EXPECT_EQ(value, row.value) << row.path;
    }
  }
}

}  // namespace
}  // namespace rasp
