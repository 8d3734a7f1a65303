// SPDX-License-Identifier: Apache-2.0
#include "http/body/boundary.h"

#include <algorithm>

#include "core/ascii.h"

namespace rasp {
namespace {

constexpr size_t kMaxLearned = 70;  // RFC 2046 section 5.1.1

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool IsBoundaryByte(char c) {
  return IsAlpha(c) || IsDigit(c) ||
         std::string_view("'()+_,-./:=?").find(c) != std::string_view::npos;
}

std::string_view WithoutOrnament(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("- \t\"'"), text.size()));
  return text;
}

// "--" and a word of bytes that boundaries are made of, dashes alone excepted (people draw lines
// with them).
bool LooksLikeDelimiter(std::string_view line) {
  const std::string_view word = TrimEnd(line).substr(2);
  return word.size() <= kMaxLearned + 2 && word.find_first_not_of('-') != word.npos &&
         std::all_of(word.begin(), word.end(), IsBoundaryByte);
}

}  // namespace

Boundary::Boundary(std::string_view boundary, std::pmr::memory_resource* memory)
    : delimiter_("--", memory) {
  delimiter_ += boundary;
}

LineKind Boundary::Classify(std::string_view line) const {
  if (!line.starts_with("--")) return LineKind::kData;
  if (known() && line.starts_with(delimiter_) && line.size() <= max_line()) {
    const std::string_view rest = TrimEnd(line.substr(delimiter_.size()));
    if (rest.empty()) return LineKind::kDelimiter;
    if (rest == "--") return LineKind::kFinalDelimiter;
  }
  const std::string_view bare = WithoutOrnament(delimiter_);
  const bool names_it = !bare.empty() && WithoutOrnament(line).starts_with(bare);
  return names_it || LooksLikeDelimiter(line) ? LineKind::kSuspiciousData : LineKind::kData;
}

void Boundary::LearnFrom(std::string_view line) {
  std::string_view name = TrimEnd(line).substr(2);
  if (name.size() > 2 && name.ends_with("--")) name.remove_suffix(2);
  delimiter_.append(name);
}

}  // namespace rasp
