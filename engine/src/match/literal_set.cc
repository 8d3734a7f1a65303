// SPDX-License-Identifier: Apache-2.0
#include "match/literal_set.h"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "core/ascii.h"

namespace rasp::match {
namespace {

constexpr int kLeastBytes = 2;
// Sets a letter in lower case; other bytes it maps two on one, which is made up for later.
constexpr uint8_t kCaseBit = 0x20;

constexpr size_t kLanes = 16;

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The more signs, and the longer, the rarer in ordinary texts.
size_t Rarity(std::string_view text) {
  const auto signs = std::count_if(text.begin(), text.end(), [](char c) {
    return !IsAlpha(c) && !IsDigit(c) && c != ' ' && c != '.';
  });
  return static_cast<size_t>(signs) * 4 + text.size();
}

size_t Length(std::string_view text) { return text.size(); }

// Of the atoms so many that nothing can match a text which has none of them, those that rank higher
// rather than others. Empty: there are none such.
std::vector<std::string> Needed(const re2::FilteredRE2& filter,
                                const std::vector<std::string>& atoms,
                                size_t (*rank)(std::string_view)) {
  // Whether nothing can match a text that has these of the atoms and no others.
  const auto rules_out = [&filter](const std::vector<int>& present) {
    std::vector<int> possible;
    filter.AllPotentials(present, &possible);
    return possible.empty();
  };
  std::vector<size_t> order(atoms.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return rank(atoms[a]) < rank(atoms[b]); });
  std::vector<int> present;
  if (!rules_out(present)) return {};
  std::vector<std::string> needed;
  for (const size_t index : order) {
    present.push_back(static_cast<int>(index));
    if (rules_out(present)) continue;
    present.pop_back();
    needed.push_back(atoms[index]);
  }
  // One that holds another is not there without it.
  std::vector<std::string> least;
  for (const std::string& text : needed) {
    if (std::none_of(needed.begin(), needed.end(), [&text](const std::string& other) {
          return other.size() < text.size() && text.find(other) != std::string::npos;
        }))
      least.push_back(text);
  }
  std::sort(least.begin(), least.end());
  return least;
}

}  // namespace

std::vector<LiteralSet> LiteralSet::Of(std::span<const std::string> patterns) {
  re2::FilteredRE2 filter(kLeastBytes);
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  for (const std::string& pattern : patterns) {
    int id = 0;
    if (filter.Add(pattern, options, &id) != re2::RE2::NoError) return {};
  }
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  std::vector<LiteralSet> sets;
  for (const auto rank : {Rarity, Length}) {
    std::vector<std::string> texts = Needed(filter, atoms, rank);
    if (texts.empty() || texts.size() > kMost || !std::all_of(texts.begin(), texts.end(), IsAscii))
      continue;
    if (sets.empty() || sets.front().texts() != texts) sets.emplace_back(std::move(texts));
  }
  return sets;
}

LiteralSet::LiteralSet(std::vector<std::string> texts) : texts_(std::move(texts)) {
  for (std::string& text : texts_) {
    std::transform(text.begin(), text.end(), text.begin(), ToLower);
    const Lanes first = Lanes{} + static_cast<uint8_t>(text[0] | kCaseBit);
    const Lanes second = Lanes{} + static_cast<uint8_t>(text[1] | kCaseBit);
    auto at = std::find_if(beginnings_.begin(), beginnings_.end(),
                           [first](const Beginning& known) { return known.first[0] == first[0]; });
    if (at == beginnings_.end()) at = beginnings_.insert(at, Beginning{first, {}});
    if (std::none_of(at->second.begin(), at->second.end(),
                     [second](const Lanes& known) { return known[0] == second[0]; }))
      at->second.push_back(second);
  }
}

LiteralSet::Lanes LiteralSet::Load(const char* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, kLanes);
  return lanes | kCaseBit;
}

bool LiteralSet::IsZero(Lanes lanes) {
  std::array<uint64_t, 2> halves;
  std::memcpy(&halves, &lanes, kLanes);
  return (halves[0] | halves[1]) == 0;
}

bool LiteralSet::BeginsAt(std::string_view text, size_t at) const {
  return std::any_of(texts_.begin(), texts_.end(), [&](std::string_view wanted) {
    return text.size() - at >= wanted.size() &&
           std::equal(wanted.begin(), wanted.end(), text.begin() + static_cast<ptrdiff_t>(at),
                      [](char a, char b) { return a == ToLower(b); });
  });
}

// Two bytes of each at sixteen places at once, and the whole text where those stand.
bool LiteralSet::AnyIn(std::string_view text) const {
  size_t i = 0;
  for (; i + kLanes < text.size(); i += kLanes) {
    const Lanes now = Load(text.data() + i);
    const Lanes next = Load(text.data() + i + 1);
    Lanes found = {};
    for (const Beginning& beginning : beginnings_) {
      Lanes behind = {};
      for (const Lanes& second : beginning.second) behind |= Lanes(next == second);
      found |= Lanes(now == beginning.first) & behind;
    }
    if (IsZero(found)) continue;
    for (size_t k = 0; k < kLanes; ++k) {
      if (found[k] != 0 && BeginsAt(text, i + k)) return true;
    }
  }
  for (; i < text.size(); ++i) {
    if (BeginsAt(text, i)) return true;
  }
  return false;
}

}  // namespace rasp::match
