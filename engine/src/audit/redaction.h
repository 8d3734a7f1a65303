// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/masks.h"

namespace rasp::audit {

// What must not be shown: secrets, by name and shape, and what the event's rules want masked.
struct Hidden {
  bool secrets = true;
  Masks masks;
};

// A text whose secrets are replaced, that still knows where each part of the original went.
class Redaction {
 public:
  // What to look for besides shapes.
  enum class Context {
    kName,   // the text is a name: names are always shown
    kValue,  // the text may hold names with their values
  };
  Redaction(std::string_view text, Context context, const Hidden& hidden = {});

  // All of the text goes, whatever it is.
  static Redaction Whole(std::string_view text);

  const std::string& text() const { return text_; }
  // The offset in text() that corresponds to one in the original; within a secret, that of the
  // mark's begin or end.
  size_t Map(size_t offset, bool to_end) const;

 private:
  struct Part {
    size_t begin, end;          // in the original
    size_t new_begin, new_end;  // in text_
  };
  Redaction() = default;

  std::string text_;
  std::vector<Part> parts_;  // the replaced ones, in order
};

}  // namespace rasp::audit
