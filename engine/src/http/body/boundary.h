// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "core/byte_buffer.h"

namespace rasp {

enum class LineKind : uint8_t {
  kData,
  kSuspiciousData,  // no delimiter here, but another server may take it for one
  kDelimiter,       // "--boundary"
  kFinalDelimiter,  // "--boundary--"
};

// Tells the delimiter lines of a multipart body (RFC 2046 section 5.1.1) from its data.
class Boundary {
 public:
  Boundary(std::string_view boundary, std::pmr::memory_resource* memory);

  // What a whole line is, its end left out. Blanks may follow a delimiter.
  LineKind Classify(std::string_view line) const;

  // A line longer than this is no delimiter. What more it is can be told from its beginning.
  size_t max_line() const { return delimiter_.size() + kPadding; }

  // Whether the header named one; if not, the first line that looks like a delimiter does.
  bool known() const { return delimiter_.size() > 2; }
  void LearnFrom(std::string_view line);

 private:
  static constexpr size_t kPadding = 128;
  ByteBuffer delimiter_;  // "--boundary"
};

}  // namespace rasp
