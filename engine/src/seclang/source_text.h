// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/diagnostic.h"

namespace rasp {

// A file's bytes and where its lines begin. A byte order mark is no part of the first line.
class SourceText {
 public:
  SourceText(std::string file, std::string_view text);

  const std::string& file() const { return file_; }
  std::string_view text() const { return text_; }
  SourceLocation At(size_t offset) const;

 private:
  std::string file_;
  std::string_view text_;
  std::vector<size_t> line_starts_;
};

// A word of a directive as it reads without its quotes, escapes and line continuations; knows for
// each of its bytes where it stands. Must not outlive its source.
class Piece {
 public:
  Piece() = default;
  explicit Piece(const SourceText& source) : source_(&source) {}

  void Append(char c, size_t source_offset);
  // Where a piece without bytes stands.
  void StandAt(size_t source_offset) { start_ = source_offset; }

  std::string_view text() const { return text_; }
  SourceLocation At(size_t position) const;
  SourceLocation where() const { return source_->At(start_); }

 private:
  // From text_[at] on, bytes stand at `source` and behind it.
  struct Run {
    size_t at;
    size_t source;
  };

  const SourceText* source_ = nullptr;
  std::string text_;
  std::vector<Run> runs_;
  size_t start_ = 0;
};

}  // namespace rasp
