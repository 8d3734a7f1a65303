// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rasp {

// What precedes a record's bytes in the ring.
struct RingFrame {
  uint32_t size;
  uint16_t log;
  uint16_t kind;
};

// A bounded queue of records between one thread that pushes and one that pops, without a lock. Its
// bound is bytes.
class ByteRing {
 public:
  explicit ByteRing(std::size_t capacity) : bytes_(capacity) {}

  // False, and nothing happens, if there is not enough room.
  bool Push(const RingFrame& frame, std::string_view payload) {
    const uint64_t tail = tail_.load(std::memory_order_relaxed);
    const uint64_t used = tail - head_.load(std::memory_order_acquire);
    if (sizeof(frame) + payload.size() > bytes_.size() - used) return false;
    CopyIn(tail, reinterpret_cast<const char*>(&frame), sizeof(frame));
    CopyIn(tail + sizeof(frame), payload.data(), payload.size());
    tail_.store(tail + sizeof(frame) + payload.size(), std::memory_order_release);
    return true;
  }

  // False if the ring is empty.
  bool Pop(RingFrame& frame, std::string& payload) {
    const uint64_t head = head_.load(std::memory_order_relaxed);
    if (tail_.load(std::memory_order_acquire) == head) return false;
    CopyOut(head, reinterpret_cast<char*>(&frame), sizeof(frame));
    payload.resize(frame.size);
    CopyOut(head + sizeof(frame), payload.data(), frame.size);
    head_.store(head + sizeof(frame) + frame.size, std::memory_order_release);
    return true;
  }

 private:
  // Positions only grow; the place in `bytes_` is their remainder, so a record may wrap around the
  // end.
  std::size_t RoomBehind(uint64_t position) const {
    return bytes_.size() - static_cast<std::size_t>(position % bytes_.size());
  }
  void CopyIn(uint64_t position, const char* from, std::size_t size) {
    const std::size_t first = std::min(size, RoomBehind(position));
    std::copy_n(from, first, bytes_.data() + position % bytes_.size());
    std::copy_n(from + first, size - first, bytes_.data());
  }
  void CopyOut(uint64_t position, char* to, std::size_t size) const {
    const std::size_t first = std::min(size, RoomBehind(position));
    std::copy_n(bytes_.data() + position % bytes_.size(), first, to);
    std::copy_n(bytes_.data(), size - first, to + first);
  }

  std::vector<char> bytes_;
  std::atomic<uint64_t> head_{0};  // written by the thread that pops
  std::atomic<uint64_t> tail_{0};  // written by the thread that pushes
};

}  // namespace rasp
