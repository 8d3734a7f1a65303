// SPDX-License-Identifier: Apache-2.0
#include "cli/openapi_yaml.h"

#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

namespace rasp {
namespace {

constexpr size_t kMostNodes = 1'000'000;
constexpr int kDeepest = 100;

// null, true, false and numbers that JSON can spell; all else is text.
nlohmann::json Scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // in quotes
  if (text == "null" || text == "~" || text.empty()) return nullptr;
  if (text == "true" || text == "false") return text == "true";
  const nlohmann::json number = nlohmann::json::parse(text, nullptr, false);
  return number.is_number() ? number : nlohmann::json(text);
}

class Converter {
 public:
  // Recursion ends at kDeepest.
  nlohmann::json Convert(const YAML::Node& node, int depth) {
    if (++nodes_ > kMostNodes || depth > kDeepest) {
      too_large_ = true;
      return nullptr;
    }
    if (node.IsScalar()) return Scalar(node);
    if (node.IsSequence()) {
      nlohmann::json list = nlohmann::json::array();
      for (const YAML::Node& item : node) {
        if (too_large_) break;
        list.push_back(Convert(item, depth + 1));
      }
      return list;
    }
    if (!node.IsMap()) return nullptr;
    nlohmann::json object = nlohmann::json::object();
    for (const auto& entry : node) {
      if (too_large_) break;
      if (entry.first.IsScalar()) {
        object[entry.first.Scalar()] = Convert(entry.second, depth + 1);
      }
    }
    return object;
  }
  bool too_large() const { return too_large_; }

 private:
  size_t nodes_ = 0;
  bool too_large_ = false;
};

}  // namespace

Result<std::string> YamlToJson(const std::string& text) {
  try {
    Converter converter;
    const nlohmann::json json = converter.Convert(YAML::Load(text), 0);
    if (converter.too_large()) {
      return Result<std::string>::Failure("too large or too deep once its anchors are spelled out");
    }
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
  } catch (const YAML::Exception& error) {
    return Result<std::string>::Failure(error.what());
  }
}

}  // namespace rasp
