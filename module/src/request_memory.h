// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory_resource>

namespace rasp {

// The memory of one transaction. Small pieces are cut from blocks and go with them; a large one has
// a block of its own, which is given back with it. Blocks are the worker's and used again. With
// `separate`, every piece is malloc'ed, which lets AddressSanitizer see where each begins and ends.
// Throws bad_alloc; the engine expects that.
class RequestMemory final : public std::pmr::memory_resource {
 public:
  explicit RequestMemory(bool separate) : separate_(separate) {}
  ~RequestMemory() override;
  RequestMemory(const RequestMemory&) = delete;
  RequestMemory& operator=(const RequestMemory&) = delete;

  // While another thread than the event loop's uses the memory, it leaves the worker's blocks
  // alone.
  void SetThreaded(bool threaded) { threaded_ = threaded; }

 private:
  struct Block;

  Block* Add(std::size_t bytes);
  void Remove(Block* block);
  void Release(Block* block);
  void* CutSmall(std::size_t size, std::size_t alignment);
  bool IsLarge(std::size_t size, std::size_t alignment) const;
  void* do_allocate(std::size_t size, std::size_t alignment) override;
  void do_deallocate(void* data, std::size_t size, std::size_t alignment) override;
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  bool separate_;
  bool threaded_ = false;
  Block* blocks_ = nullptr;    // all of them
  std::byte* next_ = nullptr;  // what is left of the block that small pieces are cut from
  std::byte* end_ = nullptr;
};

}  // namespace rasp
