// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "core/ascii.h"
#include "core/byte_buffer.h"
#include "transform/writer.h"

namespace rasp {
namespace {

constexpr char kNbsp = '\xa0';      // Latin-1
constexpr char kNbspLead = '\xc2';  // before it, in UTF-8

constexpr StopBytes kSpaceOrNbsp(" \t\n\v\f\r\xa0");

// 1: a space, 2: other white space, which never stays.
constexpr std::array<uint8_t, 256> kSpaceKinds = [] {
  std::array<uint8_t, 256> kinds{};
  for (size_t byte = 0; byte < kinds.size(); ++byte) {
    const char c = static_cast<char>(byte);
    kinds[byte] = c == ' ' ? 1 : kSpaceOrNbsp.Has(c) ? 2 : 0;
  }
  return kinds;
}();

// The first place where white space is not one space by itself, or an earlier one; in.size() if
// all of it is.
size_t FindUncompressed(std::string_view in) {
  constexpr size_t kGroup = StopBytes::kGroup;
  unsigned before = 0;
  unsigned acts = 0;
  size_t at = 0;
  for (; in.size() - at >= kGroup; at += kGroup) {
    const unsigned before_group = before;
    for (size_t i = 0; i < kGroup; ++i) {
      const unsigned kind = kSpaceKinds[static_cast<unsigned char>(in[at + i])];
      acts |= kind & (before | 2);
      before = kind;
    }
    if (acts != 0) return at - (before_group != 0 ? 1 : 0);
  }
  for (size_t i = at; i < in.size(); ++i) {
    const unsigned kind = kSpaceKinds[static_cast<unsigned char>(in[i])];
    if ((kind & (before | 2)) != 0) return i - (before != 0 ? 1 : 0);
    before = kind;
  }
  return in.size();
}

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
  const size_t first = FindUncompressed(in);
  if (first == in.size()) return false;
  BoundedWriter writer(out, in.size());
  writer.Put(in.substr(0, first));
  bool in_run = false;
  for (const char c : in.substr(first)) {
    const bool space = kSpaceOrNbsp.Has(c);
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
  size_t first = kSpaceOrNbsp.Find(in);
  if (first == in.size()) return false;
  if (first > 0 && in[first] == kNbsp && in[first - 1] == kNbspLead) --first;
  BoundedWriter writer(out, in.size());
  writer.Put(in.substr(0, first));
  for (size_t i = first; i < in.size(); ++i) {
    const char c = in[i];
    writer.PutIf(kSpaceKinds[static_cast<unsigned char>(c)] == 0, c);
    if (c == kNbsp && i > first && in[i - 1] == kNbspLead) writer.Cut(writer.size() - 1);
  }
  return writer.Finish(in);
}

bool Trim(std::string_view in, ByteBuffer& out) { return Keep(SkipRight(SkipLeft(in)), in, out); }
bool TrimLeft(std::string_view in, ByteBuffer& out) { return Keep(SkipLeft(in), in, out); }
bool TrimRight(std::string_view in, ByteBuffer& out) { return Keep(SkipRight(in), in, out); }

}  // namespace rasp
