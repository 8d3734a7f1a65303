// SPDX-License-Identifier: Apache-2.0
#include "json/json_pattern.h"

#include <algorithm>
#include <charconv>

#include "json/json_string.h"

namespace rasp {

bool JsonPattern::Parse(std::string_view pointer) {
  parts_.clear();
  while (!pointer.empty()) {
    if (pointer.front() != '/' || parts_.size() == kMostParts) return false;
    pointer.remove_prefix(1);
    const size_t end = pointer.find('/');
    const std::string_view part = pointer.substr(0, end);
    std::string& name = parts_.emplace_back();
    for (size_t i = 0; i < part.size(); ++i) {
      if (part[i] != '~') {
        name += part[i];
        continue;
      }
      if (++i == part.size() || (part[i] != '0' && part[i] != '1')) return false;
      name += part[i] == '0' ? '~' : '/';
    }
    pointer.remove_prefix(end == pointer.npos ? pointer.size() : end);
  }
  return true;
}

std::string_view JsonScalar(const JsonScanner& scanner, JsonToken token,
                            std::pmr::memory_resource& memory) {
  if (token == JsonToken::kTrue) return "true";
  if (token == JsonToken::kFalse) return "false";
  if (token == JsonToken::kNull) return "null";
  if (!scanner.has_escape()) return scanner.raw();
  char* const out = static_cast<char*>(memory.allocate(scanner.raw().size(), 1));
  size_t size = 0;
  DecodeJsonString(scanner.raw(), out, size);
  return {out, size};
}

bool JsonWalk::MatchesKey() {
  const size_t level = scanner_.depth();
  return on_path_ == level && level <= pattern_.size() &&
         pattern_.Fits(level - 1, JsonScalar(scanner_, JsonToken::kKey, memory_));
}

// Whether the value, within the container that is open as number `level`, is on the pattern's way.
bool JsonWalk::Matches(size_t level) {
  if (level == 0) return true;
  if (on_path_ != level || level > pattern_.size()) return false;
  Level& open = levels_[level - 1];
  if (!open.is_array) return key_fits_;
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, open.items++).ptr;
  return pattern_.Fits(level - 1, {digits, static_cast<size_t>(end - digits)});
}

JsonToken JsonWalk::Next() {
  while (true) {
    const JsonToken token = scanner_.Next();
    switch (token) {
      case JsonToken::kEnd:
      case JsonToken::kError:
        return token;
      case JsonToken::kKey:
        key_fits_ = MatchesKey();
        continue;
      case JsonToken::kEndObject:
      case JsonToken::kEndArray:
        on_path_ = std::min(on_path_, scanner_.depth());
        continue;
      default:
        break;
    }
    const bool opens = token == JsonToken::kBeginObject || token == JsonToken::kBeginArray;
    const size_t level = scanner_.depth() - (opens ? 1 : 0);
    if (!Matches(level)) continue;
    if (level == pattern_.size()) return token;
    if (opens) {
      levels_[level] = {token == JsonToken::kBeginArray, 0};
      on_path_ = level + 1;
    }
  }
}

}  // namespace rasp
