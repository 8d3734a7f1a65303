// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace rasp {

// A "format" of JSON Schema that texts are checked against.
struct TextFormat {
  std::string_view name;
  bool (*holds)(std::string_view text);
};

std::span<const TextFormat> TextFormats();
const TextFormat* FindTextFormat(std::string_view name);  // nullptr: none is checked

}  // namespace rasp
