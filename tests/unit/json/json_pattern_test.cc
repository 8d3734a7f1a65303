// SPDX-License-Identifier: Apache-2.0
#include "json/json_pattern.h"

#include <gtest/gtest.h>

namespace rasp {
namespace {

std::string Found(std::string_view pointer, const std::string& text) {
  JsonPattern pattern;
  if (!pattern.Parse(pointer)) return "?";
  std::pmr::monotonic_buffer_resource memory;
  const std::vector<char> exact(text.begin(), text.end());
  JsonWalk walk({exact.data(), exact.size()}, pattern, memory);
  std::string out;
  for (JsonToken token = walk.Next(); token != JsonToken::kEnd; token = walk.Next()) {
    out += out.empty() ? "" : " ";
    if (token == JsonToken::kError) return out + "!";
    if (token == JsonToken::kBeginObject) {
      out += "{";
    } else if (token == JsonToken::kBeginArray) {
      out += "[";
    } else {
      out += JsonScalar(walk.scanner(), token, memory);
    }
  }
  return out;
}

struct Case {
  const char* name;
  const char* pointer;
  std::string text;
  const char* found;
};

class JsonPatterns : public testing::TestWithParam<Case> {};

TEST_P(JsonPatterns, LeadToTheirValues) {
  EXPECT_EQ(Found(GetParam().pointer, GetParam().text), GetParam().found);
}

const char kCarts[] =
    R"({"n":1,"carts":[{"id":"a","x":{"id":"no"}},{"x":[],"id":7},{"y":{}}],"id":"no"})";

INSTANTIATE_TEST_SUITE_P(
    Rows, JsonPatterns,
    testing::Values(
        Case{"Items", "/carts/*/id", kCarts, "a 7"}, Case{"OneItem", "/carts/1/id", kCarts, "7"},
        Case{"NoItem", "/carts/9/id", kCarts, ""}, Case{"Containers", "/carts/*", kCarts, "{ { {"},
        Case{"Root", "", kCarts, "{"}, Case{"RootScalar", "", "5", "5"},
        Case{"AnyMember", "/*", R"({"a":1,"b":[2],"c":null,"d":true})", "1 [ null true"},
        Case{"AnyOfAny", "/*/*", R"({"a":{"b":1},"c":[2,3]})", "1 2 3"},
        Case{"Escapes", "/a~1b~0/x", R"({"a\/b~":{"\u0078":"\u0041"}})", "A"},
        Case{"ScalarOnTheWay", "/a/b", R"({"a":1})", ""},
        Case{"DeeperThanWanted", "/a", R"({"b":{"a":1},"a":2})", "2"},
        Case{"SameNameInside", "/a/a", R"({"a":{"b":{"a":0},"a":1}})", "1"},
        Case{"AfterSkipping", "/a/*/b", R"({"a":[{"c":[[{}]]},{"b":1}]})", "1"},
        Case{"Broken", "/a", R"({"a":1,)", "1 !"}, Case{"NoPointer", "a", "{}", "?"},
        Case{"BadTilde", "/a~2", "{}", "?"}),
    [](const auto& row) { return row.param.name; });

TEST(JsonPatterns, AreBounded) {
  std::string pointer;
  for (size_t i = 0; i <= JsonPattern::kMostParts; ++i) pointer += "/*";
  EXPECT_EQ(Found(pointer, "{}"), "?");
  EXPECT_EQ(Found(pointer.substr(2), std::string(JsonPattern::kMostParts, '[') + "1"), "1 !");
}

}  // namespace
}  // namespace rasp
