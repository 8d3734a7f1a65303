// SPDX-License-Identifier: Apache-2.0
#include "match/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <new>
#include <optional>

#include "match/backtracking.h"
#include "match/pattern_rewrite.h"

namespace rasp::match {
namespace {

constexpr int64_t kMaxMemory =
    8 << 20;  // of one pattern's program and state cache; less is 3-5 times slower
constexpr int64_t kBytesPerInstruction = 16;

RE2::Options Re2Options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  return options;
}

using Groups = std::array<re2::StringPiece, Regex::kMaxCaptures>;

}  // namespace

struct Regex::Impl {
  Impl(std::string_view written, const RewrittenPattern& rewritten)
      : pattern(written),
        re2(rewritten.text, Re2Options()),
        presence(rewritten.presence),
        group_count(rewritten.group_count) {}

  // In PCRE2 a multiline ^ does not match behind a newline that ends the text; in RE2 it does.
  // Whether the pattern matches at that place all the same, and with which groups, is the same for
  // every text: found out once, here.
  void LearnMatchAtEnd(const std::string& without_line_start) {
    has_line_start = true;
    const RE2 other(without_line_start, Re2Options());
    Groups groups;
    matches_at_end =
        other.ok() && other.Match("\n", 1, 1, RE2::ANCHOR_START, groups.data(), kMaxCaptures);
    for (size_t i = 0; i < groups.size(); ++i) end_groups[i] = groups[i].data() != nullptr;
  }

  Outcome Confirm(std::string_view input, const re2::StringPiece& wider, size_t end,
                  Captures* captures) const {
    const size_t from = static_cast<size_t>(wider.data() - input.data());
    return backtracking->Search(input, from, end, captures);
  }

  std::string pattern;
  RE2 re2;
  Presence presence;
  std::optional<Backtracking> backtracking;  // confirms what `re2` finds
  std::string note;
  int group_count;
  bool has_line_start = false;
  bool matches_at_end = false;
  std::array<bool, kMaxCaptures> end_groups{};
};

Regex::Regex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

namespace {

std::string Note(std::string_view construct, uint32_t match_limit) {
  return "not linear: " + std::string(construct) +
         " needs PCRE2's backtracking, which gives up after " + std::to_string(match_limit) +
         " steps and then counts as a match";
}

}  // namespace

Result<Regex> Regex::Compile(std::string_view pattern, const Options& options) {
  Result<RewrittenPattern> rewritten = RewritePattern(pattern, options);
  if (!rewritten) return Result<Regex>::Failure(rewritten.error());
  auto impl = std::make_unique<Impl>(pattern, *rewritten);
  if (impl->re2.error_code() == RE2::ErrorPatternTooLarge) {
    if (rewritten->beyond_re2.empty()) rewritten->beyond_re2 = "pattern too large for RE2";
    rewritten->text.clear();
    impl = std::make_unique<Impl>(pattern, *rewritten);
  }
  if (!impl->re2.ok()) {
    return Result<Regex>::Failure("RE2 refuses the pattern: " + impl->re2.error());
  }
  if (!rewritten->beyond_re2.empty()) {
    Result<Backtracking> backtracking = Backtracking::Compile(pattern, options);
    if (!backtracking) {
      return Result<Regex>::Failure(backtracking.error() + " (" + rewritten->beyond_re2 + ")");
    }
    impl->group_count = backtracking->group_count();
    impl->backtracking = *std::move(backtracking);
    impl->note = Note(rewritten->beyond_re2, options.match_limit);
  } else if (!rewritten->without_line_start.empty()) {
    impl->LearnMatchAtEnd(rewritten->without_line_start);
  }
  return Regex(std::move(impl));
}

Regex::Outcome Regex::Search(std::string_view input, Captures* captures) const {
  return SearchBetween(input, 0, input.size(), captures);
}

Regex::Outcome Regex::SearchFrom(std::string_view input, size_t offset, Captures* captures) const {
  return SearchBetween(input, offset, input.size(), captures);
}

Regex::Outcome Regex::SearchBetween(std::string_view input, size_t offset, size_t end,
                                    Captures* captures) const try {
  if (input.data() == nullptr) input = "";  // so that data() tells an empty match from none
  const bool at_final_newline =
      impl_->has_line_start && end == input.size() && end > 0 && input.back() == '\n';
  const int wanted =
      captures == nullptr
          ? 0
          : std::clamp(captures->wanted, 1, std::min(impl_->group_count + 1, kMaxCaptures));
  const int asked = impl_->backtracking ? 1 : at_final_newline ? std::max(wanted, 1) : wanted;

  Groups groups;
  const re2::StringPiece text(input.data(), input.size());
  if (!impl_->re2.Match(text, offset, end, RE2::UNANCHORED, groups.data(), asked)) {
    return Outcome::kNoMatch;
  }
  if (impl_->backtracking) return impl_->Confirm(input, groups[0], end, captures);
  const bool only_at_end = at_final_newline && groups[0].data() == input.data() + end;
  if (only_at_end && !impl_->matches_at_end) return Outcome::kNoMatch;
  if (captures == nullptr) return Outcome::kMatch;

  captures->count = wanted;
  for (size_t i = 0; i < static_cast<size_t>(wanted); ++i) {
    if (only_at_end) {
      const char* const where = impl_->end_groups[i] ? input.data() + end : nullptr;
      captures->group[i] = std::string_view(where, 0);
    } else {
      captures->group[i] = std::string_view(groups[i].data(), groups[i].size());
    }
  }
  return Outcome::kMatch;
} catch (const std::bad_alloc&) {
  return Outcome::kGaveUp;
}

std::string_view Regex::note() const { return impl_->note; }
std::string_view Regex::pattern() const { return impl_->pattern; }
std::string_view Regex::rewritten() const { return impl_->re2.pattern(); }
const Presence& Regex::presence() const { return impl_->presence; }
int Regex::group_count() const { return impl_->group_count; }

int64_t Regex::memory_bytes() const {
  const int64_t program = 2 * kBytesPerInstruction * std::max(impl_->re2.ProgramSize(), 0);
  const int64_t other = impl_->backtracking ? impl_->backtracking->memory_bytes() : 0;
  return program + other +
         static_cast<int64_t>(impl_->pattern.size() + impl_->re2.pattern().size());
}

}  // namespace rasp::match
