// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "json/json_scanner.h"

namespace rasp {

// A JSON pointer in which `*` stands for any member or item: "/carts/*/id".
class JsonPattern {
 public:
  static constexpr size_t kMostParts = 32;

  // False if the text is no pointer, or one of more parts.
  bool Parse(std::string_view pointer);
  size_t size() const { return parts_.size(); }
  bool Fits(size_t part, std::string_view name) const {
    return parts_[part] == "*" || parts_[part] == name;
  }

 private:
  std::vector<std::string> parts_;
};

// The values in a JSON text that a pattern leads to, in one pass and without recursion.
class JsonWalk {
 public:
  // `memory` is used for names with escapes.
  JsonWalk(std::string_view text, const JsonPattern& pattern, std::pmr::memory_resource& memory)
      : scanner_(text), pattern_(pattern), memory_(memory) {}

  // The token that the next such value begins with; kEnd or kError: there are no more. Of an object
  // or array, the scanner stands behind its beginning, and may be taken on to its end.
  JsonToken Next();
  JsonScanner& scanner() { return scanner_; }

 private:
  bool Matches(size_t level);
  bool MatchesKey();

  JsonScanner scanner_;
  const JsonPattern& pattern_;
  std::pmr::memory_resource& memory_;
  size_t on_path_ = 0;  // how many of the open containers the pattern goes through
  bool key_fits_ = false;
  struct Level {
    bool is_array = false;
    uint64_t items = 0;
  };
  std::array<Level, JsonPattern::kMostParts> levels_;
};

// Of the last token of `scanner`: a string decoded, a number or literal as written.
std::string_view JsonScalar(const JsonScanner& scanner, JsonToken token,
                            std::pmr::memory_resource& memory);

}  // namespace rasp
