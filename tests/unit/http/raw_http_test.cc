// SPDX-License-Identifier: Apache-2.0
#include "rasp/raw_http.h"

#include <gtest/gtest.h>

#include <string>

namespace rasp {
namespace {

using std::string_literals::operator""s;

struct BodyCase {
  const char* name;
  std::string text;
  std::string want;
};

const BodyCase kBodies[] = {
    {"None", "GET / HTTP/1.1\r\n\r\n", ""},
    {"NoBlankLine", "GET / HTTP/1.1\r\nA: b\r\n", ""},
    {"ContentLength", "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcdef", "abc"},
    {"ContentLengthTooLong", "POST / HTTP/1.1\r\nContent-Length: 30\r\n\r\nabc", "abc"},
    {"ContentLengthInvalid", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\nabc", "abc"},
    {"NoLengthTakesTheRest", "POST / HTTP/1.1\r\n\r\nabc\r\n\r\n", "abc\r\n\r\n"},
    {"LfOnly", "POST / HTTP/1.1\nA: b\n\nabc\n", "abc\n"},
    {"NulIsData", "POST / HTTP/1.1\r\n\r\na\0b"s, "a\0b"s},
    {"Chunked",
     "POST / HTTP/1.1\r\nTransfer-Encoding: "
     "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nrest",
     "abcde"},
    {"ChunkedBeatsLength",
     "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: gzip, "
     "Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n",
     "0123456789"},
    {"ChunkedLf", "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n", "abc"},
    {"ChunkedTruncated", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc", "abc"},
    {"ChunkedWithoutSize", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nq=1&x", "q=1&x"},
    {"ChunkSizeOverflow",
     "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc",
     "fffffffffffffffff\r\nabc"},
};

class RawBodyTest : public testing::TestWithParam<BodyCase> {};

TEST_P(RawBodyTest, IsDelimited) {
  const auto message = ParseRawMessage(GetParam().text);
  ASSERT_TRUE(message.ok()) << message.error();
  EXPECT_EQ((*message)->body, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Bodies, RawBodyTest, testing::ValuesIn(kBodies),
                         [](const auto& each) { return each.param.name; });

TEST(RawMessage, GivesTheRequest) {
  const auto message = ParseRawMessage(
      "\r\nPOST /a%20b?c=d HTTP/1.1\r\nHost:  h.example \r\nX-A: 1\r\nX-A: \r\n\r\nbody");
  ASSERT_TRUE(message.ok()) << message.error();
  const RequestView request = (*message)->AsRequest();
  EXPECT_EQ(request.request_line, "POST /a%20b?c=d HTTP/1.1");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/a%20b?c=d");
  EXPECT_EQ(request.protocol, "HTTP/1.1");
  EXPECT_EQ(request.host, "h.example");
  EXPECT_EQ(request.client.address, "127.0.0.1");
  ASSERT_EQ(request.headers.size(), 3u);
  EXPECT_EQ(request.headers[0].name, "Host");
  EXPECT_EQ(request.headers[1].value, "1");
  EXPECT_EQ(request.headers[2].value, "");
}

struct LineCase {
  const char* name;
  const char* line;
  const char* method;
  const char* target;
  const char* protocol;
};

constexpr LineCase kLines[] = {
    {"Simple", "GET / HTTP/1.0", "GET", "/", "HTTP/1.0"},
    {"NoProtocol", "GET /a", "GET", "/a", ""},
    {"BlankInTarget", "GET /a b HTTP/1.1", "GET", "/a b", "HTTP/1.1"},
    {"BlankInTargetNoProtocol", "GET /a b", "GET", "/a b", ""},
    {"ManyBlanks", "GET   /a \t HTTP/1.1", "GET", "/a", "HTTP/1.1"},
    {"LowerCaseProtocol", "get /a http/1.1", "get", "/a", "http/1.1"},
    {"MethodOnly", "GET", "GET", "", ""},
    {"NoTarget", "GET HTTP/1.1", "GET", "HTTP/1.1", ""},
};

class RequestLineTest : public testing::TestWithParam<LineCase> {};

TEST_P(RequestLineTest, IsTakenApart) {
  const LineCase& c = GetParam();
  const auto message = ParseRawMessage(std::string(c.line) + "\r\n\r\n");
  ASSERT_TRUE(message.ok()) << message.error();
  const RequestView request = (*message)->AsRequest();
  EXPECT_EQ(request.method, c.method);
  EXPECT_EQ(request.target, c.target);
  EXPECT_EQ(request.protocol, c.protocol);
}

INSTANTIATE_TEST_SUITE_P(Lines, RequestLineTest, testing::ValuesIn(kLines),
                         [](const auto& each) { return each.param.name; });

TEST(RawMessage, GivesTheResponse) {
  const auto message = ParseRawMessage("HTTP/1.1 404 Not Found\nContent-Type: text/html\n\n<p>\n");
  ASSERT_TRUE(message.ok()) << message.error();
  const ResponseView response = (*message)->AsResponse();
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.protocol, "HTTP/1.1");
  ASSERT_EQ(response.headers.size(), 1u);
  EXPECT_EQ((*message)->body, "<p>\n");
}

TEST(RawMessage, HasNoStatusWhereTheLineHasNone) {
  const auto message = ParseRawMessage("HTTP/1.1 99999999\n\n");
  ASSERT_TRUE(message.ok()) << message.error();
  EXPECT_EQ((*message)->AsResponse().status, 0);
}

TEST(RawMessage, FoldsContinuationLinesIntoTheFieldBefore) {
  const auto message = ParseRawMessage("GET / HTTP/1.1\r\nA: b\r\n\tc\r\nD:\r\n e\r\nF: g\r\n\r\n");
  ASSERT_TRUE(message.ok()) << message.error();
  const auto& headers = (*message)->headers;
  ASSERT_EQ(headers.size(), 3u);
  EXPECT_EQ(headers[0].value, "b\r\n\tc");
  EXPECT_EQ(headers[1].value, "e");
  EXPECT_EQ(headers[2].value, "g");
}

TEST(RawMessage, RefusesWhatIsNoMessage) {
  EXPECT_FALSE(ParseRawMessage("").ok());
  EXPECT_FALSE(ParseRawMessage("\r\n\r\n").ok());
  const auto message = ParseRawMessage("GET / HTTP/1.1\r\nno colon\r\n\r\n");
  ASSERT_FALSE(message.ok());
  EXPECT_EQ(message.error(), "header line without a colon: \"no colon\"");
}

}  // namespace
}  // namespace rasp
