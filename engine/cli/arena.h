// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>

namespace rasp {

// One block from which a transaction takes what it needs and that the next one uses anew, as a host
// that keeps memory for its connections does. What does not fit comes from the heap.
class Arena final : public std::pmr::memory_resource {
 public:
  explicit Arena(size_t size) : size_(size), block_(std::make_unique<char[]>(size)) {}

  // Nothing that was allocated is in use any more.
  void Reset() { used_ = peak_ = allocations_ = 0; }
  size_t allocations() const { return allocations_; }  // since the last Reset
  size_t peak() const { return peak_; }                // bytes at once, since the last Reset

 private:
  void* do_allocate(size_t bytes, size_t alignment) override;
  void do_deallocate(void* place, size_t bytes, size_t alignment) override;
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  size_t size_;
  size_t used_ = 0;
  size_t peak_ = 0;
  size_t allocations_ = 0;
  std::unique_ptr<char[]> block_;
};

}  // namespace rasp
