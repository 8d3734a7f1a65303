// SPDX-License-Identifier: Apache-2.0
// First byte: how long the pattern is; then the pattern, then the text. Checks that compilation
// explains itself in one line, that every way to ask gives one answer, that what must be present
// for a match is, that groups lie within the text, and that time grows with the text, not with its
// square, whoever runs the pattern.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "match/gram_set.h"
#include "match/regex.h"

namespace {

using rasp::match::Regex;

void Require(bool holds) {
  if (!holds) std::abort();
}

double SecondsFor(const Regex& regex, const std::string& text) {
  const auto start = std::chrono::steady_clock::now();
  Regex::Captures found;
  static_cast<void>(regex.Search(text, &found));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Four times the text must not take ten times as long; the best of three, so that a busy machine
// does not decide.
void RequireLinear(const Regex& regex, std::string_view piece) {
  constexpr size_t kBytes = 2048;
  std::string text;
  while (text.size() < kBytes) text.append(piece);
  const std::string longer = text + text + text + text;
  if (SecondsFor(regex, longer) < 0.05) return;
  double least = 1e9;
  double least_longer = 1e9;
  for (int i = 0; i < 3; ++i) {
    least = std::min(least, SecondsFor(regex, text));
    least_longer = std::min(least_longer, SecondsFor(regex, longer));
  }
  Require(least_longer < 10 * least + 0.05);
}

void RequireGroupsWithin(const Regex::Captures& found, std::string_view text) {
  Require(found.count >= 1 && found.group[0].data() != nullptr);
  for (int i = 0; i < found.count; ++i) {
    const std::string_view group = found.group[static_cast<size_t>(i)];
    if (group.data() == nullptr) continue;
    Require(group.data() >= text.data());
    Require(group.data() + group.size() <= text.data() + text.size());
  }
}

void RequirePresent(const Regex& regex, std::string_view text) {
  Require(regex.presence().MayMatch(rasp::KindsIn(text)));
  static rasp::match::GramSet grams;
  grams.Fill(text, rasp::KindsIn(text));
  Require(regex.presence().MayMatch(grams));
  grams.Clear();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t pattern_size = std::min<size_t>(data[0], size - 1);
  const auto regex = Regex::Compile(all.substr(1, pattern_size));
  if (!regex) {
    Require(!regex.error().empty() && regex.error().find('\n') == std::string::npos);
    return 0;
  }
  const std::string_view text = all.substr(1 + pattern_size);
  Regex::Captures found;
  const Regex::Outcome outcome = regex->Search(text, &found);
  Require(regex->Search(text, nullptr) == outcome);
  Require(regex->SearchBetween(text, 0, text.size(), nullptr) == outcome);
  if (outcome == Regex::Outcome::kMatch) {
    RequireGroupsWithin(found, text);
    RequirePresent(*regex, text);
  }
  // Not so with \K, which moves the start, nor with the smaller budget of what is left.
  if (outcome == Regex::Outcome::kMatch && regex->linear()) {
    const auto begin = static_cast<size_t>(found.group[0].data() - text.data());
    Regex::Captures again;
    Require(regex->SearchFrom(text, begin, &again) == Regex::Outcome::kMatch);
    Require(again.group[0] == found.group[0] && again.group[0].data() == found.group[0].data());
  }
  if (!text.empty()) RequireLinear(*regex, text);
  return 0;
}
