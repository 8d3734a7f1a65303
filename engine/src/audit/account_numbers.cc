// SPDX-License-Identifier: Apache-2.0
#include "audit/account_numbers.h"

#include <algorithm>
#include <array>

#include "core/ascii.h"

namespace rasp::audit {
namespace {

constexpr size_t kMinCard = 13;
constexpr size_t kMaxCard = 19;
constexpr size_t kCardFront = 6;
constexpr size_t kCardBack = 4;
constexpr size_t kMinIban = 15;
constexpr size_t kMaxIban = 34;

bool IsAlnum(char c) { return IsAlpha(c) || IsDigit(c); }
bool IsGroupSeparator(char c) { return c == ' ' || c == '-' || c == '+'; }

// Whether a number may begin at `at`, or end before it: not in the midst of a longer run.
template <typename InRun>
bool IsBorder(std::string_view text, size_t at, InRun in_run) {
  return at == 0 || at >= text.size() || !in_run(text[at - 1]) || !in_run(text[at]);
}

// The positions of up to N bytes of a run that starts at `begin`, single separators between them
// skipped.
template <size_t N>
struct Run {
  std::array<size_t, N> at{};
  size_t size = 0;
};

template <size_t N, typename InRun>
Run<N> CollectRun(std::string_view text, size_t begin, InRun in_run) {
  Run<N> run;
  for (size_t i = begin; i < text.size() && run.size < N; ++i) {
    if (in_run(text[i])) {
      run.at[run.size++] = i;
    } else if (!IsGroupSeparator(text[i]) || i + 1 == text.size() || !in_run(text[i + 1])) {
      break;
    }
  }
  return run;
}

bool LuhnHolds(std::string_view text, const Run<kMaxCard>& run, size_t count) {
  int sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const int digit = text[run.at[count - 1 - i]] - '0';
    const int doubled = i % 2 == 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 == 0;
}

// The longest card number that starts at the run's begin; 0 if none.
size_t CardLength(std::string_view text, const Run<kMaxCard>& run) {
  for (size_t count = run.size; count >= kMinCard; --count) {
    const bool whole = IsBorder(text, run.at[count - 1] + 1, IsDigit);
    if (whole && LuhnHolds(text, run, count)) return count;
  }
  return 0;
}

int AppendMod97(int remainder, char c) {
  if (IsDigit(c)) return (remainder * 10 + (c - '0')) % 97;
  return (remainder * 100 + (ToUpper(c) - 'A' + 10)) % 97;
}

// The longest account number that starts at the run's begin; 0 if none.
size_t IbanLength(std::string_view text, const Run<kMaxIban>& run) {
  size_t longest = 0;
  int rest = 0;
  for (size_t i = 4; i < run.size; ++i) {
    rest = AppendMod97(rest, text[run.at[i]]);
    if (i + 1 < kMinIban || !IsBorder(text, run.at[i] + 1, IsAlnum)) continue;
    int remainder = rest;
    for (size_t head = 0; head < 4; ++head) remainder = AppendMod97(remainder, text[run.at[head]]);
    if (remainder == 1) longest = i + 1;
  }
  return longest;
}

// The byte of the run before `at`, a single separator skipped; `at` if the run begins there.
size_t BeforeInRun(std::string_view text, size_t at) {
  if (at > 0 && IsAlnum(text[at - 1])) return at - 1;
  return at > 1 && IsGroupSeparator(text[at - 1]) && IsAlnum(text[at - 2]) ? at - 2 : at;
}

// Where a number begins whose third byte, the first of its two check digits, is the digit at
// `check`; text.size() if none does. Few words have a digit, and so few places are looked at.
size_t IbanBegin(std::string_view text, size_t check) {
  const size_t second = BeforeInRun(text, check);
  const size_t first = BeforeInRun(text, second);
  const bool begins = second < check && first < second && IsAlpha(text[first]) &&
                      IsAlpha(text[second]) && (first == 0 || !IsAlnum(text[first - 1]));
  return begins ? first : text.size();
}

bool HasDigits(std::string_view text, size_t least) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), IsDigit)) >= least;
}

}  // namespace

void FindCardNumbers(std::string_view text, Secrets& out) {
  if (!HasDigits(text, kMinCard)) return;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] < '2' || text[i] > '6' || !IsBorder(text, i, IsDigit)) continue;
    const auto run = CollectRun<kMaxCard>(text, i, IsDigit);
    const size_t count = CardLength(text, run);
    if (count == 0) continue;
    out.push_back({run.at[kCardFront], run.at[count - kCardBack - 1] + 1, "card"});
  }
}

void FindIbans(std::string_view text, Secrets& out) {
  for (size_t i = 2; i < text.size(); ++i) {
    if (!IsDigit(text[i])) continue;
    const size_t begin = IbanBegin(text, i);
    if (begin == text.size()) continue;
    const auto run = CollectRun<kMaxIban>(text, begin, IsAlnum);
    if (run.size < kMinIban || !IsDigit(text[run.at[3]])) continue;
    const size_t count = IbanLength(text, run);
    if (count == 0) continue;
    out.push_back({run.at[4], run.at[count - 1] + 1, "iban"});
  }
}

}  // namespace rasp::audit
