// SPDX-License-Identifier: Apache-2.0
#include "logic_rules/secret.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/ascii.h"
#include "core/quoted.h"

namespace rasp {

std::optional<std::string> ReadSecretFile(JsonReader& json, const JsonNode& node) {
  constexpr std::uintmax_t kLargest = 64 << 10;
  const std::optional<std::string> name = json.NonEmpty(node);
  if (!name) return std::nullopt;
  const std::filesystem::path path =
      std::filesystem::path(json.At(node).file).parent_path() / *name;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in) {
    json.Error(node, "unreadable-file",
               Quoted(path.string()) + " cannot be read: check the path and who may read it");
    return std::nullopt;
  }
  if (size > kLargest) {
    json.Error(node, "bad-value", Quoted(path.string()) + " is too large for a key");
    return std::nullopt;
  }
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  while (!text.empty() && IsSpace(text.back())) text.pop_back();
  return text;
}

}  // namespace rasp
