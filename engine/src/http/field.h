// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

namespace rasp {

// A name and a value, decoded. Both point to request memory or to the transaction's.
struct Field {
  std::string_view name;
  std::string_view value;
};
// a multimap in order of arrival: repeated names are kept
using FieldList = std::pmr::vector<Field>;

}  // namespace rasp
