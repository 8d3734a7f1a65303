// SPDX-License-Identifier: Apache-2.0
#include "match/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <new>
#include <optional>
#include <span>

#include "core/thread_clock.h"
#include "match/backtracking.h"
#include "match/pattern_rewrite.h"

namespace rasp::match {
namespace {

constexpr int64_t kBytesPerInstruction = 16;
// Measured on hostile texts over OWASP CRS: with half of it they take twice as long, with a quarter
// six times; twice as much gains a tenth.
constexpr int64_t kStatesPerInstruction = 2 << 10;
// RE2 refuses a program that fills too much of its memory; these get what they need.
constexpr int64_t kLargestProgram = 2 * Regex::kMostStates;

// A power of two, so that a rough idea of the program's size mostly gives the same.
int64_t MemoryFor(int64_t instructions) {
  const int64_t wanted =
      std::clamp(instructions * kStatesPerInstruction, Regex::kLeastStates, Regex::kMostStates);
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(wanted)));
}

RE2::Options Re2Options(int64_t memory) {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_max_mem(memory);
  return options;
}

// How large the program of a pattern is can be told only when it is compiled, and how much memory
// it may use must be said beforehand: mostly the length of the pattern tells, otherwise it is
// compiled again.
std::unique_ptr<RE2> CompileRe2(const std::string& pattern) {
  const int64_t guess = MemoryFor(static_cast<int64_t>(pattern.size()));
  auto re2 = std::make_unique<RE2>(pattern, Re2Options(guess));
  for (const int64_t more : {Regex::kMostStates, kLargestProgram}) {
    if (re2->error_code() != RE2::ErrorPatternTooLarge) break;
    re2 = std::make_unique<RE2>(pattern, Re2Options(more));
  }
  if (!re2->ok()) return re2;
  const int64_t memory = MemoryFor(re2->ProgramSize());
  if (memory == re2->options().max_mem()) return re2;
  auto fitting = std::make_unique<RE2>(pattern, Re2Options(memory));
  return fitting->ok() ? std::move(fitting) : std::move(re2);
}

using Groups = std::array<re2::StringPiece, Regex::kMaxCaptures>;

}  // namespace

struct Regex::Impl {
  Impl(std::string_view written, const RewrittenPattern& rewritten, const Options& options)
      : pattern(written),
        re2(CompileRe2(rewritten.text)),
        presence(rewritten.presence),
        group_count(rewritten.group_count),
        matches_all(written == "^.*$" && options.multiline && options.dot_all) {}

  // In PCRE2 a multiline ^ does not match behind a newline that ends the text; in RE2 it does.
  // Whether the pattern matches at that place all the same, and with which groups, is the same for
  // every text: found out once, here.
  void LearnMatchAtEnd(const std::string& without_line_start) {
    has_line_start = true;
    const RE2 other(without_line_start, Re2Options(re2->options().max_mem()));
    Groups groups;
    matches_at_end =
        other.ok() && other.Match("\n", 1, 1, RE2::ANCHOR_START, groups.data(), kMaxCaptures);
    for (size_t i = 0; i < groups.size(); ++i) end_groups[i] = groups[i].data() != nullptr;
  }

  bool Run(std::string_view input, size_t offset, size_t end, re2::StringPiece* groups,
           int count) const {
    const re2::StringPiece text(input.data(), input.size());
    if (end - offset < kTimedBytes) {
      return re2->Match(text, offset, end, RE2::UNANCHORED, groups, count);
    }
    const int64_t start = ThreadCpuNanoseconds();
    const bool matches = re2->Match(text, offset, end, RE2::UNANCHORED, groups, count);
    const auto bytes = static_cast<int64_t>(end - offset);
    if (ThreadCpuNanoseconds() - start > bytes * kSlowNanoseconds) {
      slow_searches.fetch_add(1, std::memory_order_relaxed);
    }
    return matches;
  }

  // Whether even a yes or no needs the place of what RE2 found.
  bool MustKnowWhere(std::string_view input, size_t end) const {
    return backtracking || EndsInFinalNewline(input, end);
  }

  // Where a multiline ^ means something else to RE2.
  bool EndsInFinalNewline(std::string_view input, size_t end) const {
    return has_line_start && end == input.size() && end > 0 && input.back() == '\n';
  }

  Outcome Report(std::string_view input, size_t end, std::span<const re2::StringPiece> found,
                 Captures* captures) const {
    const bool only_at_end =
        EndsInFinalNewline(input, end) && found[0].data() == input.data() + end;
    if (only_at_end && !matches_at_end) return Outcome::kNoMatch;
    if (captures == nullptr) return Outcome::kMatch;
    captures->count = static_cast<int>(found.size());
    for (size_t i = 0; i < found.size(); ++i) {
      if (only_at_end) {
        const char* const where = end_groups[i] ? input.data() + end : nullptr;
        captures->group[i] = std::string_view(where, 0);
      } else {
        captures->group[i] = std::string_view(found[i].data(), found[i].size());
      }
    }
    return Outcome::kMatch;
  }

  Outcome Confirm(std::string_view input, const re2::StringPiece& wider, size_t end,
                  Captures* captures) const {
    const size_t from = static_cast<size_t>(wider.data() - input.data());
    return backtracking->Search(input, from, end, captures);
  }

  std::string pattern;
  std::unique_ptr<RE2> re2;
  Presence presence;
  std::optional<Backtracking> backtracking;  // confirms what `re2` finds
  std::string note;
  int group_count;
  bool matches_all;  // every text, as a whole
  bool has_line_start = false;
  bool matches_at_end = false;
  std::array<bool, kMaxCaptures> end_groups{};
  mutable std::atomic<uint64_t> slow_searches = 0;
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
  auto impl = std::make_unique<Impl>(pattern, *rewritten, options);
  if (impl->re2->error_code() == RE2::ErrorPatternTooLarge) {
    if (rewritten->beyond_re2.empty()) rewritten->beyond_re2 = "pattern too large for RE2";
    rewritten->text.clear();
    impl = std::make_unique<Impl>(pattern, *rewritten, options);
  }
  if (!impl->re2->ok()) {
    return Result<Regex>::Failure("RE2 refuses the pattern: " + impl->re2->error());
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
  if (impl_->matches_all && offset == 0 && end == input.size()) {
    if (captures != nullptr) {
      captures->group[0] = input;
      captures->count = 1;
    }
    return Outcome::kMatch;
  }
  if (captures == nullptr && !impl_->MustKnowWhere(input, end)) {
    return impl_->Run(input, offset, end, nullptr, 0) ? Outcome::kMatch : Outcome::kNoMatch;
  }
  const int wanted =
      captures == nullptr
          ? 1
          : std::clamp(captures->wanted, 1, std::min(impl_->group_count + 1, kMaxCaptures));
  if (wanted == 1 || impl_->backtracking) {
    std::array<re2::StringPiece, 1> span;
    if (!impl_->Run(input, offset, end, span.data(), 1)) return Outcome::kNoMatch;
    if (impl_->backtracking) return impl_->Confirm(input, span[0], end, captures);
    return impl_->Report(input, end, span, captures);
  }
  Groups groups;
  if (!impl_->Run(input, offset, end, groups.data(), wanted)) return Outcome::kNoMatch;
  return impl_->Report(
      input, end, std::span<const re2::StringPiece>(groups.data(), static_cast<size_t>(wanted)),
      captures);
} catch (const std::bad_alloc&) {
  return Outcome::kGaveUp;
}

std::string_view Regex::note() const { return impl_->note; }
std::string_view Regex::pattern() const { return impl_->pattern; }
std::string_view Regex::rewritten() const { return impl_->re2->pattern(); }
const Presence& Regex::presence() const { return impl_->presence; }
int Regex::group_count() const { return impl_->group_count; }

int64_t Regex::memory_bytes() const {
  const int64_t program = 2 * kBytesPerInstruction * std::max(impl_->re2->ProgramSize(), 0);
  const int64_t other = impl_->backtracking ? impl_->backtracking->memory_bytes() : 0;
  return program + other +
         static_cast<int64_t>(impl_->pattern.size() + impl_->re2->pattern().size());
}

int64_t Regex::memory_ceiling() const { return impl_->re2->options().max_mem(); }

uint64_t Regex::slow_searches() const {
  return impl_->slow_searches.load(std::memory_order_relaxed);
}

}  // namespace rasp::match
