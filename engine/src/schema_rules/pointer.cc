// SPDX-License-Identifier: Apache-2.0
#include "schema_rules/pointer.h"

#include <charconv>

#include "core/ascii.h"

namespace rasp {
namespace {

std::string Unescaped(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    const bool encoded = token[i] == '%' && i + 2 < token.size() && HexValue(token[i + 1]) >= 0 &&
                         HexValue(token[i + 2]) >= 0;
    if (encoded) {
      out += static_cast<char>(HexValue(token[i + 1]) * 16 + HexValue(token[i + 2]));
      i += 2;
    } else {
      out += token[i];
    }
  }
  std::string name;
  for (size_t i = 0; i < out.size(); ++i) {
    const bool tilde =
        out[i] == '~' && i + 1 < out.size() && (out[i + 1] == '0' || out[i + 1] == '1');
    if (tilde) {
      name += out[++i] == '0' ? '~' : '/';
    } else {
      name += out[i];
    }
  }
  return name;
}

}  // namespace

const JsonNode& RootOf(const JsonNode& node) {
  const JsonNode* at = &node;
  while (at->parent != nullptr) at = at->parent;
  return *at;
}

const JsonNode* PointerIndex::Child(const JsonNode& node, const std::string& name) {
  if (node.Is(JsonNode::Kind::kArray)) {
    size_t index = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), index);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == name.data() + name.size();
    return whole && index < node.children.size() ? node.children[index] : nullptr;
  }
  const auto [object, is_new] = objects_.try_emplace(&node);
  if (is_new) {
    for (const JsonNode* child : node.children) object->second.try_emplace(child->name, child);
  }
  const auto member = object->second.find(name);
  return member == object->second.end() ? nullptr : member->second;
}

const JsonNode* PointerIndex::Follow(const JsonNode& root, std::string_view pointer) {
  const JsonNode* at = &root;
  while (at != nullptr && !pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const size_t end = pointer.find('/');
    at = Child(*at, Unescaped(pointer.substr(0, end)));
    pointer.remove_prefix(end == pointer.npos ? pointer.size() : end);
  }
  return at;
}

}  // namespace rasp
