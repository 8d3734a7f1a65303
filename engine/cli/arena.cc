// SPDX-License-Identifier: Apache-2.0
#include "cli/arena.h"

#include <algorithm>

namespace rasp {

void* Arena::do_allocate(size_t bytes, size_t alignment) {
  const size_t begin = (used_ + alignment - 1) / alignment * alignment;
  ++allocations_;
  if (begin + bytes > size_) return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  used_ = begin + bytes;
  peak_ = std::max(peak_, used_);
  return block_.get() + begin;
}

void Arena::do_deallocate(void* place, size_t bytes, size_t alignment) {
  const char* const at = static_cast<char*>(place);
  if (at >= block_.get() && at < block_.get() + size_) {
    // The newest is given back, so that a buffer that grows moves on without holes.
    if (at + bytes == block_.get() + used_) used_ -= bytes;
    return;
  }
  std::pmr::new_delete_resource()->deallocate(place, bytes, alignment);
}

}  // namespace rasp
