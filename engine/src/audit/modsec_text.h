// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rasp::audit {

// Appends `text` as printable ASCII: every other byte becomes \xHH. `in_quotes`: so do double
// quotes and backslashes, so that a value cannot end its field and begin another.
void AppendPrintable(std::string_view text, bool in_quotes, std::string& out);
std::string Printable(std::string_view text, bool in_quotes);

// The first `max` bytes; if there are more, " (N characters omitted)" follows.
std::string Shortened(const std::string& text, size_t max);

// An operator as libmodsecurity's log calls it: "Rx", "StrEq", "PmFromFile".
std::string OperatorLabel(std::string_view name);

// The path of a request-target, with its escapes decoded once.
std::string DecodedPath(std::string_view target);

// Local time in a strftime format; "" if it has no date.
std::string LocalTime(int64_t unix_micros, const char* format);

}  // namespace rasp::audit
