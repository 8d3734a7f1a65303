// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstring>
#include <string_view>

#include "core/byte_buffer.h"
#include "transform/stop_bytes.h"

namespace rasp {

// Writes a result whose greatest length is known beforehand: the buffer grows once, then bytes are
// plain stores.
class BoundedWriter {
 public:
  BoundedWriter(ByteBuffer& out, size_t most) : out_(out) {
    out_.resize(most);
    next_ = out_.data();
  }

  void Put(char c) {
    assert(size() < out_.size());
    *next_++ = c;
  }

  // Without a branch: for bytes that often stay and often do not.
  void PutIf(bool stays, char c) {
    assert(size() < out_.size());
    *next_ = c;
    next_ += stays ? 1 : 0;
  }

  void Put(std::string_view bytes) {
    assert(bytes.size() <= out_.size() - size());
    if (!bytes.empty()) std::memcpy(next_, bytes.data(), bytes.size());
    next_ += bytes.size();
  }

  // Writes `in` from `at` up to the next of `stops`, and returns where that is, or in.size(). Runs
  // are short where there is something to decode, so a call to copy each would cost more.
  size_t PutUntil(const StopBytes& stops, std::string_view in, size_t at) {
    assert(in.size() - at <= out_.size() - size());
    while (at < in.size() && !stops.Has(in[at])) {
      if (in.size() - at >= StopBytes::kGroup && !stops.InGroup(in.data() + at)) {
        std::memcpy(next_, in.data() + at, StopBytes::kGroup);
        next_ += StopBytes::kGroup;
        at += StopBytes::kGroup;
      } else {
        *next_++ = in[at++];
      }
    }
    return at;
  }

  size_t size() const { return static_cast<size_t>(next_ - out_.data()); }
  char at(size_t index) const { return out_[index]; }  // REQUIRES: index < size()
  char back() const { return next_[-1]; }              // REQUIRES: size() > 0
  void Cut(size_t size) { next_ = out_.data() + size; }

  // Ends the result. What a TransformFn returns: whether it differs from what it was made of.
  bool Finish(std::string_view in) {
    out_.resize(size());
    return std::string_view(out_) != in;
  }

 private:
  ByteBuffer& out_;
  char* next_;
};

}  // namespace rasp
