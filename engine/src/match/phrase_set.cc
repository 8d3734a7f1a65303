// SPDX-License-Identifier: Apache-2.0
#include "match/phrase_set.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/ascii.h"

// Aho and Corasick's automaton. States are numbered breadth first, so a state's children stand side
// by side and need only their first bytes in a sorted array; the root, where most of a harmless
// text is spent, has a full table.

namespace rasp::match {
namespace {

constexpr uint32_t kRoot = 0;

unsigned char Fold(char c) { return static_cast<unsigned char>(ToLower(c)); }

}  // namespace

struct PhraseSet::Impl {
  struct State {
    uint32_t first_child = 0;  // children are [first_child, first_child + child_count)
    uint32_t fallback =
        kRoot;           // the longest proper suffix of this state's text that is also a state
    uint32_t found = 0;  // length of the longest phrase that ends here; 0: none
    uint16_t child_count = 0;
  };

  // The child of `state` by `byte`, or kRoot, which is nobody's child.
  uint32_t Child(uint32_t state, unsigned char byte) const {
    const State& s = states[state];
    const auto begin = labels.begin() + s.first_child;
    const auto end = begin + s.child_count;
    const auto it =
        s.child_count <= 4 ? std::find(begin, end, byte) : std::lower_bound(begin, end, byte);
    return it == end || *it != byte ? kRoot : static_cast<uint32_t>(it - labels.begin());
  }

  // Each step down was paid for by a byte that led up: linear in all.
  uint32_t Next(uint32_t state, unsigned char byte) const {
    while (state != kRoot) {
      if (const uint32_t child = Child(state, byte); child != kRoot) return child;
      state = states[state].fallback;
    }
    return from_root[byte];
  }

  void BuildTree(const std::vector<std::string>& sorted);
  void LinkFallbacks();

  std::vector<State> states;
  std::vector<unsigned char> labels;  // by state: the byte that leads into it
  std::array<uint32_t, 256> from_root{};
  size_t phrase_count = 0;
};

// `sorted`: folded, without duplicates. A state is a range of phrases that share their first
// `depth` bytes.
void PhraseSet::Impl::BuildTree(const std::vector<std::string>& sorted) {
  struct Pending {
    size_t begin, end, depth;
  };
  std::vector<Pending> ranges{{0, sorted.size(), 0}};
  states.emplace_back();
  labels.push_back(0);
  for (size_t state = 0; state < ranges.size(); ++state) {
    auto [begin, end, depth] = ranges[state];
    if (begin < end && sorted[begin].size() == depth) {
      states[state].found = static_cast<uint32_t>(depth);
      ++begin;
    }
    states[state].first_child = static_cast<uint32_t>(states.size());
    while (begin < end) {
      const char byte = sorted[begin][depth];
      size_t last = begin;
      while (last < end && sorted[last][depth] == byte) ++last;
      ranges.push_back({begin, last, depth + 1});
      states.emplace_back();
      labels.push_back(static_cast<unsigned char>(byte));
      ++states[state].child_count;
      begin = last;
    }
  }
}

void PhraseSet::Impl::LinkFallbacks() {
  const State& root = states[kRoot];
  for (uint32_t child = root.first_child; child < root.first_child + root.child_count; ++child) {
    from_root[labels[child]] = child;
  }
  for (uint32_t state = 1; state < states.size(); ++state) {
    State& s = states[state];
    if (s.found == 0) s.found = states[s.fallback].found;
    for (uint32_t child = s.first_child; child < s.first_child + s.child_count; ++child) {
      states[child].fallback = Next(s.fallback, labels[child]);
    }
  }
}

PhraseSet::PhraseSet(std::span<const std::string> phrases) : impl_(std::make_unique<Impl>()) {
  std::vector<std::string> sorted;
  for (const std::string& phrase : phrases) {
    if (phrase.empty()) continue;
    std::string folded = phrase;
    std::transform(folded.begin(), folded.end(), folded.begin(), ToLower);
    sorted.push_back(std::move(folded));
  }
  // char_traits<char> compares as unsigned bytes, which is the order that Child() searches in.
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  impl_->phrase_count = sorted.size();
  impl_->BuildTree(sorted);
  impl_->LinkFallbacks();
  impl_->states.shrink_to_fit();
  impl_->labels.shrink_to_fit();
}

PhraseSet::~PhraseSet() = default;
PhraseSet::PhraseSet(PhraseSet&&) noexcept = default;
PhraseSet& PhraseSet::operator=(PhraseSet&&) noexcept = default;

std::string_view PhraseSet::Find(std::string_view input) const {
  uint32_t state = kRoot;
  for (size_t i = 0; i < input.size(); ++i) {
    state = impl_->Next(state, Fold(input[i]));
    if (const uint32_t length = impl_->states[state].found; length != 0) {
      return input.substr(i + 1 - length, length);
    }
  }
  return {};
}

size_t PhraseSet::size() const { return impl_->phrase_count; }

}  // namespace rasp::match
