// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {
namespace {

// The segments so far, joined by single slashes. What lies below `floor_` is never taken back: the
// root, or the "../" that a relative path began with.
class PathBuilder {
 public:
  PathBuilder(ByteBuffer& out, std::string_view in, bool absolute)
      : writer_(out, in.size()), absolute_(absolute) {
    if (absolute) writer_.Put('/');
    floor_ = writer_.size();
  }

  void Add(std::string_view segment) {
    if (segment.empty() || segment == ".") return;
    if (segment != "..") {
      Append(segment);
    } else if (writer_.size() > floor_) {
      DropLast();
    } else if (!absolute_) {
      Append(segment);
      floor_ = writer_.size();
    }
  }

  bool Finish(std::string_view in, bool ends_with_slash) {
    if (ends_with_slash && writer_.size() > 0 && writer_.back() != '/') writer_.Put('/');
    return writer_.Finish(in);
  }

 private:
  void Append(std::string_view segment) {
    if (writer_.size() > 0 && writer_.back() != '/') writer_.Put('/');
    writer_.Put(segment);
  }

  // Walks back over each byte that was appended at most once, so the whole stays linear.
  void DropLast() {
    size_t size = writer_.size();
    while (size > floor_ && writer_.at(size - 1) != '/') --size;
    if (size > floor_) --size;  // the slash before it
    writer_.Cut(size);
  }

  BoundedWriter writer_;
  const bool absolute_;
  size_t floor_;
};

// False only if no segment is empty or begins with a dot: such a path is normal as it is.
bool MayNeedWork(std::string_view in) {
  if (in.starts_with('.')) return true;
  for (size_t slash = in.find('/'); slash != in.npos; slash = in.find('/', slash + 1)) {
    if (slash + 1 < in.size() && (in[slash + 1] == '/' || in[slash + 1] == '.')) return true;
  }
  return false;
}

// REQUIRES: !in.empty()
bool Normalize(std::string_view in, ByteBuffer& out, const StopBytes& separators) {
  PathBuilder path(out, in, separators.Has(in.front()));
  for (size_t at = 0; at < in.size();) {
    const size_t end = separators.Find(in, at);
    path.Add(in.substr(at, end - at));
    at = end + 1;
  }
  return path.Finish(in, separators.Has(in.back()));
}

constexpr StopBytes kSlash("/");
constexpr StopBytes kSlashes("/\\");

}  // namespace

// Removes empty and "." segments, and ".." with the segment before it. An absolute path never
// climbs above its root; a relative one keeps the ".." that it has nothing to take back for. A
// slash at the end stays.
bool NormalizePath(std::string_view in, ByteBuffer& out) {
  return MayNeedWork(in) && Normalize(in, out, kSlash);
}

// The same with backslashes, which become slashes.
bool NormalizePathWin(std::string_view in, ByteBuffer& out) {
  return (in.find('\\') != in.npos || MayNeedWork(in)) && Normalize(in, out, kSlashes);
}

}  // namespace rasp
