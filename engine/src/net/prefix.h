// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rasp::net {

// Addresses as numbers, most significant bit first.
using V4 = uint32_t;
__extension__ using V6 = unsigned __int128;

template <typename Key>
inline constexpr int kBits = static_cast<int>(sizeof(Key)) * 8;

// The first `length` bits are 1.
template <typename Key>
constexpr Key MaskOf(int length) {
  return length == 0 ? Key{0} : static_cast<Key>(~Key{0} << (kBits<Key> - length));
}

// `first` has no bit beyond `length`.
template <typename Key>
struct Prefix {
  Key first = 0;
  uint8_t length = 0;

  bool Holds(Key address) const { return ((address ^ first) & MaskOf<Key>(length)) == 0; }
  bool operator<(const Prefix& other) const {
    return first != other.first ? first < other.first : length < other.length;
  }
};

// Networks of both families as they were read.
struct PrefixSink {
  virtual ~PrefixSink() = default;
  virtual void Add(Prefix<V4> prefix) = 0;
  virtual void Add(Prefix<V6> prefix) = 0;
};

}  // namespace rasp::net
