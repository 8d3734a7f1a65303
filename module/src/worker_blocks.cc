// SPDX-License-Identifier: Apache-2.0
#include "worker_blocks.h"

#include <bit>
#include <cstdlib>
#include <new>

namespace rasp {
namespace {

constexpr std::size_t kMaxKeptBytes = 4 << 20;

struct KeptBlock {
  KeptBlock* next;
};

KeptBlock* kept[kBlockSizes];
std::size_t kept_bytes;

}  // namespace

int BlockSizeFor(std::size_t bytes) {
  const std::size_t units = (bytes + kSmallestBlock - 1) / kSmallestBlock;
  return units <= 1 ? 0 : std::bit_width(units - 1);
}

void* TakeBlock(int size) noexcept {
  KeptBlock* const block = kept[size];
  if (block == nullptr) return std::malloc(BlockBytes(size));
  kept[size] = block->next;
  kept_bytes -= BlockBytes(size);
  return block;
}

void KeepBlock(void* block, int size) noexcept {
  if (kept_bytes + BlockBytes(size) > kMaxKeptBytes) {
    std::free(block);
    return;
  }
  kept[size] = ::new (block) KeptBlock{kept[size]};
  kept_bytes += BlockBytes(size);
}

void FreeKeptBlocks() noexcept {
  for (KeptBlock*& first : kept) {
    while (first != nullptr) {
      KeptBlock* const next = first->next;
      std::free(first);
      first = next;
    }
  }
  kept_bytes = 0;
}

}  // namespace rasp
