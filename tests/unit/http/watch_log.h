// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/body/body.h"

namespace rasp {

struct WatchedValue {
  BodyPart part;
  std::string name;
  std::string text;
  size_t pieces = 0;
  bool complete = false;
};

// Puts the pieces that a watcher gets together again, and fails the test if they do not come as
// BodyWatcher says.
class WatchLog final : public BodyWatcher {
 public:
  void Watch(BodyPart part, std::string_view name, std::string_view piece, bool first,
             bool last) override;

  const std::vector<WatchedValue>& values() const { return values_; }
  size_t longest_piece() const { return longest_piece_; }
  uint64_t bytes() const { return bytes_; }
  // All text of the values of a kind, one after the other.
  std::string TextOf(BodyPart part) const;
  // "watched KIND NAME=TEXT\n" a value.
  std::string Text() const;

 private:
  std::vector<WatchedValue> values_;
  bool open_ = false;
  size_t longest_piece_ = 0;
  uint64_t bytes_ = 0;
};

std::string_view PartName(BodyPart part);

}  // namespace rasp
