// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rasp {

inline constexpr size_t kMostPathParameters = 8;

// What a path's template took from a path.
struct PathMatch {
  uint32_t operation = 0;
  uint32_t parameter_count = 0;
  // as `parameters` of AddTemplate's order; of the decoded path, which outlives the match
  std::array<std::string_view, kMostPathParameters> parameters;
};

// Methods and path templates: "GET /cart/{cart_id}/items/{id}", "* /static/**". A literal segment
// outranks a parameter, at the first place where two templates differ; `**` as the last segment
// takes what is left, and is outranked by both. One '/' at a path's end is not looked at. Time is
// linear in the path's length times the number of templates that begin alike.
class PathTree {
 public:
  // Returns what is wrong with the template, or "". `parameters` gets the names in order.
  std::string Add(std::string_view method_and_template, uint32_t operation,
                  std::vector<std::string>& parameters);

  bool Find(std::string_view method, std::string_view path, PathMatch& match) const;

  void set_ignore_case(bool ignore_case) { ignore_case_ = ignore_case; }

 private:
  static constexpr int32_t kNone = -1;
  struct Leaf {
    std::string method;  // "*": any
    uint32_t operation = 0;
    // place of the i-th parameter of the path in PathMatch::parameters
    std::vector<uint8_t> places;
  };
  struct Node {
    std::map<std::string, int32_t, std::less<>> literals;
    int32_t parameter = kNone;
    int32_t rest = kNone;  // "**"
    std::vector<Leaf> leaves;
  };
  int32_t Child(int32_t node, std::string_view segment);

  std::vector<Node> nodes_{Node{}};
  bool ignore_case_ = false;
};

}  // namespace rasp
