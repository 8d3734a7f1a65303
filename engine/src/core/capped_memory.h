// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string_view>

namespace rasp {

// Counts what a transaction takes from its host's memory and refuses (std::bad_alloc) beyond the
// cap.
class CappedMemory final : public std::pmr::memory_resource {
 public:
  CappedMemory(std::pmr::memory_resource* upstream, size_t cap) : upstream_(upstream), cap_(cap) {}

  size_t used() const { return used_; }
  size_t peak() const { return peak_; }

 private:
  void* do_allocate(size_t bytes, size_t alignment) override;
  void do_deallocate(void* p, size_t bytes, size_t alignment) override;
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::pmr::memory_resource* upstream_;
  size_t cap_;
  size_t used_ = 0;
  size_t peak_ = 0;
};

// A copy of `text` in `memory` that lives as long as the memory does (never freed by itself).
std::string_view CopyTo(std::pmr::memory_resource& memory, std::string_view text);

}  // namespace rasp
