// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "core/ascii.h"
#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {
namespace {

constexpr char kNbsp = '\xa0';  // Latin-1

constexpr bool IsSpaceOrNbsp(char c) { return IsSpace(c) || c == kNbsp; }

bool Keep(std::string_view kept, std::string_view in, ByteBuffer& out) {
  if (kept.size() == in.size()) return false;
  out.assign(kept);
  return true;
}

std::string_view SkipLeft(std::string_view in) {
  const auto first = std::find_if_not(in.begin(), in.end(), IsSpace);
  return in.substr(static_cast<size_t>(first - in.begin()));
}

std::string_view SkipRight(std::string_view in) {
  const auto last = std::find_if_not(in.rbegin(), in.rend(), IsSpace);
  return in.substr(0, static_cast<size_t>(in.rend() - last));
}

}  // namespace

// Every run of white space, the Latin-1 no-break space included, becomes one space.
bool CompressWhitespace(std::string_view in, ByteBuffer& out) {
  if (std::none_of(in.begin(), in.end(), IsSpaceOrNbsp)) return false;
  BoundedWriter writer(out, in.size());
  bool in_run = false;
  for (const char c : in) {
    const bool space = IsSpaceOrNbsp(c);
    if (!space) {
      writer.Put(c);
    } else if (!in_run) {
      writer.Put(' ');
    }
    in_run = space;
  }
  return writer.Finish(in);
}

// The no-break space goes in both spellings, Latin-1 (A0) and UTF-8 (C2 A0).
bool RemoveWhitespace(std::string_view in, ByteBuffer& out) {
  if (std::none_of(in.begin(), in.end(), IsSpaceOrNbsp)) return false;
  BoundedWriter writer(out, in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    const bool leads_nbsp = in[i] == '\xc2' && i + 1 < in.size() && in[i + 1] == kNbsp;
    if (!leads_nbsp && !IsSpaceOrNbsp(in[i])) writer.Put(in[i]);
  }
  return writer.Finish(in);
}

bool Trim(std::string_view in, ByteBuffer& out) { return Keep(SkipRight(SkipLeft(in)), in, out); }
bool TrimLeft(std::string_view in, ByteBuffer& out) { return Keep(SkipLeft(in), in, out); }
bool TrimRight(std::string_view in, ByteBuffer& out) { return Keep(SkipRight(in), in, out); }

}  // namespace rasp
