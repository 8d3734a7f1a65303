// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <string>
#include <vector>

namespace rasp::ftw {

// A scalar's text; null is empty, !!binary is decoded. Throws YAML::Exception if it is no scalar.
std::string Text(const YAML::Node& node);
bool Flag(const YAML::Node& node);
// A sequence of numbers.
std::vector<uint64_t> Numbers(const YAML::Node& node);

}  // namespace rasp::ftw
