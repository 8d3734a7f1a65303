// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ascii.h"
#include "match/regex.h"
#include "rasp/result.h"

namespace rasp {

// Which rules an exclusion, a ctl or an update means.
class RuleMatcher {
 public:
  enum class By : uint8_t { kAll, kId, kTag, kMessage };

  // kId: "1", "1-9", several parted by blanks or commas. kTag, kMessage: a whole tag or message, or
  // a regular expression for a part of it. Fails with a text that says what is wrong.
  static Result<RuleMatcher> Make(By by, std::string_view text);

  // The indexes of those of `rules` that are meant, in order. `view` gives {id, tags, message} of
  // one. Those whose tag or message is the text itself; if there are none, those that the
  // expression finds.
  template <typename Rules, typename View>
  std::vector<uint32_t> Select(const Rules& rules, View view) const {
    std::vector<uint32_t> found = SelectOnce(rules, view, true);
    return found.empty() ? SelectOnce(rules, view, false) : found;
  }

  // "there is no rule 7", for a selection that is empty.
  std::string NotFound() const;

 private:
  RuleMatcher(By by, std::string_view text) : by_(by), text_(text) {}

  template <typename Rules, typename View>
  std::vector<uint32_t> SelectOnce(const Rules& rules, View view, bool exact) const {
    std::vector<uint32_t> found;
    uint32_t index = 0;
    for (const auto& rule : rules) {
      const auto& [id, tags, message] = view(rule);
      if (Matches(id, tags, message, exact)) found.push_back(index);
      ++index;
    }
    return found;
  }

  template <typename Tags>
  bool Matches(uint64_t id, const Tags& tags, std::string_view message, bool exact) const {
    if (by_ == By::kAll) return true;
    if (by_ == By::kId) return MatchesId(id);
    if (by_ == By::kMessage) return MatchesText(message, exact);
    for (const auto& tag : tags) {
      if (MatchesText(tag, exact)) return true;
    }
    return false;
  }
  bool MatchesId(uint64_t id) const;
  bool MatchesText(std::string_view text, bool exact) const;

  By by_;
  std::string text_;
  std::vector<std::pair<uint64_t, uint64_t>> ranges_;
  std::optional<match::Regex> regex_;
};

}  // namespace rasp
