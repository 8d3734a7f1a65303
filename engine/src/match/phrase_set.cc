// SPDX-License-Identifier: Apache-2.0
#include "match/phrase_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <vector>

#include "core/ascii.h"

// Aho and Corasick's automaton. States are numbered breadth first, so a state's children stand side
// by side and need only their first bytes in a sorted array. Before it stands a filter by the
// phrases' first eight bytes, which is all that most of a harmless text meets.

namespace rasp::match {
namespace {

constexpr uint32_t kRoot = 0;

unsigned char Fold(char c) { return static_cast<unsigned char>(ToLower(c)); }

// Where a phrase may begin, by a hash of as many of its first bytes as all phrases have, eight at
// most. Bit 5 of each byte does not count, which is more than case folding and costs less.
class BeginFilter {
 public:
  static constexpr size_t kLongest = sizeof(uint64_t);

  // `phrases`: none empty.
  void Build(std::span<const std::string> phrases) {
    length_ = kLongest;
    for (const std::string& phrase : phrases) length_ = std::min(length_, phrase.size());
    constexpr size_t kBitsForEach = 64;  // so that few other texts have a phrase's hash
    constexpr int kFewestBits = 8;       // 2^8
    constexpr int kMostBits = 16;
    const auto wanted = static_cast<int>(std::bit_width(phrases.size() * kBitsForEach));
    const int bits = std::clamp(wanted, kFewestBits, kMostBits);
    shift_ = 64 - bits;
    others_ = static_cast<unsigned>(8 * (kLongest - length_));
    words_.assign(size_t{1} << (bits - 6), 0);
    for (const std::string& phrase : phrases) {
      const uint64_t hash = Hash(LoadSome(phrase));
      words_[hash >> 6] |= uint64_t{1} << (hash & 63);
    }
  }

  size_t length() const { return length_; }

  // The first place at or behind `from` where a phrase may begin; npos if there is none.
  size_t Find(std::string_view text, size_t from) const {
    size_t at = from;
    for (; at + kLongest <= text.size(); ++at) {
      if (MayBegin(Load(text.data() + at))) return at;
    }
    for (; at + length_ <= text.size(); ++at) {
      if (MayBegin(LoadSome(text.substr(at)))) return at;
    }
    return std::string_view::npos;
  }

 private:
  // The first byte is the lowest.
  static uint64_t Load(const char* bytes) {
    uint64_t word;
    std::memcpy(&word, bytes, kLongest);
    return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
  }
  static uint64_t LoadSome(std::string_view text) {
    uint64_t word = 0;
    for (size_t i = std::min(text.size(), kLongest); i-- > 0;)
      word = word << 8 | static_cast<unsigned char>(text[i]);
    return word;
  }
  uint64_t Hash(uint64_t word) const {
    constexpr uint64_t kCaseBits = 0x2020202020202020;
    return ((word << others_ | kCaseBits) * 0x9e3779b97f4a7c15) >> shift_;
  }
  bool MayBegin(uint64_t word) const {
    const uint64_t hash = Hash(word);
    return ((words_[hash >> 6] >> (hash & 63)) & 1) != 0;
  }

  size_t length_ = kLongest;
  unsigned others_ = 0;  // bits of a word behind these bytes
  int shift_ = 56;
  std::vector<uint64_t> words_;
};

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

  // REQUIRES: the state's text is shorter than what the filter looks at.
  size_t DepthOf(uint32_t state) const {
    size_t depth = 0;
    while (state >= first_of_depth[depth + 1]) ++depth;
    return depth;
  }

  void BuildTree(const std::vector<std::string>& sorted);
  void LinkFallbacks();

  std::vector<State> states;
  std::vector<unsigned char> labels;  // by state: the byte that leads into it
  std::array<uint32_t, 256> from_root{};
  std::array<uint32_t, BeginFilter::kLongest + 1> first_of_depth{};
  BeginFilter filter;
  size_t phrase_count = 0;
};

// `sorted`: folded, without duplicates. A state is a range of phrases that share their first
// `depth` bytes.
void PhraseSet::Impl::BuildTree(const std::vector<std::string>& sorted) {
  struct Pending {
    size_t begin, end, depth;
  };
  size_t most = 1;
  for (const std::string& phrase : sorted) most += phrase.size();
  std::vector<Pending> ranges{{0, sorted.size(), 0}};
  ranges.reserve(most);
  states.reserve(most);
  labels.reserve(most);
  first_of_depth.fill(std::numeric_limits<uint32_t>::max());
  states.emplace_back();
  labels.push_back(0);
  for (size_t state = 0; state < ranges.size(); ++state) {
    auto [begin, end, depth] = ranges[state];
    if (depth < first_of_depth.size() &&
        first_of_depth[depth] == std::numeric_limits<uint32_t>::max()) {
      first_of_depth[depth] = static_cast<uint32_t>(state);
    }
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
  impl_->filter.Build(sorted);
  impl_->BuildTree(sorted);
  impl_->LinkFallbacks();
  impl_->states.shrink_to_fit();
  impl_->labels.shrink_to_fit();
}

PhraseSet::~PhraseSet() = default;
PhraseSet::PhraseSet(PhraseSet&&) noexcept = default;
PhraseSet& PhraseSet::operator=(PhraseSet&&) noexcept = default;

// The automaton starts where the filter lets it, and hands back to it when what it has read last
// is no longer as much of a phrase as the filter looks at. Each turn takes at least one byte
// forward and at most seven back.
std::string_view PhraseSet::Find(std::string_view input) const {
  if (impl_->phrase_count == 0) return {};
  const BeginFilter& filter = impl_->filter;
  const uint32_t deep = impl_->first_of_depth[filter.length()];
  size_t at = filter.Find(input, 0);
  while (at != std::string_view::npos) {
    const size_t read_by_filter = at + filter.length();
    uint32_t state = kRoot;
    do {
      state = impl_->Next(state, Fold(input[at++]));
      if (const uint32_t length = impl_->states[state].found; length != 0) {
        return input.substr(at - length, length);
      }
    } while (at < input.size() && (state >= deep || at < read_by_filter));
    if (at == input.size()) break;
    at = filter.Find(input, at - impl_->DepthOf(state));
  }
  return {};
}

size_t PhraseSet::size() const { return impl_->phrase_count; }

}  // namespace rasp::match
