// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rasp/event.h"

namespace rasp {

// Who writes the event, for ECS `observer.*`.
struct Observer {
  std::string_view hostname;
  std::string_view version;
};

// Appends the event as one line of JSON without the newline, ECS 8 field names and `rasp.*` for
// what ECS has no name for; schema in rulesets/schema/event.schema.json. Values that look secret,
// by their parameter's name or by their own shape, are replaced before anything is appended; bytes
// that are not UTF-8 are escaped, never dropped.
void AppendEcsJson(const Event& event, const Observer& observer, std::string& out);

// A value as it may be written down: secrets by shape (card numbers, tokens, keys, e-mail
// addresses, IBANs) replaced by
// "[redacted:KIND]". `name` is the parameter, header or cookie it belongs to; if that says it is
// secret, all of it goes.
std::string RedactValue(std::string_view name, std::string_view value);

// The same for a query string, pair by pair, names and separators kept.
std::string RedactQuery(std::string_view query);

}  // namespace rasp
