// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "json_rules/ruleset_text.h"

namespace rasp {
namespace {

constexpr std::string_view kBrowser =
    "Host: www.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

RuleExample ExampleOf(std::string_view example) {
  const Loaded loaded = Load(RuleText(R"("operator": {"rx": "a"}, "examples": {"match": [)" +
                                      std::string(example) + "]}"));
  EXPECT_TRUE(loaded.diagnostics.empty()) << loaded.Listing();
  if (loaded.spec.rules.empty() || loaded.spec.rules[0].examples.empty()) return {};
  return loaded.spec.rules[0].examples[0];
}

struct Case {
  const char* name;
  std::string_view example;
  std::string_view line;   // the request line
  std::string_view extra;  // headers after the browser's
  std::string_view body;
};

class ExampleTest : public testing::TestWithParam<Case> {};

using namespace std::string_view_literals;

constexpr Case kCases[] = {
    {"TextIsArgumentQ", R"("1' or '1'='1 \u00e9")",
     "GET /?q=1%27%20or%20%271%27%3D%271%20%C3%A9 HTTP/1.1", "", ""},
    {"EmptyText", R"("")", "GET /?q= HTTP/1.1", "", ""},
    {"PathIsSentAsIs", R"({"path": "/a/%2e%2e/b?x=<y>"})", "GET /a/%2e%2e/b?x=<y> HTTP/1.1", "",
     ""},
    {"QueryIsAppended", R"({"path": "/p?a=1", "query": {"b c": "d&e", "n": 2, "t": true}})",
     "GET /p?a=1&b%20c=d%26e&n=2&t=true HTTP/1.1", "", ""},
    {"RepeatedArgument", R"({"query": {"a": ["1", "2"]}})", "GET /?a=1&a=2 HTTP/1.1", "", ""},
    {"Method", R"({"method": "DELETE", "path": "/x"})", "DELETE /x HTTP/1.1", "", ""},
    {"Headers", R"({"headers": {"X-A": "b c", "X-B": ["1", "2"]}})", "GET / HTTP/1.1",
     "X-A: b c\r\nX-B: 1\r\nX-B: 2\r\n", ""},
    {"Cookies", R"({"cookies": {"sid": "' or 1", "t": "x=y"}})", "GET / HTTP/1.1",
     "Cookie: sid=' or 1; t=x=y\r\n", ""},
    {"Form", R"({"form": {"a b": "c+d", "e": ""}})", "POST / HTTP/1.1",
     "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\n", "a%20b=c%2Bd&e="},
    {"JsonIsWrittenCompactly", R"({"json": {"a": [1, -2.50, "x\n\u00e9", null, true, {}]}})",
     "POST / HTTP/1.1", "Content-Type: application/json\r\nContent-Length: 36\r\n",
     "{\"a\":[1,-2.50,\"x\\n\xC3\xA9\",null,true,{}]}"},
    {"Xml", R"({"xml": "<a/>"})", "POST / HTTP/1.1",
     "Content-Type: application/xml\r\nContent-Length: 4\r\n", "<a/>"},
    {"Multipart",
     R"({"multipart": [{"name": "f", "filename": "x.php", "content_type": "text/plain", "content": "hi"},
                       {"name": "g", "content_base64": "AP8="}]})",
     "POST / HTTP/1.1",
     "Content-Type: multipart/form-data; boundary=----example-part\r\nContent-Length: 202\r\n",
     "------example-part\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.php\"\r\n"
     "Content-Type: text/plain\r\n\r\nhi\r\n"
     "------example-part\r\nContent-Disposition: form-data; name=\"g\"\r\n\r\n\0\xFF\r\n"
     "------example-part--\r\n"sv},
    {"BoundaryOccursInNoPart",
     R"({"multipart": [{"name": "f", "content": "------example-part--"}]})", "POST / HTTP/1.1",
     "Content-Type: multipart/form-data; boundary=----example-part-x\r\nContent-Length: 112\r\n",
     "------example-part-x\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n"
     "------example-part--\r\n------example-part-x--\r\n"},
    {"BodyWithType", R"({"body": "{", "content_type": "application/vnd.x+json", "method": "PUT"})",
     "PUT / HTTP/1.1", "Content-Type: application/vnd.x+json\r\nContent-Length: 1\r\n", "{"},
    {"BodyWithoutType", R"({"body": ""})", "POST / HTTP/1.1", "Content-Length: 0\r\n", ""},
    {"BodyInBase64", R"({"body_base64": "//79AA=="})", "POST / HTTP/1.1", "Content-Length: 4\r\n",
     "\xFF\xFE\xFD\0"sv},
    {"GivenTypeAndLengthStay",
     R"({"json": 1, "headers": {"content-type": "text/json", "Content-LENGTH": "9"}})",
     "POST / HTTP/1.1", "content-type: text/json\r\nContent-LENGTH: 9\r\n", "1"},
    {"ChunkedHasNoLength", R"({"body": "0\r\n\r\n", "headers": {"Transfer-Encoding": "chunked"}})",
     "POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"},
};

TEST_P(ExampleTest, BecomesAMessage) {
  const Case& row = GetParam();
  const std::string want = std::string(row.line) + "\r\n" + std::string(kBrowser) +
                           std::string(row.extra) + "\r\n" + std::string(row.body);
  EXPECT_EQ(ExampleOf(row.example).request, want);
}

INSTANTIATE_TEST_SUITE_P(All, ExampleTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

TEST(Example, RawIsTheWholeRequest) {
  EXPECT_EQ(ExampleOf(R"({"raw": "GET / HTTP/1.0\n\n"})").request, "GET / HTTP/1.0\n\n");
}

TEST(Example, GivenHeadersReplaceTheBrowsersAndNullOmitsThem) {
  EXPECT_EQ(ExampleOf(R"({"headers": {"HOST": "a", "User-Agent": null, "Accept": null}})").request,
            "GET / HTTP/1.1\r\nHOST: a\r\n\r\n");
}

TEST(Example, HasAResponseIfOneIsGiven) {
  EXPECT_EQ(ExampleOf(R"({"path": "/"})").response, "");
  EXPECT_EQ(ExampleOf(R"({"path": "/", "response": {}})").response,
            "HTTP/1.1 200 Example\r\nContent-Type: text/html; charset=utf-8\r\n"
            "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(ExampleOf(R"({"raw": "GET / HTTP/1.0\n\n", "response": {"status": 500,
                          "headers": {"content-type": "text/plain"}, "body": "oops"}})")
                .response,
            "HTTP/1.1 500 Example\r\ncontent-type: text/plain\r\nContent-Length: 4\r\n\r\noops");
  EXPECT_EQ(ExampleOf(R"({"path": "/", "response": {"body_base64": "AA=="}})").response,
            "HTTP/1.1 200 Example\r\nContent-Type: text/html; charset=utf-8\r\n"
            "Content-Length: 1\r\n\r\n\0"sv);
}

}  // namespace
}  // namespace rasp
