// SPDX-License-Identifier: Apache-2.0
#include "compile/suggest.h"

#include "core/nearest_name.h"

namespace rasp {
std::string DidYouMean(std::string_view name, std::span<const std::string_view> table) {
  const std::string_view nearest = NearestName(name, table);
  return nearest.empty() ? std::string() : "; did you mean `" + std::string(nearest) + "`?";
}

}  // namespace rasp
