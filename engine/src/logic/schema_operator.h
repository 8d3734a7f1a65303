// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logic/logic_operator.h"
#include "schema/fields.h"

namespace rasp {

// schema: the request is one that the application knows. What it may hold is said for its path,
// query, head and body, each of which is left alone if nothing is said of it.
class SchemaOperator final : public LogicOperator {
 public:
  struct Media {
    std::string type;  // "application/json", "image/*", "*/*": lower case
    int32_t node = SchemaNode::kAnything;
    FieldRules fields;  // of forms
  };
  enum class Unreadable : uint8_t { kRefuse, kPass };

  Schema schema;
  std::optional<FieldRules> path;
  std::optional<FieldRules> query;
  std::optional<FieldRules> headers;  // those that are named alone
  std::optional<FieldRules> cookies;
  std::optional<std::vector<Media>> bodies;  // empty: there must be none
  bool body_required = false;
  Unreadable unreadable = Unreadable::kRefuse;  // a body that cannot be parsed, or not in whole
  Unreadable oversize = Unreadable::kRefuse;    // one of which only the beginning was kept

  Finding OnRequest(LogicSession&, const LogicRule&, RuleProgress&) const override;

 private:
  SchemaFinding CheckHead(LogicSession& session) const;
  SchemaFinding CheckBody(LogicSession& session) const;
  SchemaFinding CheckMedia(LogicSession& session, const ContentType& type,
                           const Media& media) const;
  const Media* FindMedia(std::string_view type) const;
  bool Excuses(const SchemaFinding& finding, bool whole) const;
};

}  // namespace rasp
