// SPDX-License-Identifier: Apache-2.0
#include "seclang/source_text.h"

#include <algorithm>

namespace rasp {

SourceText::SourceText(std::string file, std::string_view text)
    : file_(std::move(file)), text_(text) {
  if (text_.substr(0, 3) == "\xEF\xBB\xBF") text_.remove_prefix(3);
  line_starts_.push_back(0);
  for (size_t end = text_.find('\n'); end != std::string_view::npos;
       end = text_.find('\n', end + 1)) {
    line_starts_.push_back(end + 1);
  }
}

SourceLocation SourceText::At(size_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<size_t>(after - line_starts_.begin());
  return {file_, static_cast<uint32_t>(line),
          static_cast<uint32_t>(offset - line_starts_[line - 1] + 1), ""};
}

void Piece::Append(char c, size_t source_offset) {
  const bool goes_on =
      !runs_.empty() && runs_.back().source + (text_.size() - runs_.back().at) == source_offset;
  if (!goes_on) runs_.push_back({text_.size(), source_offset});
  text_ += c;
}

SourceLocation Piece::At(size_t position) const {
  if (runs_.empty()) return source_->At(start_);
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), position,
                                      [](size_t at, const Run& run) { return at < run.at; });
  const Run& run = after == runs_.begin() ? *after : *(after - 1);
  return source_->At(run.source + (position - run.at));
}

}  // namespace rasp
