// SPDX-License-Identifier: Apache-2.0
#include "compile/rule_matcher.h"

#include <algorithm>
#include <charconv>

namespace rasp {
namespace {

bool ParseId(std::string_view text, uint64_t& id) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size();
}

std::string IsNoRule(std::string_view text) {
  return "`" + std::string(text) +
         "` is no rule: write an id, a range 400100-400199, tag:NAME or *";
}

}  // namespace

Result<RuleMatcher> RuleMatcher::Make(By by, std::string_view text) {
  using Made = Result<RuleMatcher>;
  RuleMatcher matcher(by, text);
  if (by == By::kTag || by == By::kMessage) {
    match::Regex::Options options;
    options.ignore_case = true;
    Result<match::Regex> regex = match::Regex::Compile(text, options);
    if (!regex) return Made::Failure("`" + std::string(text) + "`: " + regex.error());
    matcher.regex_.emplace(*std::move(regex));
  }
  while (by == By::kId) {
    const size_t begin = text.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::string_view part = text.substr(0, text.find_first_of(" \t,"));
    text.remove_prefix(part.size());
    const size_t dash = part.find('-');
    uint64_t first = 0;
    uint64_t last = 0;
    if (!ParseId(part.substr(0, dash), first) ||
        !ParseId(dash == std::string_view::npos ? part : part.substr(dash + 1), last)) {
      return Made::Failure(IsNoRule(part));
    }
    if (first > last)
      return Made::Failure("the range " + std::string(part) + " ends before it begins");
    matcher.ranges_.emplace_back(first, last);
  }
  if (by == By::kId && matcher.ranges_.empty()) return Made::Failure(IsNoRule(""));
  return matcher;
}

std::string RuleMatcher::NotFound() const {
  if (by_ == By::kTag) return "no rule has the tag `" + text_ + "`";
  if (by_ == By::kMessage) return "no rule has the message `" + text_ + "`";
  if (ranges_.size() != 1) return "none of these rules exists";
  const auto& [first, last] = ranges_.front();
  return first == last
             ? "there is no rule " + std::to_string(first)
             : "there is no rule from " + std::to_string(first) + " to " + std::to_string(last);
}

bool RuleMatcher::MatchesId(uint64_t id) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [id](const auto& range) { return id >= range.first && id <= range.second; });
}

bool RuleMatcher::MatchesText(std::string_view text, bool exact) const {
  if (exact) return EqualsIgnoreCase(text, text_);
  return regex_->Search(text, nullptr) == match::Regex::Outcome::kMatch;
}

}  // namespace rasp
