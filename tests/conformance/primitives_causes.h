// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "primitives_oracle.h"

namespace rasp::primitives {

// What one side makes of an input: a transformation's text, or an operator's verdict and captures.
struct Answer {
  std::string text;
  bool matched = false;
  std::array<std::string, 10> captures;
  bool operator==(const Answer&) const = default;
};

struct Difference {
  std::string_view primitive;  // "urlDecodeUni", "@pm"
  std::string_view argument;   // an operator's
  const std::string& input;
  const Answer& ours;
  const Answer& theirs;
  Oracle& oracle;
};

// Why libmodsecurity 3.0.9 differs, and that it is for this reason: most causes mend the input in
// such a way that the reason is gone and demand that both sides agree then. The ids are those of
// docs/reference/differences.md.
struct Cause {
  std::string_view id;
  std::string_view primitive;
  bool (*explains)(const Difference& difference);
  uint64_t seen_in = 20'000;  // inputs, of which at least one shows it
};
std::span<const Cause> AllCauses();

}  // namespace rasp::primitives
