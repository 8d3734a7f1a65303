// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "http/body/fact_sink.h"
#include "http/byte_scan.h"

namespace rasp {

// Text that is cut and appended to all the time, mostly by little.
class PathText {
 public:
  explicit PathText(std::pmr::memory_resource* memory) : memory_(*memory) {}
  PathText(const PathText&) = delete;
  PathText& operator=(const PathText&) = delete;

  std::string_view view() const { return {data_, size_}; }
  size_t size() const { return size_; }
  void Truncate(size_t size) { size_ = size; }
  void Append(std::string_view text) {
    if (text.size() > capacity_ - size_) Grow(text.size());
    byte_scan::CopyShort(text, data_ + size_);
    size_ += text.size();
  }

 private:
  void Grow(size_t bytes);

  std::pmr::memory_resource& memory_;  // an arena: what is outgrown goes with it
  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// Where in a JSON document the parser is, named as in ModSecurity 3: "json.items.array_0.name". A
// key stands there as it is, so that two places may share a name; an empty one is "empty-key".
class JsonPath {
 public:
  explicit JsonPath(FactSink& sink);

  std::string_view name() const { return name_.view(); }
  bool at_top() const { return frames_.empty(); }
  bool in_array() const { return !frames_.empty() && frames_.back().is_array; }
  bool in_object() const { return !frames_.empty() && !frames_.back().is_array; }
  size_t depth() const { return frames_.size(); }

  void Enter(bool is_array);
  // Leaves the innermost container; returns whether it was empty. name() is then the container's
  // own.
  bool Leave();

  // name() becomes that of a member or of the next item of the innermost container.
  void SetKey(std::string_view key);
  void NextItem();
  // name() becomes that of a document.
  void Reset();

  // An argument named name() was kept, so that rules see the keys in it; or was not, so that the
  // watcher is to see each of them, unless it has or they are in the name of one that was kept.
  void NoteKept();
  void TellKeys();

  // SetKey was given but the beginning of a key; the watcher has seen all of it.
  void NoteTold();

  // Looks for repeated keys in the containers that were never closed.
  void CheckUnclosed();

 private:
  struct Frame {
    bool is_array;
    uint32_t members;
    size_t name_size;  // of the container's own name
    size_t first_key;  // in key_hashes_
    bool seen = true;  // the key of the present member
  };
  void AppendKey(std::string_view key);
  bool AppendWithin(std::string_view text);
  void TellFrom(std::pmr::vector<Frame>::reverse_iterator frame, size_t end);
  void CheckKeys(size_t first);

  FactSink& sink_;
  PathText name_;
  std::pmr::vector<Frame> frames_;
  // Of the keys seen in all open objects, frame after frame. Sorting them when an object closes
  // finds repeated keys in O(n log n) whatever keys a client chooses; two keys with one hash merely
  // look repeated. Only the beginnings of keys count, and of very many only those that are near
  // each other.
  std::pmr::vector<uint64_t> key_hashes_;
};

}  // namespace rasp
