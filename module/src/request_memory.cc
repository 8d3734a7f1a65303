// SPDX-License-Identifier: Apache-2.0
#include "request_memory.h"

#include <cstdint>
#include <cstdlib>
#include <new>

#include "worker_blocks.h"

namespace rasp {
namespace {

constexpr std::size_t kMaxSmall = 2 * 1024;
constexpr std::size_t kFirstBlock = 8 * 1024;
constexpr std::size_t kNextBlock = 32 * 1024;
constexpr int kUnsized = kBlockSizes;  // a malloc of just what was asked for

}  // namespace

// In front of every block; keeps what is behind it aligned for any type.
struct alignas(std::max_align_t) RequestMemory::Block {
  Block* previous;
  Block* next;
  int size;  // as worker_blocks.h counts, or kUnsized
};

RequestMemory::~RequestMemory() {
  while (blocks_ != nullptr) {
    Block* const next = blocks_->next;
    Release(blocks_);
    blocks_ = next;
  }
}

RequestMemory::Block* RequestMemory::Add(std::size_t bytes) {
  const std::size_t whole = sizeof(Block) + bytes;
  if (whole < bytes) throw std::bad_alloc();
  const int size =
      separate_ || whole > BlockBytes(kBlockSizes - 1) ? kUnsized : BlockSizeFor(whole);
  void* raw = nullptr;
  if (size == kUnsized) {
    raw = std::malloc(whole);
  } else {
    raw = threaded_ ? std::malloc(BlockBytes(size)) : TakeBlock(size);
  }
  if (raw == nullptr) throw std::bad_alloc();
  Block* const block = ::new (raw) Block{nullptr, blocks_, size};
  if (blocks_ != nullptr) blocks_->previous = block;
  blocks_ = block;
  return block;
}

void RequestMemory::Remove(Block* block) {
  (block->previous != nullptr ? block->previous->next : blocks_) = block->next;
  if (block->next != nullptr) block->next->previous = block->previous;
  Release(block);
}

void RequestMemory::Release(Block* block) {
  if (block->size == kUnsized || threaded_) {
    std::free(block);
  } else {
    KeepBlock(block, block->size);
  }
}

bool RequestMemory::IsLarge(std::size_t size, std::size_t alignment) const {
  return separate_ || size > kMaxSmall || alignment > alignof(std::max_align_t);
}

void* RequestMemory::CutSmall(std::size_t size, std::size_t alignment) {
  for (;;) {
    const auto address = reinterpret_cast<std::uintptr_t>(next_);
    const std::size_t gap = (alignment - address % alignment) % alignment;
    if (next_ != nullptr && gap + size <= static_cast<std::size_t>(end_ - next_)) {
      std::byte* const piece = next_ + gap;
      next_ = piece + size;
      return piece;
    }
    const std::size_t block_bytes = next_ == nullptr ? kFirstBlock : kNextBlock;
    Block* const block = Add(block_bytes - sizeof(Block));
    next_ = reinterpret_cast<std::byte*>(block + 1);
    end_ = reinterpret_cast<std::byte*>(block) + block_bytes;
  }
}

void* RequestMemory::do_allocate(std::size_t size, std::size_t alignment) {
  if (!IsLarge(size, alignment)) return CutSmall(size, alignment);
  if (alignment > alignof(std::max_align_t)) throw std::bad_alloc();
  return Add(size) + 1;
}

void RequestMemory::do_deallocate(void* data, std::size_t size, std::size_t alignment) {
  if (IsLarge(size, alignment)) Remove(static_cast<Block*>(data) - 1);
}

}  // namespace rasp
