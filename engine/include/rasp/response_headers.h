// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rasp {

// How a security header meets one of the same name that the application has already sent.
enum class HeaderPolicy : uint8_t {
  kSetIfAbsent,  // the application's stays
  kOverride,     // ours replaces all of the application's
  kRemove,       // the header must not leave the server
};

struct HeaderEdit {
  std::string_view name;
  std::string_view value;  // empty for kRemove
  HeaderPolicy policy;
  bool tls_only = false;  // Strict-Transport-Security (RFC 6797 section 7.2)
};

// A named set of edits; nullptr if there is no preset of that name. Presets: "strict", "api".
struct HeaderPreset {
  std::string_view name;
  std::string_view summary;
  std::span<const HeaderEdit> edits;
};
const HeaderPreset* FindHeaderPreset(std::string_view name);
std::span<const HeaderPreset> HeaderPresets();

}  // namespace rasp
