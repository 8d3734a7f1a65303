// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "core/ascii.h"
#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {

// Undoes what shells ignore: quotes, backslashes and carets go; runs of separators (blanks, commas,
// semicolons, line breaks) become one space, and none before a slash or an opening parenthesis;
// letters become lower case.
bool CmdLine(std::string_view in, ByteBuffer& out) {
  BoundedWriter writer(out, in.size());
  bool after_space = false;  // the last byte written is a space that stands for separators
  for (const char c : in) {
    switch (c) {
      case '"':
      case '\'':
      case '\\':
      case '^':
        break;
      case ' ':
      case ',':
      case ';':
      case '\t':
      case '\r':
      case '\n':
        if (!after_space) writer.Put(' ');
        after_space = true;
        break;
      case '/':
      case '(':
        if (after_space) writer.Cut(writer.size() - 1);
        [[fallthrough]];
      default:
        writer.Put(ToLower(c));
        after_space = false;
    }
  }
  return writer.Finish(in);
}

}  // namespace rasp
