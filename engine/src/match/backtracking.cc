// SPDX-License-Identifier: Apache-2.0
#include "match/backtracking.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <string>

namespace rasp::match {
namespace {

// A search takes at most so many steps, and never more than Options::match_limit. Short inputs get
// less: a few values of a request cannot each cost what a large one may.
constexpr uint64_t kStepsPerSearch = 5000;
constexpr uint64_t kStepsPerByte = 64;
// What PCRE2 can do between two steps: bytes that a repeat runs over, and that a back-reference
// compares.
constexpr uint64_t kRepeatBytesPerStep = 16;
constexpr uint64_t kReferenceBytesPerStep = 64;
constexpr uint32_t kMaxHeapKib = 1024;  // of one search's frames

template <typename T, void (*kFree)(T*)>
struct Free {
  void operator()(T* object) const { kFree(object); }
};
using Code = std::unique_ptr<pcre2_code, Free<pcre2_code, pcre2_code_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data, pcre2_match_data_free>>;
using MatchContext =
    std::unique_ptr<pcre2_match_context, Free<pcre2_match_context, pcre2_match_context_free>>;

PCRE2_SPTR Bytes(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

struct Budget {
  std::string_view pattern;
  bool has_references = false;
  uint64_t left = 0;
  size_t position = 0;  // where the last step was
};

uint64_t LongestGroup(const pcre2_callout_block& step) {
  size_t longest = 0;
  for (uint32_t i = 1; i < step.capture_top; ++i) {
    const size_t begin = step.offset_vector[2 * i];
    if (begin == PCRE2_UNSET) continue;
    longest = std::max(longest, step.offset_vector[2 * i + 1] - begin);
  }
  return longest;
}

// PCRE2's own match limit counts anew at every place where a match may begin, which makes its worst
// case quadratic. So each item of the pattern is preceded by a callout, and the callout counts.
int CountStep(pcre2_callout_block* step, void* data) {
  Budget& budget = *static_cast<Budget*>(data);
  const size_t at = step->current_position;
  const size_t moved = at > budget.position ? at - budget.position : budget.position - at;
  budget.position = at;
  uint64_t cost = 1 + moved / kRepeatBytesPerStep;
  const char next = step->next_item_length > 0 ? budget.pattern[step->pattern_position] : '\0';
  if (budget.has_references && (next == '\\' || next == '(')) {
    cost += LongestGroup(*step) / kReferenceBytesPerStep;
  }
  if (cost > budget.left) return PCRE2_ERROR_CALLOUT;
  budget.left -= cost;
  return 0;
}

std::string Explain(int error) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(error, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

}  // namespace

struct Backtracking::Impl {
  std::string pattern;
  Code code;
  uint64_t match_limit = 0;
  uint32_t group_count = 0;
  bool has_references = false;
};

Backtracking::Backtracking(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Backtracking::~Backtracking() = default;
Backtracking::Backtracking(Backtracking&&) noexcept = default;
Backtracking& Backtracking::operator=(Backtracking&&) noexcept = default;

Result<Backtracking> Backtracking::Compile(std::string_view pattern,
                                           const Regex::Options& options) {
  uint32_t flags = PCRE2_AUTO_CALLOUT | PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP;
  flags |= options.multiline ? PCRE2_MULTILINE : PCRE2_DOLLAR_ENDONLY;
  if (options.dot_all) flags |= PCRE2_DOTALL;
  if (options.ignore_case) flags |= PCRE2_CASELESS;
  int error = 0;
  PCRE2_SIZE offset = 0;
  Code code(pcre2_compile(Bytes(pattern), pattern.size(), flags, &error, &offset, nullptr));
  if (!code) {
    return Result<Backtracking>::Failure("PCRE2 refuses the pattern at offset " +
                                         std::to_string(offset) + ": " + Explain(error));
  }
  auto impl = std::make_unique<Impl>();
  impl->pattern = pattern;
  uint32_t references = 0;
  pcre2_pattern_info(code.get(), PCRE2_INFO_BACKREFMAX, &references);
  pcre2_pattern_info(code.get(), PCRE2_INFO_CAPTURECOUNT, &impl->group_count);
  impl->has_references = references > 0;
  impl->match_limit = options.match_limit;
  impl->code = std::move(code);
  return Backtracking(std::move(impl));
}

Regex::Outcome Backtracking::Search(std::string_view input, size_t offset, size_t end,
                                    Regex::Captures* captures) const {
  const MatchContext context(pcre2_match_context_create(nullptr));
  const MatchData data(pcre2_match_data_create(Regex::kMaxCaptures, nullptr));
  if (!context || !data) return Regex::Outcome::kGaveUp;
  Budget budget{impl_->pattern, impl_->has_references,
                std::min(impl_->match_limit, kStepsPerSearch + kStepsPerByte * (end - offset)),
                offset};
  pcre2_set_callout(context.get(), CountStep, &budget);
  pcre2_set_offset_limit(context.get(), end);
  pcre2_set_heap_limit(context.get(), kMaxHeapKib);

  const int found = pcre2_match(impl_->code.get(), Bytes(input), input.size(), offset, 0,
                                data.get(), context.get());
  if (found == PCRE2_ERROR_NOMATCH) return Regex::Outcome::kNoMatch;
  if (found < 0) return Regex::Outcome::kGaveUp;
  if (captures == nullptr) return Regex::Outcome::kMatch;

  const PCRE2_SIZE* const spans = pcre2_get_ovector_pointer(data.get());
  const int filled = found == 0 ? Regex::kMaxCaptures : found;  // 0: more groups than there is room
  captures->count =
      std::clamp(captures->wanted, 1, std::min(group_count() + 1, Regex::kMaxCaptures));
  for (int i = 0; i < captures->count; ++i) {
    const size_t begin = spans[2 * i];
    const bool took_part = i < filled && begin != PCRE2_UNSET;
    captures->group[static_cast<size_t>(i)] =
        took_part ? input.substr(begin, spans[2 * i + 1] - begin) : std::string_view();
  }
  return Regex::Outcome::kMatch;
}

int Backtracking::group_count() const { return static_cast<int>(impl_->group_count); }

int64_t Backtracking::memory_bytes() const {
  size_t size = 0;
  pcre2_pattern_info(impl_->code.get(), PCRE2_INFO_SIZE, &size);
  return static_cast<int64_t>(size + impl_->pattern.size());
}

}  // namespace rasp::match
