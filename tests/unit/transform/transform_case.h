// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"
#include "transform/transform.h"

namespace rasp {

using std::literals::string_view_literals::operator""sv;

struct Case {
  std::string_view name;
  std::string_view in;
  std::string_view want;
};

inline void PrintTo(const Case& row, std::ostream* os) { *os << row.name; }
inline std::string CaseName(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.name);
}

// The result, from a buffer of exactly the input's size so that ASan sees a read past its end; and
// what every transformation promises: it says "unchanged" if and only if the result is the input.
inline std::string Apply(const TransformDef& def, std::string_view in) {
  const std::vector<char> exact(in.begin(), in.end());
  ByteBuffer out;
  const bool changed = def.apply({exact.data(), exact.size()}, out);
  EXPECT_EQ(std::string_view(exact.data(), exact.size()), in) << def.name << " wrote to its input";
  if (!changed) return std::string(in);
  EXPECT_NE(std::string_view(out), in) << def.name << " claims a change that it did not make";
  return std::string(out);
}

inline std::string Apply(std::string_view transform, std::string_view in) {
  const TransformDef* const def = FindTransform(transform);
  if (def != nullptr) return Apply(*def, in);
  ADD_FAILURE() << "no transformation " << transform;
  return {};
}

}  // namespace rasp

// A suite of tests, one a row of `cases`: TRANSFORM_ROWS(UrlDecode, "urlDecode", kUrlDecode).
#define TRANSFORM_ROWS(Suite, transform, cases)                                            \
  class Suite : public testing::TestWithParam<Case> {};                                    \
  TEST_P(Suite, Rewrites) { EXPECT_EQ(Apply(transform, GetParam().in), GetParam().want); } \
  INSTANTIATE_TEST_SUITE_P(Rows, Suite, testing::ValuesIn(cases), CaseName)
