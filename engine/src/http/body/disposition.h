// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"

namespace rasp {

// Texts one after the other; only the last can be added to.
class TextList {
 public:
  explicit TextList(std::pmr::memory_resource* memory) : text_(memory), begins_(memory) {}

  ByteBuffer& Begin() {
    begins_.push_back(text_.size());
    return text_;
  }
  ByteBuffer& Last() { return text_; }  // REQUIRES: !empty()
  size_t size() const { return begins_.size(); }
  bool empty() const { return begins_.empty(); }
  std::string_view operator[](size_t i) const {
    const size_t end = i + 1 < begins_.size() ? begins_[i + 1] : text_.size();
    return std::string_view(text_).substr(begins_[i], end - begins_[i]);
  }
  // Keeps the memory.
  void Clear() {
    text_.clear();
    begins_.clear();
  }

 private:
  ByteBuffer text_;
  std::pmr::vector<size_t> begins_;
};

// What the Content-Disposition field of a part says. Servers disagree on what a malformed one
// means, so every name that one of them may take for the file's is kept.
struct Disposition {
  explicit Disposition(std::pmr::memory_resource* memory)
      : name(memory),
        file_name(memory),
        extended_name(memory),
        joined_name(memory),
        other_file_names(memory) {}

  void Clear();

  bool is_form_data = false;
  bool has_name = false;
  bool has_file_name = false;  // of any kind
  bool has_joined_name = false;
  ByteBuffer name;            // of the first name=, else name*=
  ByteBuffer file_name;       // of the first filename=
  ByteBuffer extended_name;   // of the first filename*=, decoded (RFC 8187)
  ByteBuffer joined_name;     // of RFC 2231's continuations
  TextList other_file_names;  // repeated ones, doubtful readings
  uint32_t flags = 0;         // bits of MultipartFlag
};

// Parses one more Content-Disposition value into `out`; of a part that has several, each is read.
void ParseDisposition(std::string_view value, Disposition& out);

}  // namespace rasp
