// SPDX-License-Identifier: Apache-2.0
#include <memory_resource>

#include "logic/client_network.h"
#include "logic/scenario.h"

namespace rasp {
namespace {

// A rule that tags every request in which the place has the value.
bool Has(const std::string& place, const std::string& value, const Ask& ask) {
  Scenario shop(R"({
    "model": "places", "version": "1.0.0",
    "operations": {"item": {"match": "POST /shop/{shop}/items/{id}",
                            "fields": {"sku": "body.sku"}}},
    "events": {"it": {"when": ")" +
                place + " == '" + value + R"('"}},
    "rules": [{"id": 1, "name": "n", "count": "it", "by": "method", "over": "1m", "limit": 0,
               "then": "log"}]})");
  Scenario* const scenario = &shop;
  return !scenario->Send(ask).rules.empty();
}

Ask Request() {
  Ask ask = Post("/shop/west/items/7?q=a%20b&twice=1&twice=1", "sku=x&n=a+b");
  ask.headers = {{"X-One", "1"}, {"Cookie", "sid=s1; theme=dark"}, {"User-Agent", "Firefox"}};
  ask.address = "2001:db8:1:2:3:4:5:6";
  return ask;
}

struct Row {
  const char* place;
  const char* value;
};
class RequestPlace : public testing::TestWithParam<Row> {};
TEST_P(RequestPlace, IsFound) {
  EXPECT_TRUE(Has(GetParam().place, GetParam().value, Request()));
  EXPECT_FALSE(Has(GetParam().place, "other", Request()));
}
INSTANTIATE_TEST_SUITE_P(
    Rows, RequestPlace,
    testing::Values(Row{"method", "POST"}, Row{"path", "/shop/west/items/7"},
                    Row{"host", "shop.example"}, Row{"operation", "item"}, Row{"agent", "Firefox"},
                    Row{"path.shop", "west"}, Row{"path.id", "7"}, Row{"query.q", "a b"},
                    Row{"query.twice", "1"}, Row{"header.x-one", "1"}, Row{"cookie.sid", "s1"},
                    Row{"body.sku", "x"}, Row{"body.n", "a b"}, Row{"body", "sku=x&n=a+b"},
                    Row{"field.sku", "x"}, Row{"arg.q", "a b"}, Row{"arg.sku", "x"},
                    Row{"ip/64", "2001:db8:1:2:0:0:0:0/64"}),
    [](const testing::TestParamInfo<Row>& row) {
      std::string name = row.param.place;
      for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
      return name;
    });

TEST(Places, OfJsonBodies) {
  Ask ask =
      Post("/shop/west/items/7", R"({"a": {"b": "x"}, "items": [{"n": 1}, {"n": 2}], "~/": 3})");
  ask.headers = {{"Content-Type", "application/json"}};
  EXPECT_TRUE(Has("body.a.b", "x", ask));
  EXPECT_TRUE(Has("body:/a/b", "x", ask));
  EXPECT_TRUE(Has("body:/items/1/n", "2", ask));
  EXPECT_FALSE(Has("body:/items/1/n", "1", ask));
  EXPECT_FALSE(Has("body.b", "x", ask));
}

TEST(Places, OfResponses) {
  Ask ask = Request();
  ask.status = 201;
  ask.response_headers = {
      {"X-Score", "5"}, {"Set-Cookie", "sid=new; Path=/"}, {"Content-Type", "application/json"}};
  ask.response_body = R"({"state": "paid", "list": [{"id": "a1"}]})";
  EXPECT_TRUE(Has("resp.status", "201", ask));
  EXPECT_TRUE(Has("resp.header.x-score", "5", ask));
  EXPECT_TRUE(Has("resp.cookie.sid", "new", ask));
  EXPECT_TRUE(Has("resp.json:/state", "paid", ask));
  EXPECT_TRUE(Has("resp.json:/list/0/id", "a1", ask));
}

TEST(NetworkText, CutsAddresses) {
  const std::tuple<const char*, int, const char*> kRows[] = {
      {"192.0.2.77", 0, "192.0.2.77"},
      {"192.0.2.77", 64, "192.0.2.77"},
      {"192.0.2.77", 24, "192.0.2.0/24"},
      {"192.0.2.77", 32, "192.0.2.77"},
      {"::ffff:192.0.2.77", 24, "192.0.2.0/24"},
      {"2001:db8:1:2:3:4:5:6", 0, "2001:db8:1:2:3:4:5:6"},
      {"2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2:0:0:0:0/64"},
      {"2001:db8:1:2:3:4:5:6", 24, "2001:db8:1:0:0:0:0:0/48"},
      {"2001:db8:1:2:3:4:5:6", 16, "2001:db8:0:0:0:0:0:0/32"},
      {"unix:", 24, ""},
      {"", 0, ""},
  };
  std::pmr::monotonic_buffer_resource memory;
  for (const auto& [address, number, expected] : kRows)
    EXPECT_EQ(NetworkText(address, number, memory), expected) << address << " " << number;
}

}  // namespace
}  // namespace rasp
