// SPDX-License-Identifier: Apache-2.0
#include "logic/scenario.h"
#include "token/token_maker.h"

namespace rasp {
namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef";

std::string Model(const std::string& when) {
  return R"({"model": "m", "version": "1", "operations": {"any": {"match": "* /**"}},
    "jwt": {"from": "header.authorization", "leeway": "5s", "issuer": ["https://id"],
            "keys": [{"algorithm": "HS256", "secret": ")" +
         kSecret + R"("}]}, "events": {"it": {"when": ")" + when + R"("}}, "rules": [
    {"id": 1, "name": "n", "count": "it", "by": "method", "over": "1m", "limit": 0, "then": "log"}]})";
}

bool Holds(const std::string& when, const Ask& ask) {
  Scenario api(Model(when));
  return !api.Send(ask).rules.empty();
}

Ask With(std::string name, std::string value, Ask ask = Get("/x")) {
  ask.headers.emplace_back(std::move(name), std::move(value));
  return ask;
}
Ask Json(std::string body) {
  return With("Content-Type", "application/json", Post("/x", std::move(body)));
}

// The clock of a scenario begins at 1'700'000'400 s.
Ask Token(const std::string& claims, const std::string& secret = kSecret) {
  return With("Authorization",
              "Bearer " + TokenMaker::MakeHmac(secret, R"({"alg":"HS256"})", claims));
}
const char kClaims[] = R"({"sub":"ann","exp":1700000500,"iss":"https://id","org":{"id":"o1"}})";

TEST(JwtPlaces, AreOfVerifiedTokensAlone) {
  EXPECT_TRUE(Holds("jwt.sub == 'ann' and jwt.org.id == 'o1' and jwt == 'valid'", Token(kClaims)));
  EXPECT_FALSE(Holds("jwt.nothing", Token(kClaims)));
  const Ask forged = Token(kClaims, "another secret, which nobody has!");
  EXPECT_FALSE(Holds("jwt.sub", forged));
  EXPECT_TRUE(Holds("jwt == 'signature'", forged));
  EXPECT_TRUE(Holds("jwt == 'missing' and not jwt.sub", Get("/x")));
  EXPECT_TRUE(Holds("jwt == 'expired'", Token(R"({"exp":1700000300,"iss":"https://id"})")));
  EXPECT_TRUE(Holds("jwt == 'issuer'", Token(R"({"exp":1700000500,"iss":"x"})")));
  EXPECT_TRUE(Holds("jwt == 'malformed'", With("Authorization", "Basic YTpi")));
  Ask two = Token(kClaims);
  two.headers.emplace_back("Authorization", "Bearer x");
  EXPECT_TRUE(Holds("jwt == 'ambiguous' and not jwt.sub", two));
}

TEST(JwtPlaces, AreKeys) {
  Scenario api(R"({"model": "m", "version": "1", "operations": {"any": {"match": "* /**"}},
    "jwt": {"from": "header.authorization", "keys": [{"algorithm": "HS256", "secret": ")" +
               kSecret + R"("}]},
    "rules": [{"id": 1, "name": "n", "count": "any", "by": "jwt.sub", "over": "1m", "limit": 1,
               "then": "block 429"}]})");
  EXPECT_FALSE(api.Send(Token(kClaims)).blocked);
  EXPECT_TRUE(api.Send(Token(kClaims)).blocked);
  EXPECT_FALSE(api.Send(Token(R"({"sub":"bob","exp":1700000500})")).blocked);
}

TEST(GraphqlPlaces, SayWhatIsAskedFor) {
  const Ask body = Json(R"({"query":"query Q{a(first:10){b c:d}}"})");
  EXPECT_TRUE(
      Holds("graphql.operation == 'Q' and graphql.kind == 'query' and graphql.root == 'a'", body));
  EXPECT_TRUE(Holds("graphql.depth == 2 and graphql.aliases == 1 and graphql.cost == 21", body));
  EXPECT_TRUE(
      Holds("graphql.fields == 3 and graphql.batch == 1 and graphql.directives == 0", body));
  EXPECT_FALSE(Holds("graphql.introspection or graphql.error", body));
  EXPECT_TRUE(Holds("graphql.introspection", Json(R"({"query":"{__schema{types{name}}}"})")));
  EXPECT_TRUE(Holds("graphql.error", Json(R"({"query":"{a"})")));
  EXPECT_FALSE(Holds("graphql.depth or graphql.error", Json(R"({"a":1})")));
  EXPECT_TRUE(Holds("graphql.depth == 2", Get("/x?query=%7Ba%7Bb%7D%7D")));
  EXPECT_TRUE(Holds("graphql.depth == 2",
                    With("Content-Type", "application/graphql", Post("/x", "{a{b}}"))));
  EXPECT_TRUE(Holds("graphql.depth == 1", Post("/x", "query=%7Ba%7D")));
}

TEST(JsonInPlaces, IsReadAsJson) {
  EXPECT_TRUE(Holds("query.f:/user/id == 7", Get("/x?f=%7B%22user%22:%7B%22id%22:7%7D%7D")));
  EXPECT_TRUE(Holds("cookie.p:/theme == 'dark'", With("Cookie", R"(p={"theme":"d\u0061rk"})")));
  EXPECT_TRUE(Holds("header.x-p:/a/1 == 2", With("X-P", R"({"a":[1,2]})")));
  EXPECT_TRUE(Holds("arg.f:/a == 1", Post("/x", "f={\"a\":1}")));
  EXPECT_FALSE(Holds("query.f:/a", Get("/x?f=notjson")));
  EXPECT_FALSE(Holds("query.f:/b", Get("/x?f=%7B%22a%22:1%7D")));
  EXPECT_TRUE(Holds("body.inner:/a == 'x'", Json(R"({"inner":"{\"a\":\"x\"}"})")));
}

std::string Diagnosed(const std::string& jwt) {
  std::string out;
  for (
      const std::string& text : DiagnosticsOf(
          R"({"model": "m", "version": "1", "operations": {"a": {"match": "GET /"}}, "jwt": )" +
          jwt +
          R"(, "rules": [{"id": 1, "name": "n", "count": "a", "by": "ip", "over": "1m", "limit": 1, "then": "log"}]})")) {
    out += text + "\n";
  }
  return out;
}

TEST(JwtMember, TellsWhatIsWrong) {
  const auto key = [](const std::string& rest) {
    return R"({"from": "header.authorization", "keys": [{"algorithm": )" + rest + "}]}";
  };
  EXPECT_NE(Diagnosed(key(R"("none", "secret": "x")")).find("HS256"), std::string::npos);
  EXPECT_NE(Diagnosed(key(R"("HS256", "secret": "short")")).find("shorter than 32"),
            std::string::npos);
  EXPECT_NE(Diagnosed(key(R"("RS256", "public": "x")")).find("no public key"), std::string::npos);
  EXPECT_NE(Diagnosed(key(R"("RS256")")).find("add \"secret\""), std::string::npos);
  EXPECT_NE(Diagnosed(key(R"("RS256", "file": "no-such-file")")).find("cannot be read"),
            std::string::npos);
  EXPECT_NE(Diagnosed(R"({"from": "body.token", "keys": [{"algorithm": "HS256", "secret": ")" +
                      kSecret + R"("}]})")
                .find("request's head"),
            std::string::npos);
  EXPECT_EQ(Diagnosed(key(R"("HS256", "secret": "short")")).find("short\""), std::string::npos);
}

}  // namespace
}  // namespace rasp
