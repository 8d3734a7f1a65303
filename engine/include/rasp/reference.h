// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rasp {

// What the tables of the engine hold, for reference pages and command-line help.
struct ReferenceEntry {
  std::string_view name;
  std::string_view summary;
};
std::vector<ReferenceEntry> OperatorReference();
std::vector<ReferenceEntry> TransformReference();
std::vector<ReferenceEntry> VariableReference();
std::vector<ReferenceEntry> DegradedReasonReference();
// SecLang's, with what each does here.
std::vector<ReferenceEntry> DirectiveReference();
std::vector<ReferenceEntry> ActionReference();
std::vector<ReferenceEntry> CtlReference();

// `value` as the transformation of that name leaves it; nothing if there is none.
std::optional<std::string> ApplyTransform(std::string_view name, std::string_view value);

}  // namespace rasp
