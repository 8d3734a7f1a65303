// SPDX-License-Identifier: Apache-2.0
#include "cli/ftw/yaml.h"

#include "cli/ftw/base64.h"

namespace rasp::ftw {

std::string Text(const YAML::Node& node) {
  if (!node || node.IsNull()) return {};
  std::string text = node.as<std::string>();
  return node.Tag() == "tag:yaml.org,2002:binary" ? DecodeBase64(text) : text;
}

bool Flag(const YAML::Node& node) { return node && !node.IsNull() && node.as<bool>(); }

std::vector<uint64_t> Numbers(const YAML::Node& node) {
  std::vector<uint64_t> numbers;
  for (const auto& entry : node) numbers.push_back(entry.as<uint64_t>());
  return numbers;
}

}  // namespace rasp::ftw
