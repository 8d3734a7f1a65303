// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {
namespace {

// The first of `marks` that stands at `at`; empty if none does. An earlier mark wins, so "-->" goes
// before "--".
template <size_t N>
std::string_view MarkAt(std::string_view in, size_t at, const std::string_view (&marks)[N]) {
  const std::string_view rest = in.substr(at);
  for (const std::string_view mark : marks) {
    if (rest.starts_with(mark)) return mark;
  }
  return {};
}

constexpr std::string_view kOpeners[] = {"/*", "<!--"};
constexpr std::string_view kClosers[] = {"*/", "-->"};
constexpr std::string_view kToTheEnd[] = {"--", "#"};
constexpr std::string_view kAllMarks[] = {"/*", "*/", "<!--", "-->", "--", "#"};

}  // namespace

// SQL, C and HTML comments; "--" and "#" take the rest of the text with them. A comment is closed
// by either kind's mark, which shows more of the text than a strict reading would. One without an
// end leaves a space.
bool RemoveComments(std::string_view in, ByteBuffer& out) {
  if (in.find_first_of("/<-#") == in.npos) return false;
  BoundedWriter writer(out, in.size());
  bool commented = false;
  for (size_t i = 0; i < in.size();) {
    const std::string_view mark = commented ? MarkAt(in, i, kClosers) : MarkAt(in, i, kOpeners);
    if (!mark.empty()) {
      commented = !commented;
      i += mark.size();
      continue;
    }
    if (!commented) {
      if (!MarkAt(in, i, kToTheEnd).empty()) break;
      writer.Put(in[i]);
    }
    ++i;
  }
  if (commented) writer.Put(' ');
  return writer.Finish(in);
}

// Only the marks go, what they enclose stays.
bool RemoveCommentsChar(std::string_view in, ByteBuffer& out) {
  if (in.find_first_of("/*<-#") == in.npos) return false;
  BoundedWriter writer(out, in.size());
  for (size_t i = 0; i < in.size();) {
    const std::string_view mark = MarkAt(in, i, kAllMarks);
    if (mark.empty()) writer.Put(in[i]);
    i += std::max<size_t>(mark.size(), 1);
  }
  return writer.Finish(in);
}

// Each C comment, one without an end too, becomes one space.
bool ReplaceComments(std::string_view in, ByteBuffer& out) {
  size_t open = in.find("/*");
  if (open == in.npos) return false;
  BoundedWriter writer(out, in.size());
  size_t from = 0;
  while (open != in.npos) {
    writer.Put(in.substr(from, open - from));
    writer.Put(' ');
    const size_t close = in.find("*/", open + 2);
    from = close == in.npos ? in.size() : close + 2;
    open = in.find("/*", from);
  }
  writer.Put(in.substr(from));
  return writer.Finish(in);
}

}  // namespace rasp
