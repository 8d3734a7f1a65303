// SPDX-License-Identifier: Apache-2.0
// A secret that is planted anywhere in a request never appears in the event, nor a part of it that
// would be of use.
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "audit/sample_event.h"

namespace rasp {
namespace {

struct Planted {
  std::string_view label;
  std::string_view text;       // as the client sent it
  std::string_view forbidden;  // what of it must not appear
};

constexpr Planted kShapes[] = {
    {"Card", "4111111111111111", "11111111111"},
    {"CardInGroups", "5555 5555 5555 4444", "55 5555 4444"},
    {"Jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJlLWhlcmU", "nobody"},
    {"JwtPayload", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJlLWhlcmU", "eyJzdWIi"},
    {"JwtSignature", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJlLWhlcmU", "aGVyZ"},
    {"Email", "grace.hopper@navy.example", "hopper"},
    {"Iban", "DE89370400440532013000", "440532"},
    {"Bearer", "Bearer s3cr3t-0123456789", "s3cr3t"},
    {"AwsKey", "AKIAIOSFODNN7EXAMPLE", "IOSFODNN"},
    {"PrivateKey", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----",
     "MIIEvQ"},
    {"NamedPair", "password=tr0ub4dor&x=1", "tr0ub4dor"},
    {"JsonMember", R"({"api_key":"tr0ub4dor"})", "tr0ub4dor"},
    {"XmlElement", "<secret>tr0ub4dor</secret>", "tr0ub4dor"},
};

std::string PercentEncode(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    out += {'%', kHex[static_cast<unsigned char>(c) >> 4], kHex[c & 15]};
  }
  return out;
}

// Puts text where a request may hold it.
struct Place {
  std::string_view label;
  std::function<void(SampleEvent&, std::string_view)> put;
};

const std::vector<Place>& Places() {
  static const std::vector<Place> places = {
      {"Path", [](SampleEvent& s, std::string_view v) { s.request.target = v; }},
      {"Method", [](SampleEvent& s, std::string_view v) { s.request.method = v; }},
      {"Host", [](SampleEvent& s, std::string_view v) { s.request.host = v; }},
      {"UserAgent", [](SampleEvent& s, std::string_view v) { s.headers[1].value = v; }},
      {"Argument", [](SampleEvent& s, std::string_view v) { s.AddMatch("ARGS:q", v, 0, 1); }},
      {"ArgumentName", [](SampleEvent& s, std::string_view v) { s.AddMatch(v, "x", 0, 1); }},
      {"Body", [](SampleEvent& s, std::string_view v) { s.AddMatch("REQUEST_BODY", v, 3, 2); }},
      {"BodyEnd",
       [](SampleEvent& s, std::string_view v) {
         s.AddMatch("REQUEST_BODY", v, static_cast<uint32_t>(v.size()) - 1, 1);
       }},
      {"Message", [](SampleEvent& s, std::string_view v) { s.matches[0].message = v; }},
      {"LogData", [](SampleEvent& s, std::string_view v) { s.matches[0].log_data = v; }},
  };
  return places;
}

TEST(PlantedSecret, NeverAppearsWhateverItsPlace) {
  int checked = 0;
  for (const Planted& planted : kShapes) {
    for (const Place& place : Places()) {
      // A name is shown with what stands in it; only shapes are taken out.
      const bool named = planted.forbidden == "tr0ub4dor";
      if (place.label == "ArgumentName" && named) continue;
      for (const size_t padding : {0u, 1u, 5u, 31u, 32u, 33u, 64u, 300u}) {
        for (const bool encoded : {false, true}) {
          SCOPED_TRACE(std::string(planted.label) + " in " + std::string(place.label) + " after " +
                       std::to_string(padding) + (encoded ? ", encoded" : ""));
          const std::string text =
              std::string(padding, '/') +
              (encoded ? PercentEncode(planted.text) : std::string(planted.text)) +
              std::string(padding, '/');
          SampleEvent sample;
          place.put(sample, text);
          const std::string line = sample.Json();
          ASSERT_TRUE(nlohmann::json::accept(line)) << line;
          EXPECT_EQ(line.find(planted.forbidden), std::string::npos) << line;
          EXPECT_EQ(line.find(PercentEncode(planted.forbidden)), std::string::npos) << line;
          ++checked;
        }
      }
    }
  }
  EXPECT_GT(checked, 1500);
}

constexpr std::string_view kSecretTargets[] = {
    "ARGS:password",
    "ARGS_POST:user[pwd]",
    "ARGS_GET:access_token",
    "ARGS:json.auth.secret",
    "REQUEST_HEADERS:Authorization",
    "REQUEST_HEADERS:cookie",
    "REQUEST_HEADERS:Proxy-Authorization",
    "REQUEST_HEADERS:X-Api-Key",
    "RESPONSE_HEADERS:Set-Cookie",
    "REQUEST_COOKIES:basket",
    "REQUEST_COOKIES",
};

TEST(PlantedSecret, NeverAppearsFromASecretTarget) {
  constexpr std::string_view kValue = "correct horse' battery staple";
  for (const std::string_view target : kSecretTargets) {
    SCOPED_TRACE(target);
    SampleEvent sample;
    RuleMatch& match = sample.AddMatch(target, kValue, 13, 3);
    match.message = "found correct horse in it";
    match.log_data = "Matched Data: correct horse found";
    const std::string line = sample.Json();
    EXPECT_EQ(line.find("horse"), std::string::npos) << line;
    EXPECT_EQ(line.find("battery"), std::string::npos) << line;
    EXPECT_NE(line.find(target), std::string::npos) << "names are shown";
  }
}

TEST(PlantedSecret, NeverAppearsThroughADerivedTarget) {
  for (const std::string_view derived : {"MATCHED_VAR", "MATCHED_VARS:ARGS:x", "TX:0"}) {
    SCOPED_TRACE(derived);
    SampleEvent sample;
    sample.AddMatch("ARGS:password", "correct horse", 0, 7);
    sample.AddMatch(derived, "correct horse", 0, 7).log_data = "horse";
    EXPECT_EQ(sample.Json().find("horse"), std::string::npos);
  }
}

TEST(PlantedSecret, NeverAppearsInHeadersThatAreNotLogged) {
  SampleEvent sample;
  for (const std::string_view name :
       {"Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key", "Referer", "X-Whatever"}) {
    sample.headers.push_back({name, "correct horse"});
  }
  EXPECT_EQ(sample.Json().find("horse"), std::string::npos);
}

TEST(PlantedSecret, NeverAppearsAmongRandomText) {
  std::mt19937 random(11);
  constexpr std::string_view kAlphabet = "ab1 '<>=&;/\"{}[]%+-_.:\\\n\xff\xc3";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const auto noise = [&] {
      for (size_t i = random() % 50; i > 0; --i)
        text.push_back(kAlphabet[random() % kAlphabet.size()]);
    };
    noise();
    text += " ";
    const size_t at = text.size();
    text += "4111111111111111";
    text += " ";
    noise();
    SampleEvent sample;
    const auto offset = static_cast<uint32_t>(random() % text.size());
    sample.AddMatch("REQUEST_BODY", text, offset, static_cast<uint32_t>(random() % 30));
    sample.request.target = text;
    sample.headers[1].value = text;
    const std::string line = sample.Json();
    ASSERT_TRUE(nlohmann::json::accept(line)) << line;
    ASSERT_EQ(line.find("11111111111"), std::string::npos) << at << ": " << line;
  }
}

}  // namespace
}  // namespace rasp
