// SPDX-License-Identifier: Apache-2.0
#include "logic/path_tree.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/quoted.h"

namespace rasp {
namespace {

constexpr size_t kMostSegments = 32;     // of a template
constexpr size_t kLongestSegment = 256;  // that is compared with a literal

struct Segments {
  std::array<std::string_view, kMostSegments + 1> part;
  size_t count = 0;
  bool more = false;  // than fit
};

// What stands between slashes, without empty parts: servers take "//" and a slash at the end for
// one. Behind a ';' stand parameters that some of them do not count as path.
Segments Split(std::string_view path, bool cut_parameters) {
  Segments segments;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (cut_parameters) part = part.substr(0, part.find(';'));
    if (part.empty()) continue;
    if (segments.count == segments.part.size()) {
      segments.more = true;
      return segments;
    }
    segments.part[segments.count++] = part;
  }
  return segments;
}

bool IsParameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ToLower(c);
  return lower;
}

bool IsMethod(std::string_view text) {
  return text == "*" || (!text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || c == '-';
         }));
}

}  // namespace

int32_t PathTree::Child(int32_t node, std::string_view segment) {
  const auto next = static_cast<int32_t>(nodes_.size());
  Node& at = nodes_[static_cast<size_t>(node)];
  int32_t* child = nullptr;
  if (segment == "**") {
    child = &at.rest;
  } else if (IsParameter(segment)) {
    child = &at.parameter;
  } else {
    const std::string name = ignore_case_ ? Lower(segment) : std::string(segment);
    child = &at.literals.try_emplace(name, kNone).first->second;
  }
  if (*child != kNone) return *child;
  *child = next;
  nodes_.emplace_back();  // `at` and `child` may be gone
  return next;
}

std::string PathTree::Add(std::string_view method_and_template, uint32_t operation,
                          std::vector<std::string>& parameters) {
  const size_t space = method_and_template.find(' ');
  const std::string_view method = method_and_template.substr(0, space);
  const std::string_view path =
      space == std::string_view::npos ? std::string_view() : method_and_template.substr(space + 1);
  if (!IsMethod(method) || path.empty() || path.front() != '/') {
    return "no method and path: write \"POST /login\", or \"* /login\" for any method";
  }
  const Segments segments = Split(path, false);
  if (segments.more || segments.count > kMostSegments)
    return "a path of more than " + std::to_string(kMostSegments) + " segments";
  Leaf leaf;
  leaf.method = std::string(method);
  leaf.operation = operation;
  int32_t node = 0;
  for (size_t i = 0; i < segments.count; ++i) {
    const std::string_view segment = segments.part[i];
    if (segment == "**" && i + 1 != segments.count) return "\"**\" must be the last segment";
    if (segment != "**" && !IsParameter(segment) &&
        segment.find_first_of("{}*") != std::string_view::npos) {
      return Quoted(segment) + " is neither a literal nor a whole {parameter}";
    }
    node = Child(node, segment);
    if (!IsParameter(segment)) continue;
    const std::string name(segment.substr(1, segment.size() - 2));
    const auto found = std::find(parameters.begin(), parameters.end(), name);
    const auto place = static_cast<size_t>(found - parameters.begin());
    if (found == parameters.end()) parameters.push_back(name);
    if (parameters.size() > kMostPathParameters)
      return "more than " + std::to_string(kMostPathParameters) + " parameters";
    leaf.places.push_back(static_cast<uint8_t>(place));
  }
  for (const Leaf& other : nodes_[static_cast<size_t>(node)].leaves) {
    if (other.method == leaf.method && other.operation != operation)
      return "another operation has the same method and path";
  }
  nodes_[static_cast<size_t>(node)].leaves.push_back(std::move(leaf));
  return "";
}

// Depth first, literals before parameters: a stack instead of recursion, no deeper than a template.
bool PathTree::Find(std::string_view method, std::string_view path, PathMatch& match) const {
  const Segments segments = Split(path, true);
  struct Place {
    int32_t node = 0;
    uint8_t tried = 0;  // 1: the literal, 2: the parameter, 3: the rest
    bool as_parameter = false;
  };
  std::array<Place, kMostSegments + 2> stack;
  size_t depth = 0;

  const auto take = [&](int32_t node) {
    for (const bool any : {false, true}) {
      for (const Leaf& leaf : nodes_[static_cast<size_t>(node)].leaves) {
        if (any ? leaf.method != "*" : leaf.method != method) continue;
        match.operation = leaf.operation;
        match.parameter_count = 0;
        match.parameters = {};
        size_t next = 0;
        for (size_t i = 1; i <= depth; ++i) {
          if (!stack[i].as_parameter) continue;
          const uint8_t place = leaf.places[next++];
          match.parameters[place] = segments.part[i - 1];
          match.parameter_count = std::max<uint32_t>(match.parameter_count, place + 1u);
        }
        return true;
      }
    }
    return false;
  };

  std::array<char, kLongestSegment> lower;
  while (true) {
    Place& at = stack[depth];
    const Node& node = nodes_[static_cast<size_t>(at.node)];
    const bool at_end = depth == segments.count && !segments.more;
    if (at.tried == 0 && at_end && take(at.node)) return true;
    int32_t child = kNone;
    bool as_parameter = false;
    while (child == kNone && at.tried < 2 && !at_end && depth < kMostSegments) {
      ++at.tried;
      std::string_view segment = segments.part[depth];
      if (at.tried == 2) {
        child = node.parameter;
        as_parameter = true;
        continue;
      }
      if (segment.size() > kLongestSegment) continue;
      if (ignore_case_) {
        std::transform(segment.begin(), segment.end(), lower.begin(), ToLower);
        segment = {lower.data(), segment.size()};
      }
      const auto found = node.literals.find(segment);
      if (found != node.literals.end()) child = found->second;
    }
    if (child != kNone) {
      stack[++depth] = {child, 0, as_parameter};
      continue;
    }
    if (node.rest != kNone && take(node.rest)) return true;
    if (depth == 0) return false;
    --depth;
  }
}

}  // namespace rasp
