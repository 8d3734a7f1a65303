// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rasp {

// "; did you mean `rx`?" with the name of `table` nearest to `name`, or "" if none is near. ASCII
// case is no difference.
std::string DidYouMean(std::string_view name, std::span<const std::string_view> table);

template <typename Table>
std::vector<std::string_view> NamesOf(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& row : table) names.push_back(row.name);
  return names;
}

}  // namespace rasp
