// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/body/body.h"

namespace rasp {

// Bytes that would not print appear as \xNN, a backslash as \\.
std::string Printable(std::string_view bytes);

// "name=value\n" a field; what is empty is left out.
std::string FieldsText(const FieldList& fields);

// Everything in BodyFacts, so that two texts are equal if and only if the facts are.
std::string FactsText(const BodyFacts& facts);

struct Body {
  BodyKind kind = BodyKind::kNone;
  std::string_view content_type;
  BodyLimits limits = {};
  bool watched = false;  // by a WatchLog, whose text follows that of the facts
};

// FactsText of a body that arrives in these pieces. Each piece is parsed from a heap buffer of
// exactly its size, which is gone before the next one arrives.
std::string ParsedText(const Body& body, const std::vector<std::string_view>& pieces);

// "" for kNone, else the error's name.
std::string_view ErrorName(BodyError error);

}  // namespace rasp
