// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/ascii.h"
#include "operator/operator.h"
#include "operator/tables.h"

namespace rasp {
namespace {

// Sorted by name, whatever the topic, for the reference page.
std::vector<OperatorDef> Gather() {
  std::vector<OperatorDef> all;
  for (const auto topic :
       {RegexOperators(), PhraseOperators(), StringOperators(), NumberOperators(),
        NetworkOperators(), SsrfOperators(), ValidateOperators(), IdentityOperators(),
        DetectOperators(), GeoOperators(), UnavailableOperators()}) {
    all.insert(all.end(), topic.begin(), topic.end());
  }
  std::sort(all.begin(), all.end(), [](const OperatorDef& a, const OperatorDef& b) {
    return std::lexicographical_compare(a.name.begin(), a.name.end(), b.name.begin(), b.name.end(),
                                        [](char x, char y) { return ToLower(x) < ToLower(y); });
  });
  return all;
}

}  // namespace

std::span<const OperatorDef> AllOperators() {
  static const std::vector<OperatorDef> kAll = Gather();
  return kAll;
}

const OperatorDef* FindOperator(std::string_view name) {
  for (const OperatorDef& def : AllOperators()) {
    if (EqualsIgnoreCase(def.name, name)) return &def;
  }
  return nullptr;
}

}  // namespace rasp
