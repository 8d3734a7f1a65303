// SPDX-License-Identifier: Apache-2.0
#include "audit/snippet.h"

#include <algorithm>

#include "audit/readable.h"
#include "audit/redaction.h"
#include "audit/secrets.h"
#include "core/ascii.h"

namespace rasp::audit {
namespace {

constexpr size_t kContext = 32;    // bytes shown on each side of the match
constexpr size_t kMaxMatch = 128;  // bytes shown of the match
constexpr size_t kWindow =
    16384;  // bytes on each side of the match in which secrets are looked for
constexpr std::string_view kEllipsis = "...";

// Moves `at` down to the start of a UTF-8 sequence; stays where there is none.
size_t CharacterBegin(std::string_view text, size_t at) {
  for (size_t back = 0; back < 4 && back <= at; ++back) {
    if (Utf8Length(text, at - back) > back) return at - back;
  }
  return at;
}

std::string_view VariableOf(std::string_view target) { return target.substr(0, target.find(':')); }

bool IsNamesOf(std::string_view variable) {
  constexpr std::string_view kSuffix = "_NAMES";
  return variable.size() > kSuffix.size() &&
         EqualsIgnoreCase(variable.substr(variable.size() - kSuffix.size()), kSuffix);
}

std::string Cut(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return Readable(text);
  return Readable(text.substr(0, CharacterBegin(text, max_bytes))) + std::string(kEllipsis);
}

}  // namespace

bool TargetHoldsNames(std::string_view target) { return IsNamesOf(VariableOf(target)); }

bool TargetIsSecret(std::string_view target) {
  const std::string_view variable = VariableOf(target);
  if (TargetHoldsNames(target)) return false;
  if (EqualsIgnoreCase(variable, "REQUEST_COOKIES")) return true;
  return variable.size() < target.size() && NameIsSecret(target.substr(variable.size() + 1));
}

bool TargetIsDerived(std::string_view target) {
  const std::string_view variable = VariableOf(target);
  return EqualsIgnoreCase(variable, "TX") || StartsWithIgnoreCase(variable, "MATCHED_VAR");
}

Snippet MakeSnippet(const RuleMatch& match, bool all_secret, const Hidden& hidden) {
  const size_t size = match.value.size();
  const size_t match_begin = std::min<size_t>(match.offset, size);
  const size_t match_end = match_begin + std::min<size_t>(match.length, size - match_begin);
  const size_t shown_end = match_end - match_begin <= kMaxMatch
                               ? match_end
                               : CharacterBegin(match.value, match_begin + kMaxMatch);

  const size_t window_begin = match_begin - std::min(match_begin, kWindow);
  const size_t window_end = shown_end + std::min(size - shown_end, kWindow);
  const std::string_view window = match.value.substr(window_begin, window_end - window_begin);
  const auto context =
      TargetHoldsNames(match.target) ? Redaction::Context::kName : Redaction::Context::kValue;
  const Redaction redaction =
      all_secret ? Redaction::Whole(window) : Redaction(window, context, hidden);

  const std::string_view text = redaction.text();
  const size_t begin = redaction.Map(match_begin - window_begin, false);
  const size_t end = std::max(begin, redaction.Map(shown_end - window_begin, true));
  const size_t from = CharacterBegin(text, begin - std::min(begin, kContext));
  const size_t to = CharacterBegin(text, std::min(text.size(), end + kContext));

  Snippet snippet;
  const std::string before = Readable(text.substr(from, begin - from));
  const std::string matched = Readable(text.substr(begin, end - begin));
  snippet.offset = CountCodePoints(before);
  snippet.length = CountCodePoints(matched);
  snippet.text = before + matched + Readable(text.substr(end, std::max(end, to) - end));
  snippet.truncated = from > 0 || to < text.size() || window.size() < size || shown_end < match_end;
  return snippet;
}

std::string ShownText(std::string_view text, size_t max_bytes, const Hidden& hidden) {
  const std::string_view window = text.substr(0, max_bytes + kWindow);
  return Cut(Redaction(window, Redaction::Context::kValue, hidden).text(), max_bytes);
}

std::string ShownName(std::string_view name, size_t max_bytes) {
  const std::string_view window = name.substr(0, max_bytes + kWindow);
  return Cut(Redaction(window, Redaction::Context::kName).text(), max_bytes);
}

}  // namespace rasp::audit
