// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/prefix.h"

namespace rasp::net {

// A compressed radix tree over networks of which none holds another (PrefixTree::Build makes them
// so). A node looks at six bits of an address and has two maps of 64 slots: which lead to a node,
// and where the slots of a network begin. Children and networks lie in arrays, each node's own in a
// row, so a map and a count of bits find them. Bits that are the same in all networks below a node
// are left out: the network found last is compared whole.
template <typename Key>
class PrefixTree {
 public:
  // In any order, with duplicates.
  static PrefixTree Build(std::vector<Prefix<Key>> prefixes);

  bool Contains(Key address) const {
    if (nodes_.empty()) return false;
    const Node* node = nodes_.data();
    for (;;) {
      const unsigned slot = SlotOf(address, node->at);
      const uint64_t upto = ~uint64_t{0} >> (kSlots - 1 - slot);  // this slot and those before
      if ((node->children >> slot & 1) != 0) {
        node = nodes_.data() + node->first_child + std::popcount(node->children & upto) - 1;
        continue;
      }
      const int begun = std::popcount(node->begins & upto);
      if (begun == 0) return false;
      return leaves_[node->first_leaf + static_cast<unsigned>(begun) - 1].Holds(address);
    }
  }

  size_t size() const { return leaves_.size(); }
  size_t memory_bytes() const {
    return nodes_.capacity() * sizeof(Node) + leaves_.capacity() * sizeof(Prefix<Key>);
  }

 private:
  static constexpr int kStride = 6;
  static constexpr unsigned kSlots = 1u << kStride;

  struct Node {
    uint64_t children = 0;
    uint64_t begins = 0;
    uint32_t first_child = 0;
    uint32_t first_leaf = 0;
    uint8_t at = 0;  // bits before the six
  };

  // Of the prefixes, sorted: what a node has below it.
  struct Range {
    size_t begin;
    size_t end;
  };

  // Bits behind the last count as 0.
  static unsigned SlotOf(Key address, unsigned at) {
    constexpr unsigned kWidth = static_cast<unsigned>(kBits<Key>);
    const auto aligned = static_cast<Key>(address << at);
    return static_cast<unsigned>(aligned >> (kWidth - kStride)) & (kSlots - 1);
  }

  static std::vector<Prefix<Key>> Distinct(std::vector<Prefix<Key>> prefixes);
  static uint8_t CommonBits(Key a, Key b, int most);
  void Fill(size_t node, Range range, const std::vector<Prefix<Key>>& prefixes,
            std::vector<Range>& ranges);

  std::vector<Node> nodes_;  // the root first, then level by level
  std::vector<Prefix<Key>> leaves_;
};

// Sorted; without those that lie in others; two halves of a network are that network.
template <typename Key>
std::vector<Prefix<Key>> PrefixTree<Key>::Distinct(std::vector<Prefix<Key>> prefixes) {
  std::sort(prefixes.begin(), prefixes.end());
  size_t count = 0;  // of those kept, in front
  for (const Prefix<Key> prefix : prefixes) {
    if (count != 0 && prefixes[count - 1].Holds(prefix.first)) continue;
    prefixes[count++] = prefix;
    while (count >= 2) {
      Prefix<Key>& lower = prefixes[count - 2];
      const Prefix<Key>& upper = prefixes[count - 1];
      if (lower.length != upper.length || lower.length == 0) break;
      const auto length = static_cast<uint8_t>(lower.length - 1);
      if (((lower.first ^ upper.first) & MaskOf<Key>(length)) != 0) break;
      lower.first &= MaskOf<Key>(length);
      lower.length = length;
      --count;
    }
  }
  prefixes.resize(count);
  return prefixes;
}

// How many bits, up to `most`, are the same in both.
template <typename Key>
uint8_t PrefixTree<Key>::CommonBits(Key a, Key b, int most) {
  int common = 0;
  for (int step = kBits<Key> / 2; step != 0; step /= 2) {
    if (((a ^ b) & MaskOf<Key>(common + step)) == 0) common += step;
  }
  return static_cast<uint8_t>(std::min(common, most));
}

template <typename Key>
void PrefixTree<Key>::Fill(size_t index, Range range, const std::vector<Prefix<Key>>& prefixes,
                           std::vector<Range>& ranges) {
  const Prefix<Key>& first = prefixes[range.begin];
  const Prefix<Key>& last = prefixes[range.end - 1];
  Node node;
  node.first_child = static_cast<uint32_t>(nodes_.size());
  node.first_leaf = static_cast<uint32_t>(leaves_.size());
  // One network alone takes all slots from its first on, whichever bits these stand for.
  const bool alone = range.end - range.begin == 1;
  node.at = alone ? uint8_t{0} : CommonBits(first.first, last.first, kBits<Key> - 1);
  for (size_t i = range.begin; i < range.end;) {
    const unsigned slot = SlotOf(prefixes[i].first, node.at);
    size_t end = i + 1;
    while (end < range.end && SlotOf(prefixes[end].first, node.at) == slot) ++end;
    const uint64_t bit = uint64_t{1} << slot;
    if (end - i == 1) {
      node.begins |= bit;
      leaves_.push_back(prefixes[i]);
    } else {
      node.children |= bit;
      nodes_.emplace_back();
      ranges.push_back({i, end});
    }
    i = end;
  }
  nodes_[index] = node;
}

template <typename Key>
PrefixTree<Key> PrefixTree<Key>::Build(std::vector<Prefix<Key>> prefixes) {
  PrefixTree tree;
  prefixes = Distinct(std::move(prefixes));
  if (prefixes.empty()) return tree;
  tree.leaves_.reserve(prefixes.size());
  tree.nodes_.emplace_back();
  std::vector<Range> ranges = {{0, prefixes.size()}};
  for (size_t node = 0; node < ranges.size(); ++node) {
    tree.Fill(node, ranges[node], prefixes, ranges);
  }
  tree.nodes_.shrink_to_fit();
  return tree;
}

}  // namespace rasp::net
