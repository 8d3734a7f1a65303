// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"

namespace rasp {

// What the Content-Disposition field of a part says. Servers disagree on what a malformed one
// means, so every name that one of them may take for the file's is kept.
struct Disposition {
  explicit Disposition(std::pmr::memory_resource* memory)
      : name(memory), file_name(memory), extended_name(memory), other_file_names(memory) {}

  bool is_form_data = false;
  bool has_name = false;
  bool has_file_name = false;  // of any kind
  ByteBuffer name;             // of the first name=, else name*=
  ByteBuffer file_name;        // of the first filename=
  ByteBuffer extended_name;    // of the first filename*=, decoded (RFC 8187)
  std::pmr::vector<ByteBuffer>
      other_file_names;  // repeated ones, RFC 2231 continuations joined, doubtful readings
  uint32_t flags = 0;    // bits of MultipartFlag
};

// Parses one more Content-Disposition value into `out`; of a part that has several, each is read.
void ParseDisposition(std::string_view value, Disposition& out);

}  // namespace rasp
