// SPDX-License-Identifier: Apache-2.0
#include "http/body/json_path.h"

#include <algorithm>
#include <charconv>

namespace rasp {
namespace {

constexpr std::string_view kRoot = "json";
constexpr std::string_view kEmptyKey = "empty-key";
constexpr std::string_view kItem = ".array_";

uint64_t Fnv1a(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

JsonPath::JsonPath(FactSink& sink)
    : sink_(sink),
      name_(kRoot, &sink.memory()),
      frames_(&sink.memory()),
      key_hashes_(&sink.memory()) {}

void JsonPath::Enter(bool is_array) {
  frames_.push_back({is_array, 0, name_.size(), key_hashes_.size()});
}

bool JsonPath::Leave() {
  const Frame frame = frames_.back();
  frames_.pop_back();
  CheckKeys(frame.first_key);
  name_.resize(frame.name_size);
  return frame.members == 0;
}

void JsonPath::SetKey(std::string_view key) {
  Frame& frame = frames_.back();
  ++frame.members;
  key_hashes_.push_back(Fnv1a(key));
  name_.resize(frame.name_size);
  if (sink_.Append(name_, ".")) sink_.Append(name_, key.empty() ? kEmptyKey : key);
}

void JsonPath::NextItem() {
  Frame& frame = frames_.back();
  char digits[12];
  const auto end = std::to_chars(digits, digits + sizeof digits, frame.members).ptr;
  ++frame.members;
  name_.resize(frame.name_size);
  if (sink_.Append(name_, kItem)) sink_.Append(name_, {digits, static_cast<size_t>(end - digits)});
}

void JsonPath::Reset() { name_ = kRoot; }

void JsonPath::CheckUnclosed() {
  while (!frames_.empty()) Leave();
}

void JsonPath::CheckKeys(size_t first) {
  const auto begin = key_hashes_.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, key_hashes_.end());
  if (std::adjacent_find(begin, key_hashes_.end()) != key_hashes_.end())
    sink_.facts().duplicate_keys = true;
  key_hashes_.resize(first);
}

}  // namespace rasp
