// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/byte_mask.h"

namespace rasp {

// The bytes at which a transformation has something to decide, as a table that is asked for eight
// bytes at a time.
class StopBytes {
 public:
  static constexpr size_t kGroup = 8;

  constexpr explicit StopBytes(std::string_view bytes) : StopBytes(ByteMask(bytes)) {}
  constexpr explicit StopBytes(const ByteMask& mask) {
    for (unsigned byte = 0; byte < stops_.size(); ++byte) {
      stops_[byte] = mask.Has(static_cast<unsigned char>(byte)) ? 1 : 0;
    }
  }

  constexpr bool Has(char c) const { return stops_[static_cast<unsigned char>(c)] != 0; }
  // REQUIRES: kGroup bytes at `group`.
  bool InGroup(const char* group) const {
    const auto at = [this, group](size_t i) {
      return stops_[static_cast<unsigned char>(group[i])];
    };
    return (at(0) | at(1) | at(2) | at(3) | at(4) | at(5) | at(6) | at(7)) != 0;
  }

  // The first place at or behind `from` where one of them stands; in.size() if none does.
  // REQUIRES: from <= in.size().
  size_t Find(std::string_view in, size_t from = 0) const {
    size_t at = from;
    while (in.size() - at >= kGroup && !InGroup(in.data() + at)) at += kGroup;
    while (at < in.size() && !Has(in[at])) ++at;
    return at;
  }

  size_t Count(std::string_view in) const {
    size_t count = 0;
    for (const char c : in) count += stops_[static_cast<unsigned char>(c)];
    return count;
  }

 private:
  std::array<uint8_t, 256> stops_{};
};

}  // namespace rasp
