// SPDX-License-Identifier: Apache-2.0
#include "rasp/reference.h"

#include "seclang/actions.h"
#include "seclang/directives.h"

namespace rasp {
namespace {

template <typename Table>
std::vector<ReferenceEntry> EntriesOf(const Table& table) {
  std::vector<ReferenceEntry> entries;
  for (const auto& row : table) entries.push_back({row.name, row.summary});
  return entries;
}

}  // namespace

std::vector<ReferenceEntry> DirectiveReference() { return EntriesOf(SecLangDirectives()); }
std::vector<ReferenceEntry> ActionReference() { return EntriesOf(SecLangActions()); }

}  // namespace rasp
