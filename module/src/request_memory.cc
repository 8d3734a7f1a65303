// SPDX-License-Identifier: Apache-2.0
#include "request_memory.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace rasp {

// In front of every malloc'ed piece; keeps the piece behind it aligned for any type.
struct alignas(std::max_align_t) RequestMemory::Block {
  Block* previous;
  Block* next;
};

RequestMemory::~RequestMemory() {
  while (blocks_ != nullptr) {
    Block* const next = blocks_->next;
    std::free(blocks_);
    blocks_ = next;
  }
}

bool RequestMemory::FromPool(std::size_t size, std::size_t alignment) const {
  return !separate_ && size <= pool_->max && alignment <= NGX_ALIGNMENT;
}

void* RequestMemory::do_allocate(std::size_t size, std::size_t alignment) {
  if (FromPool(size, alignment)) {
    void* const data = ngx_palloc(pool_, size);
    if (data == nullptr) throw std::bad_alloc();
    return data;
  }
  if (alignment > alignof(std::max_align_t)) throw std::bad_alloc();
  void* const raw = std::malloc(sizeof(Block) + size);
  if (raw == nullptr) throw std::bad_alloc();
  Block* const block = ::new (raw) Block{nullptr, blocks_};
  if (blocks_ != nullptr) blocks_->previous = block;
  blocks_ = block;
  return block + 1;
}

void RequestMemory::do_deallocate(void* data, std::size_t size, std::size_t alignment) {
  if (FromPool(size, alignment)) return;
  Block* const block = static_cast<Block*>(data) - 1;
  (block->previous != nullptr ? block->previous->next : blocks_) = block->next;
  if (block->next != nullptr) block->next->previous = block->previous;
  std::free(block);
}

}  // namespace rasp
