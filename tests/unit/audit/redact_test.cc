// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

#include "rasp/audit.h"

namespace rasp {
namespace {

struct ValueCase {
  std::string_view label, name, value, want;
};

constexpr ValueCase kValues[] = {
    // names
    {"Password", "password", "hunter2", "[redacted:name]"},
    {"EmptySecretHasNothingToHide", "password", "", ""},
    {"NestedName", "user[passwd]", "hunter2", "[redacted:name]"},
    {"JsonPath", "json.account.apiKey", "k", "[redacted:name]"},
    {"AnyCase", "PassWord", "hunter2", "[redacted:name]"},
    {"Authorization", "Authorization", "Basic dXNlcjpwYXNz", "[redacted:name]"},
    {"ProxyAuthorization", "proxy-authorization", "x", "[redacted:name]"},
    {"CookieHeader", "Cookie", "a=b; c=d", "[redacted:name]"},
    {"SetCookieHeader", "set-cookie", "a=b", "[redacted:name]"},
    {"ApiKeyHeader", "X-Api-Key", "abc", "[redacted:name]"},
    {"CsrfToken", "csrf_token", "abc", "[redacted:name]"},
    {"Cvv", "cvv", "123", "[redacted:name]"},
    {"PinAsAWord", "user_pin", "1234", "[redacted:name]"},
    {"PinWithinAWordIsNone", "shipping", "Berlin", "Berlin"},
    {"AuthWithinAWordIsNone", "author", "Le Guin", "Le Guin"},
    {"SidWithinAWordIsNone", "side", "left", "left"},
    {"OrdinaryName", "q", "red shoes", "red shoes"},
    // card numbers
    {"Card16", "q", "4111111111111111", "411111[redacted:card]1111"},
    {"CardInText", "q", "pay 5555 5555 5555 4444 now", "pay 5555 55[redacted:card] 4444 now"},
    {"CardWithDashes", "q", "3782-822463-10005", "3782-82[redacted:card]0005"},
    {"Card13", "q", "4222222222222", "422222[redacted:card]2222"},
    {"Card19", "q", "6304000000000000000", "630400[redacted:card]0000"},
    {"CardAfterOtherDigits", "q", "12 4111111111111111", "12 411111[redacted:card]1111"},
    {"LuhnFails", "q", "4111111111111112", "4111111111111112"},
    {"TooShort", "q", "411111111112", "411111111112"},
    {"PartOfALongerNumber", "q", "41111111111111110", "41111111111111110"},
    {"TimestampIsNone", "q", "1732441200000", "1732441200000"},
    {"CardPercentEncoded", "q", "4111%201111%201111%201111", "4111%2011[redacted:card]%201111"},
    {"CardWithPluses", "q", "4111+1111+1111+1111", "4111+11[redacted:card]+1111"},
    {"CardEncodedTwice", "q", "4111%25201111%25201111%25201111",
     "4111%252011[redacted:card]%25201111"},
    // account numbers
    {"Iban", "q", "DE89370400440532013000", "DE89[redacted:iban]"},
    {"IbanInGroups", "q", "to GB82 WEST 1234 5698 7654 32 please",
     "to GB82 [redacted:iban] please"},
    {"IbanLowerCase", "q", "gb82west12345698765432", "gb82[redacted:iban]"},
    {"IbanWrongCheck", "q", "DE88370400440532013000", "DE88370400440532013000"},
    // tokens
    {"Jwt", "q", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
     "eyJhbGciOiJIUzI1NiJ9.[redacted:jwt]"},
    {"JwtWithoutSignature", "q", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
     "eyJhbGciOiJub25lIn0.[redacted:jwt]"},
    {"Bearer", "q", "Bearer abcdef0123456789", "Bearer [redacted:credentials]"},
    {"Basic", "q", "basic dXNlcjpwYXNz", "basic [redacted:credentials]"},
    {"Aws", "q", "id=AKIAIOSFODNN7EXAMPLE.", "id=[redacted:key]."},
    {"GitHub", "q", "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "[redacted:key]"},
    {"PrivateKey", "q", "a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b",
     "a [redacted:private-key]-----END RSA PRIVATE KEY----- b"},
    {"PrivateKeyCut", "q", "-----BEGIN PRIVATE KEY-----\nMIIE", "[redacted:private-key]"},
    {"PublicKeyStays", "q", "-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----"},
    {"Email", "q", "<ada.l+x@example.co.uk>", "<[redacted:email]>"},
    {"EmailPercentEncoded", "q", "ada%40example.org", "[redacted:email]"},
    {"AtSignAloneStays", "q", "@import user@host", "@import user@host"},
    // names beside their values within a value
    {"PairInText", "q", "x=1&password=hunter2&y=2", "x=1&password=[redacted:name]&y=2"},
    {"PairWithSemicolonInValue", "q", "password=ab;cd&y=2", "password=[redacted:name]&y=2"},
    {"JsonMember", "q", R"({"password": "hun\"ter2", "q": "1"})",
     R"({"password": "[redacted:name]", "q": "1"})"},
    {"JsonNumber", "q", R"({"otp":123456,"q":"x"})", R"({"otp":[redacted:name]"q":"x"})"},
    {"JsonInAString", "q", R"({\"token\":\"abc\",\"q\":1})",
     R"({\"token\":\"[redacted:name]",\"q\":1})"},
    {"XmlElement", "q", "<u><password>hunter2</password></u>",
     "<u><password>[redacted:name]</password></u>"},
    {"XmlAttribute", "q", "<u password='hunter2' a='b'/>", "<u password='[redacted:name]' a='b'/>"},
    {"FormDataPart", "q", "form-data; name=\"password\"\r\n\r\nhunter2\r\n--b--",
     "form-data; name=\"password\"\r\n\r\n[redacted:name]--b--"},
    {"HeaderLine", "q", "Authorization: Custom abc\r\nHost: a",
     "Authorization: [redacted:name]\r\nHost: a"},
    {"NameWithoutValueStays", "q", "union select password from users",
     "union select password from users"},
    // evidence stays
    {"Sqli", "id", "1' OR '1'='1", "1' OR '1'='1"},
    {"Xss", "q", "<script>alert(1)</script>", "<script>alert(1)</script>"},
};

TEST(RedactValue, ReplacesSecretsAndNothingElse) {
  for (const ValueCase& c : kValues) {
    SCOPED_TRACE(c.label);
    const std::vector<char> exact(c.value.begin(), c.value.end());
    EXPECT_EQ(RedactValue(c.name, {exact.data(), exact.size()}), c.want);
  }
}

struct QueryCase {
  std::string_view label, query, want;
};

constexpr QueryCase kQueries[] = {
    {"Empty", "", ""},
    {"Nothing", "a=1&b=2", "a=1&b=2"},
    {"SecretName", "user=a&password=hunter2&next=/", "user=a&password=[redacted:name]&next=/"},
    {"EncodedName", "pass%77ord=hunter2&a=1", "pass%77ord=[redacted:name]&a=1"},
    {"NameEncodedTwice", "pass%2577ord=hunter2", "pass%2577ord=[redacted:name]"},
    {"BracketName", "u%5Btoken%5D=abc", "u%5Btoken%5D=[redacted:name]"},
    {"EmptyValue", "token=&a=1", "token=&a=1"},
    {"NoValue", "token&a=1", "token&a=1"},
    {"EqualsInValue", "token=a=b=c&d=1", "token=[redacted:name]&d=1"},
    {"RepeatedName", "token=a&token=b", "token=[redacted:name]&token=[redacted:name]"},
    {"CardByShape", "c=4111111111111111&d=1", "c=411111[redacted:card]1111&d=1"},
    {"EmailByShape", "user=ada&mail=ada%40example.org", "user=ada&mail=[redacted:email]"},
    {"SeparatorsKept", "&&a=1&&", "&&a=1&&"},
    {"AttackStays", "id=1%27%20OR%201%3D1--", "id=1%27%20OR%201%3D1--"},
};

TEST(RedactQuery, KeepsNamesAndSeparators) {
  for (const QueryCase& c : kQueries) {
    SCOPED_TRACE(c.label);
    const std::vector<char> exact(c.query.begin(), c.query.end());
    EXPECT_EQ(RedactQuery({exact.data(), exact.size()}), c.want);
  }
}

TEST(RedactValue, IsTotalOverBytes) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    RedactValue(one, one);
    RedactValue("q", one + "%" + one + "=" + one);
  }
}

// Doubling the input may double the time, not square it; the factor leaves room for a noisy
// machine.
TEST(RedactValue, TakesLinearTime) {
  for (const std::string_view unit :
       {"4111 1111 ", "password=", "&", "?", "a=?", "pin=?", "pin=1&", "a@", "eyJaaaaa.", "DE89 ",
        "%25", "bearer ", "-----BEGIN PRIVATE KEY-----", "name=\"password\" ", "<password>"}) {
    SCOPED_TRACE(unit);
    const auto time_for = [&](size_t bytes) {
      std::string text;
      while (text.size() < bytes) text += unit;
      std::clock_t best = std::numeric_limits<std::clock_t>::max();
      for (int round = 0; round < 3; ++round) {
        const std::clock_t begin = std::clock();
        RedactValue("q", text);
        best = std::min(best, std::clock() - begin);
      }
      return static_cast<double>(best) / CLOCKS_PER_SEC;
    };
    time_for(1000);
    EXPECT_LT(time_for(320'000), 100 * time_for(20'000) + 0.01);
  }
}

}  // namespace
}  // namespace rasp
