// SPDX-License-Identifier: Apache-2.0
#include "logic/path_tree.h"

#include <gtest/gtest.h>

namespace rasp {
namespace {

class Paths : public testing::Test {
 protected:
  void Add(const char* text) {
    parameters.emplace_back();
    EXPECT_EQ(tree.Add(text, static_cast<uint32_t>(parameters.size() - 1), parameters.back()), "");
  }
  // The operation's number and parameters, "2 7 x"; "-" if there is none.
  std::string Find(std::string_view method, std::string_view path) {
    const std::vector<char> exact(path.begin(), path.end());
    PathMatch match;
    if (!tree.Find(method, {exact.data(), exact.size()}, match)) return "-";
    std::string text = std::to_string(match.operation);
    for (uint32_t i = 0; i < match.parameter_count; ++i)
      text += " " + std::string(match.parameters[i]);
    return text;
  }
  PathTree tree;
  std::vector<std::vector<std::string>> parameters;
};

TEST_F(Paths, MatchMethodsAndTemplates) {
  Add("GET /cart/{cart_id}");
  Add("POST /cart/{cart_id}/items/{item}");
  Add("GET /cart/new");
  Add("* /static/**");
  Add("GET /");
  const std::tuple<const char*, const char*, const char*> kRows[] = {
      {"GET", "/cart/7", "0 7"},
      {"GET", "/cart/7/", "0 7"},
      {"GET", "//cart///7", "0 7"},
      {"GET", "/cart/7;v=1", "0 7"},
      {"GET", "/cart;jsessionid=1/7", "0 7"},
      {"POST", "/cart/7", "-"},
      {"GET", "/cart", "-"},
      {"GET", "/Cart/7", "-"},
      {"GET", "/cart/new", "2"},
      {"POST", "/cart/7/items/x", "1 7 x"},
      {"POST", "/cart/new/items/x", "1 new x"},
      {"POST", "/cart/7/items/x/y", "-"},
      {"PURGE", "/static/a/b/c", "3"},
      {"GET", "/static", "3"},
      {"GET", "/", "4"},
      {"GET", "", "4"},
  };
  for (const auto& [method, path, expected] : kRows)
    EXPECT_EQ(Find(method, path), expected) << method << " " << path;
}

TEST_F(Paths, LiteralsOutrankParametersAndTheseTheRest) {
  Add("GET /a/{x}/c");
  Add("GET /a/b/{y}");
  Add("GET /a/**");
  EXPECT_EQ(Find("GET", "/a/b/c"), "1 c");
  EXPECT_EQ(Find("GET", "/a/z/c"), "0 z");
  EXPECT_EQ(Find("GET", "/a/z/z"), "2");
}

TEST_F(Paths, ParametersKeepTheirPlacesInOtherTemplates) {
  std::vector<std::string> names;
  EXPECT_EQ(tree.Add("GET /{shop}/orders/{id}", 0, names), "");
  EXPECT_EQ(tree.Add("GET /o/{id}/of/{shop}", 0, names), "");
  EXPECT_EQ(names, (std::vector<std::string>{"shop", "id"}));
  EXPECT_EQ(Find("GET", "/s/orders/9"), "0 s 9");
  EXPECT_EQ(Find("GET", "/o/9/of/s"), "0 s 9");
}

TEST_F(Paths, IgnoreCaseIfAsked) {
  tree.set_ignore_case(true);
  Add("GET /Cart/{Id}");
  EXPECT_EQ(Find("GET", "/cArT/Seven"), "0 Seven");
}

TEST_F(Paths, LongPathsEnd) {
  Add("GET /a/**");
  std::string path = "/a";
  for (int i = 0; i < 10'000; ++i) path += "/b";
  EXPECT_EQ(Find("GET", path), "0");
  EXPECT_EQ(Find("GET", path.substr(2)), "-");
}

TEST_F(Paths, SearchIsLinearInTemplates) {
  // Every level has a literal and a parameter: a search that copied its state would double at each.
  std::vector<std::string> names;
  for (int mask = 0; mask < 256; ++mask) {
    std::string text = "GET ";
    std::vector<std::string> own;
    for (int level = 0; level < 8; ++level)
      text += (mask >> level & 1) != 0 ? "/{p" + std::to_string(level) + "}" : "/a";
    EXPECT_EQ(tree.Add(text, static_cast<uint32_t>(mask), own), "");
  }
  EXPECT_EQ(Find("POST", "/a/a/a/a/a/a/a/a"), "-");
  EXPECT_EQ(Find("GET", "/a/a/a/a/a/a/a/b"), "128 b");
}

TEST(PathTemplates, WrongOnesSayWhy) {
  const std::pair<const char*, const char*> kRows[] = {
      {"/login", "method"},     {"GET login", "method"},
      {"get /login", "method"}, {"", "method"},
      {"GET /a/**/b", "last"},  {"GET /a/{b}c", "literal"},
      {"GET /a/*", "literal"},  {"GET /{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}", "parameters"},
  };
  for (const auto& [text, says] : kRows) {
    PathTree tree;
    std::vector<std::string> names;
    const std::string problem = tree.Add(text, 0, names);
    EXPECT_NE(problem.find(says), std::string::npos) << text << ": " << problem;
  }
  PathTree tree;
  std::vector<std::string> names;
  EXPECT_EQ(tree.Add("GET /a", 0, names), "");
  EXPECT_EQ(tree.Add("GET /a", 0, names), "");
  EXPECT_NE(tree.Add("GET /a", 1, names), "");
}

}  // namespace
}  // namespace rasp
