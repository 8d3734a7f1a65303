// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

#include "core/ascii.h"
#include "rasp/event.h"

namespace rasp {

// All of `text` as a number without sign, or nothing.
template <typename Number>
std::optional<Number> WholeNumber(std::string_view text, int base = 10) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && !text.empty() && text.front() != '-' ? std::optional(number) : std::nullopt;
}

// "1" to "5", "request", "response", "logging".
inline std::optional<Phase> PhaseOf(std::string_view text) {
  if (EqualsIgnoreCase(text, "request")) return Phase::kRequestBody;
  if (EqualsIgnoreCase(text, "response")) return Phase::kResponseBody;
  if (EqualsIgnoreCase(text, "logging")) return Phase::kLogging;
  if (text.size() != 1 || text[0] < '1' || text[0] > '5') return std::nullopt;
  return static_cast<Phase>(text[0] - '0');
}

// "CRITICAL" or "2".
std::optional<Severity> SeverityOf(std::string_view text);

}  // namespace rasp
