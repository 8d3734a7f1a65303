// SPDX-License-Identifier: Apache-2.0
#include "http/body/json_path.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rasp {
namespace {

constexpr std::string_view kRoot = "json";
constexpr std::string_view kEmptyKey = "empty-key";
constexpr std::string_view kItem = ".array_";

// With a watcher, what is longer than a name may get it sees apart.
constexpr size_t kMaxName = 4096;
constexpr size_t kHashedBytes = BodyLimits::kNameBytes;
constexpr size_t kMaxHashes = 64 * 1024;

uint64_t Fnv1a(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

void PathText::Grow(size_t bytes) {
  constexpr size_t kLeast = 128;
  const size_t capacity = std::max({kLeast, 2 * capacity_, size_ + bytes});
  char* const data = static_cast<char*>(memory_.allocate(capacity, 1));
  view().copy(data, size_);
  data_ = data;
  capacity_ = capacity;
}

JsonPath::JsonPath(FactSink& sink)
    : sink_(sink), name_(&sink.memory()), frames_(&sink.memory()), key_hashes_(&sink.memory()) {
  name_.Append(kRoot);
}

void JsonPath::Enter(bool is_array) {
  frames_.push_back({is_array, 0, name_.size(), key_hashes_.size()});
}

bool JsonPath::Leave() {
  const Frame frame = frames_.back();
  frames_.pop_back();
  CheckKeys(frame.first_key);
  name_.Truncate(frame.name_size);
  return frame.members == 0;
}

void JsonPath::SetKey(std::string_view key) {
  Frame& frame = frames_.back();
  ++frame.members;
  if (key_hashes_.size() >= kMaxHashes) CheckKeys(frame.first_key);
  key_hashes_.push_back(Fnv1a(key.substr(0, kHashedBytes)));
  name_.Truncate(frame.name_size);
  frame.seen = false;
  AppendKey(key.empty() ? kEmptyKey : key);
}

void JsonPath::AppendKey(std::string_view key) {
  if (!sink_.watches()) {
    if (AppendWithin(".")) AppendWithin(key);
    return;
  }
  const size_t room = kMaxName - std::min(kMaxName, name_.size() + 1);
  if (key.size() > room) {
    sink_.Watch(BodyPart::kArgumentName, {}, key);
    NoteTold();
  }
  name_.Append(".");
  name_.Append(key.substr(0, room));
}

// False if it does not fit beside what is kept: then it was cut.
bool JsonPath::AppendWithin(std::string_view text) {
  const uint64_t room = sink_.Room() - std::min<uint64_t>(sink_.Room(), name_.size());
  name_.Append(text.substr(0, room));
  if (text.size() <= room) return true;
  sink_.FailForMemory();
  return false;
}

// If a key was seen, so were those of the objects around its own.
void JsonPath::NoteTold() {
  Frame& frame = frames_.back();
  frame.seen = true;
  TellFrom(frames_.rbegin() + 1, frame.name_size);
}

void JsonPath::NoteKept() {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    if (!frame->is_array && std::exchange(frame->seen, true)) return;
  }
}

void JsonPath::TellKeys() { TellFrom(frames_.rbegin(), name_.size()); }

void JsonPath::TellFrom(std::pmr::vector<Frame>::reverse_iterator frame, size_t end) {
  for (; frame != frames_.rend(); end = frame->name_size, ++frame) {
    if (frame->is_array) continue;
    if (std::exchange(frame->seen, true)) return;
    const std::string_view path = name_.view().substr(0, end);
    const bool is_short = path.size() <= BodyLimits::kNameBytes;
    sink_.Watch(BodyPart::kArgumentName, {}, is_short ? path : path.substr(frame->name_size + 1));
  }
}

void JsonPath::NextItem() {
  Frame& frame = frames_.back();
  char digits[12];
  const auto end = std::to_chars(digits, digits + sizeof digits, frame.members).ptr;
  ++frame.members;
  name_.Truncate(frame.name_size);
  const std::string_view index(digits, static_cast<size_t>(end - digits));
  if (sink_.watches()) {
    if (name_.size() >= kMaxName) return;
    name_.Append(kItem);
    name_.Append(index);
  } else if (AppendWithin(kItem)) {
    AppendWithin(index);
  }
}

void JsonPath::Reset() { name_.Truncate(kRoot.size()); }

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
