// SPDX-License-Identifier: Apache-2.0
#include "http/watch_log.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "http/facts_text.h"

namespace rasp {

void WatchLog::Watch(BodyPart part, std::string_view name, std::string_view piece, bool first,
                     bool last) {
  EXPECT_EQ(first, !open_) << "a value begins within another, or goes on without a beginning";
  EXPECT_LE(piece.size(), BodyLimits::kPieceBytes);
  EXPECT_LE(name.size(), BodyLimits::kNameBytes);
  if (first) values_.push_back({part, std::string(name), {}});
  ASSERT_FALSE(values_.empty());
  WatchedValue& value = values_.back();
  EXPECT_EQ(part, value.part);
  EXPECT_EQ(name, value.name);
  value.text += piece;
  ++value.pieces;
  value.complete = last;
  open_ = !last;
  longest_piece_ = std::max(longest_piece_, piece.size());
  bytes_ += piece.size();
}

std::string WatchLog::TextOf(BodyPart part) const {
  std::string text;
  for (const WatchedValue& value : values_) {
    if (value.part == part) text += value.text;
  }
  return text;
}

std::string_view PartName(BodyPart part) {
  constexpr std::string_view kNames[] = {"argument",  "xml-text",   "xml-attribute",
                                         "file",      "raw",        "argument-name",
                                         "file-name", "part-header"};
  return kNames[static_cast<size_t>(part)];
}

std::string WatchLog::Text() const {
  std::string text;
  for (const WatchedValue& value : values_) {
    text += "watched " + std::string(PartName(value.part)) + ' ' + Printable(value.name) + '=' +
            Printable(value.text) + (value.complete ? "\n" : " (unfinished)\n");
  }
  return text;
}

}  // namespace rasp
