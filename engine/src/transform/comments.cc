// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <string_view>

#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {
namespace {

// The size of a literal is known where it is compiled, so this is a comparison of one word.
template <size_t N>
bool StandsAt(std::string_view in, size_t at, const char (&mark)[N]) {
  return in.size() - at >= N - 1 && std::memcmp(in.data() + at, mark, N - 1) == 0;
}

constexpr StopBytes kOutside("/<-#");
constexpr StopBytes kInside("*-");
constexpr StopBytes kMarks("/*<-#");

// How long the mark is that begins a comment at `at`; 0 if none does.
size_t OpenerAt(std::string_view in, size_t at) {
  if (in[at] == '/') return StandsAt(in, at, "/*") ? 2 : 0;
  return in[at] == '<' && StandsAt(in, at, "<!--") ? 4 : 0;
}

// The place behind the mark that ends the comment, or the text's end if none does.
size_t PastComment(std::string_view in, size_t at, bool& closed) {
  closed = true;
  for (at = kInside.Find(in, at); at < in.size(); at = kInside.Find(in, at + 1)) {
    if (StandsAt(in, at, "*/")) return at + 2;
    if (StandsAt(in, at, "-->")) return at + 3;
  }
  closed = false;
  return at;
}

// How long the mark at `at` is, of any kind; 0 if none stands there.
size_t MarkAt(std::string_view in, size_t at) {
  switch (in[at]) {
    case '/':
      return StandsAt(in, at, "/*") ? 2 : 0;
    case '*':
      return StandsAt(in, at, "*/") ? 2 : 0;
    case '<':
      return StandsAt(in, at, "<!--") ? 4 : 0;
    case '-':
      return StandsAt(in, at, "-->") ? 3 : StandsAt(in, at, "--") ? 2 : 0;
    default:
      return 1;  // #
  }
}

}  // namespace

// SQL, C and HTML comments; "--" and "#" take the rest of the text with them. A comment is closed
// by either kind's mark, which shows more of the text than a strict reading would. One without an
// end leaves a space.
bool RemoveComments(std::string_view in, ByteBuffer& out) {
  size_t at = kOutside.Find(in);
  if (at == in.size()) return false;
  BoundedWriter writer(out, in.size());
  writer.Put(in.substr(0, at));
  while (at < in.size()) {
    if (const size_t opener = OpenerAt(in, at); opener > 0) {
      bool closed = false;
      at = PastComment(in, at + opener, closed);
      if (!closed) writer.Put(' ');
    } else if (in[at] == '#' || StandsAt(in, at, "--")) {
      break;
    } else {
      writer.Put(in[at++]);
    }
    at = writer.PutUntil(kOutside, in, at);
  }
  return writer.Finish(in);
}

// Only the marks go, what they enclose stays.
bool RemoveCommentsChar(std::string_view in, ByteBuffer& out) {
  size_t at = kMarks.Find(in);
  if (at == in.size()) return false;
  BoundedWriter writer(out, in.size());
  writer.Put(in.substr(0, at));
  while (at < in.size()) {
    if (const size_t mark = MarkAt(in, at); mark > 0) {
      at += mark;
    } else {
      writer.Put(in[at++]);
    }
    at = writer.PutUntil(kMarks, in, at);
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
