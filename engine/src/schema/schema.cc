// SPDX-License-Identifier: Apache-2.0
#include "schema/schema.h"

#include <algorithm>

namespace rasp {

const SchemaNode::Property* SchemaNode::FindProperty(std::string_view name) const {
  const auto at = std::lower_bound(
      properties.begin(), properties.end(), name,
      [](const Property& property, std::string_view wanted) { return property.name < wanted; });
  return at != properties.end() && at->name == name ? &*at : nullptr;
}

std::string_view SchemaFaultText(SchemaFault fault) {
  switch (fault) {
    case SchemaFault::kNone:
      return "";
    case SchemaFault::kSyntax:
      return "a body that is no JSON";
    case SchemaFault::kDepth:
      return "a body nested too deep";
    case SchemaFault::kComplex:
      return "a body with too many alternatives at once";
    case SchemaFault::kUtf8:
      return "a text that is not UTF-8";
    case SchemaFault::kDuplicateName:
      return "a name that an object has twice";
    case SchemaFault::kPrototypeName:
      return "a name that reaches a prototype";
    case SchemaFault::kType:
      return "a value of another type";
    case SchemaFault::kListForScalar:
      return "a list or object where a single value is wanted";
    case SchemaFault::kUnsafeInteger:
      return "an integer that not every parser reads exactly";
    case SchemaFault::kRange:
      return "a number out of range";
    case SchemaFault::kMultiple:
      return "a number that is no multiple";
    case SchemaFault::kLength:
      return "a text too short or too long";
    case SchemaFault::kPattern:
      return "a text that its pattern does not match";
    case SchemaFault::kFormat:
      return "a text that is not in its format";
    case SchemaFault::kConstant:
      return "a value that is not one of those allowed";
    case SchemaFault::kAlternative:
      return "a value that fits none of the alternatives, or too many";
    case SchemaFault::kMissing:
      return "something required is missing";
    case SchemaFault::kUnknownName:
      return "a name that is not known here";
    case SchemaFault::kReadOnly:
      return "a value that clients may not set";
    case SchemaFault::kItemCount:
      return "too few or too many items";
    case SchemaFault::kRepeatedItem:
      return "an item that stands twice";
    case SchemaFault::kPropertyCount:
      return "too few or too many members";
    case SchemaFault::kRepeatedName:
      return "a parameter that is given more than once";
    case SchemaFault::kMediaType:
      return "a media type that is not accepted here";
    case SchemaFault::kContent:
      return "a body that is not what its Content-Type says";
  }
  return "";
}

bool IsPrototypeName(std::string_view name) {
  return name == "__proto__" || name == "prototype" || name == "constructor" ||
         name == "__defineGetter__" || name == "__defineSetter__";
}

}  // namespace rasp
