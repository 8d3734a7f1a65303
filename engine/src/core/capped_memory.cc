// SPDX-License-Identifier: Apache-2.0
#include "core/capped_memory.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace rasp {

void* CappedMemory::do_allocate(size_t bytes, size_t alignment) {
  if (bytes > cap_ - used_) throw std::bad_alloc();
  void* p = upstream_->allocate(bytes, alignment);
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  return p;
}

void CappedMemory::do_deallocate(void* p, size_t bytes, size_t alignment) {
  used_ -= bytes;
  upstream_->deallocate(p, bytes, alignment);
}

std::string_view CopyTo(std::pmr::memory_resource& memory, std::string_view text) {
  if (text.empty()) return {};
  char* copy = static_cast<char*>(memory.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

}  // namespace rasp
