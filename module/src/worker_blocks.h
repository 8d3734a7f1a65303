// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace rasp {

// Memory in blocks of a few sizes, which a worker keeps for its next requests, up to a bound. For
// the event loop only. A block is one malloc of BlockBytes(), so those that another thread made and
// gave up may be kept, too.
inline constexpr std::size_t kSmallestBlock = 4 * 1024;
inline constexpr int kBlockSizes = 10;  // 4 KiB to 2 MiB

constexpr std::size_t BlockBytes(int size) { return kSmallestBlock << size; }

// The smallest that `bytes` fit in; kBlockSizes: none.
int BlockSizeFor(std::size_t bytes);

void* TakeBlock(int size) noexcept;  // nullptr: no memory
void KeepBlock(void* block, int size) noexcept;
void FreeKeptBlocks() noexcept;

}  // namespace rasp
