// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "json_rules/document.h"

namespace rasp {

const JsonNode& RootOf(const JsonNode& node);

// Finds what references lead to, in time linear in the document for all of them.
class PointerIndex {
 public:
  // RFC 6901, percent-encoded as a fragment is: "/components/schemas/a~1b". nullptr: there is none.
  const JsonNode* Follow(const JsonNode& root, std::string_view pointer);

 private:
  const JsonNode* Child(const JsonNode& node, const std::string& name);

  using Names = std::unordered_map<std::string_view, const JsonNode*>;
  std::unordered_map<const JsonNode*, Names> objects_;  // those that were walked through
};

}  // namespace rasp
